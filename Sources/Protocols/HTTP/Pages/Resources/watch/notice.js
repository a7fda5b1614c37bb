// What lies over the picture when there is none: why, and what happens next.

import { mediaURL } from "./address.js";
import { say, view } from "./view.js";

const WORDS = {
  connecting: ["Connecting…", ""],
  offline: ["Offline", "It starts here by itself as soon as the stream begins."],
  unreachable: ["Offline", "The server cannot be reached. Trying again…"],
  busy: ["One moment…", "The server is busy. Trying again…"],
  forbidden: ["Not allowed", "This stream asks for a permission that this address does not carry."],
  limited: ["Not allowed for now", "Too many wrong tries; wait ten minutes."],
  unsupported: ["Cannot be played here", "This browser knows none of the stream's codecs."],
};

export function showNotices(player) {
  const { stage, notice, headline, detail, curtain, badge } = view;

  player.addEventListener("state", () => {
    const { state } = player, [title] = WORDS[state] ?? [];
    stage.dataset.state = state;
    notice.hidden = !title;
    if (title) headline.textContent = title;
    explain();
    badge.hidden = !["playing", "buffering", "paused"].includes(state);
    if (["idle", "blocked", "offline"].includes(state)) loadPoster();
  });

  // What the server says is more than what the page knows.
  function explain() {
    const { state } = player, text = WORDS[state]?.[1];
    if (text !== undefined) detail.textContent = (["forbidden", "unsupported"].includes(state) && player.detail) || text;
  }

  player.addEventListener("detail", explain);
  let wasDeaf = false;
  player.addEventListener("tracks", () => {
    const { isDeaf } = player.tracks;
    if (isDeaf && !wasDeaf) say("The sound cannot be played here");
    wasDeaf = isDeaf;
    stage.dataset.transport = player.source?.name;
    stage.classList.toggle("sound-only", player.source?.name !== "native HLS" && !/avc|hvc|hev|av01|vp0|vvc/.test(player.tracks.codecs));
  });

  // The last picture stays until there is another one.
  player.addEventListener("leaving", () => {
    const { video } = player;
    if (!video.videoWidth || !player.source.wasPlaying) return;
    [curtain.width, curtain.height] = [video.videoWidth, video.videoHeight];
    curtain.getContext("2d").drawImage(video, 0, 0);
    stage.classList.add("curtained");
  });
  player.video.addEventListener("playing", () => stage.classList.remove("curtained"));
}

let posterAt = -Infinity;

// The server's picture of the stream, where it has one.
function loadPoster() {
  if (performance.now() - posterAt < 60_000) return;
  posterAt = performance.now();
  const poster = new Image();
  poster.onload = () => {
    view.poster.src = poster.src;
    view.stage.classList.add("has-poster");
  };
  poster.src = mediaURL(".jpg").href;
}
