// The page around an iframe: it may listen and command, by messages.
//
// Nothing is told before the page has asked, and then to its origin only. `?origin=` names the one that may ask.

import { options } from "./address.js";

const MARK = "swiftwater";

export function listenToParent(player, controls) {
  if (window.parent === window) return;
  const { video } = player;
  let listener = null;

  const tell = (type, details) => listener && window.parent.postMessage({ from: MARK, type, ...details }, listener);
  const status = () => ({
    state: player.state, muted: video.muted, volume: video.volume, behind: player.behind, window: player.window,
    latency: player.source?.latency ?? null, width: video.videoWidth, height: video.videoHeight,
    qualities: player.tracks.video.map((track) => track.label), quality: player.wish.video ?? null,
    sounds: player.tracks.audio.map((track) => track.label), sound: player.wish.audio ?? null,
  });

  const commands = {
    listen: () => tell("status", status()),
    statistics: () => tell("statistics", { figures: controls.statistics.figures() }),
    play: () => (player.video.paused || !player.source) && player.toggle(),
    pause: () => !player.video.paused && player.toggle(),
    mute: () => (video.muted = true),
    unmute: () => (video.muted = false),
    volume: (value) => (video.volume = Math.min(1, Math.max(0, Number(value) || 0))),
    seek: (value) => player.seek(Number(value) || 0),
    live: () => player.seek(0),
    quality: (value) => player.choose("video", typeof value === "string" ? value : null),
    sound: (value) => player.choose("audio", typeof value === "string" ? value : null),
  };

  addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.parent || data?.to !== MARK || !Object.hasOwn(commands, data.command)) return;
    const allowed = options.get("origin");
    if (allowed ? origin !== allowed : origin === "null") return;
    listener = origin;
    commands[data.command](data.value);
  });

  player.addEventListener("state", () => tell("state", status()));
  player.addEventListener("tracks", () => tell("tracks", status()));
  video.addEventListener("volumechange", () => tell("volume", { muted: video.muted, volume: video.volume }));
}
