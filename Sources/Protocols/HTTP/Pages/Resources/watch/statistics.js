// Figures over the picture, on demand.

import { now } from "./clock.js";
import { make, view } from "./view.js";

export function makeStatistics(player) {
  const { statistics } = view, { video } = player;
  let timer = 0, last = null;

  function rates() {
    const quality = video.getVideoPlaybackQuality?.() ?? {};
    const sample = {
      at: now(), source: player.source, bytes: player.source?.bytes ?? 0, frames: quality.totalVideoFrames ?? 0,
      dropped: quality.droppedVideoFrames ?? 0,
    };
    const before = last?.source === sample.source ? last : sample;
    last = sample;
    const per = (count) => (sample.at > before.at ? count / (sample.at - before.at) : 0);
    return { ...sample, bits: per(8 * (sample.bytes - before.bytes)), pace: per(sample.frames - before.frames) };
  }

  function figures() {
    const { source, tracks } = player, figure = rates(), { buffered, currentTime } = video;
    const ahead = buffered.length ? buffered.end(buffered.length - 1) - currentTime : 0;
    const seconds = (value) => (value === undefined ? "–" : `${value.toFixed(2)} s`);
    return [
      ["Transport", source ? (source.isLowLatency ? "Low-Latency HLS" : source.name) : "–"],
      ["Latency", seconds(source?.latency)],
      ["Buffer", `${seconds(ahead)}, wanted ${seconds(source?.pace?.reserve)}, rate ${video.playbackRate.toFixed(2)}`],
      ["Picture", video.videoWidth ? `${video.videoWidth}×${video.videoHeight}, ${figure.pace.toFixed(0)} a second` : "none"],
      ["Dropped", `${figure.dropped} of ${figure.frames}`],
      ["Codecs", tracks.codecs.join(", ") || "–"],
      ["Network", `${(figure.bits / 1e6).toFixed(2)} Mbit/s`],
      ["Stalls", `${source?.pace?.stalls ?? 0}, ${player.reconnects} reconnections`],
      ...(player.lastFault ? [["Last fault", player.lastFault]] : []),
    ];
  }

  function draw() {
    statistics.replaceChildren(...figures().flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  }

  function toggle() {
    statistics.hidden = !statistics.hidden;
    clearInterval(timer);
    if (statistics.hidden) return;
    draw();
    timer = setInterval(draw, 500);
  }

  return { toggle, figures: () => Object.fromEntries(figures()) };
}
