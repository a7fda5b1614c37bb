// The bar below the picture, the keys, and what a touch or a click on the picture does.

import { isEmbedded, options, streamName } from "./address.js";
import { makeMenu } from "./menu.js";
import { makeDialogs } from "./sharing.js";
import { makeStatistics } from "./statistics.js";
import { dress, duration, say, view } from "./view.js";

// Seconds of a step with an arrow key, and without a movement until the bar hides.
const STEP = 10, REST = 3;
const VOLUME_KEY = "swiftwater.volume";
// Seconds of window below which there is nothing to rewind.
const LEAST_WINDOW = 10;

export function makeControls(player) {
  const { video } = player;
  const { stage, bar, play, big, live, seek, time, mute, volume, sound, pip, full } = view;
  const dialogs = makeDialogs(), statistics = makeStatistics(player);
  const menu = makeMenu(player, [
    ["Statistics", "i", statistics.toggle], ["Share and embed", "c", dialogs.share], ["Keys", "?", dialogs.keys],
  ]);
  view.openShare.onclick = dialogs.share;
  view.openKeys.onclick = dialogs.keys;

  // Playing and places.

  let isScrubbing = false;

  const toggle = () => player.toggle();

  async function goTo(behind) {
    await player.seek(behind);
    const place = Math.min(behind, player.window);
    say(place < 2 ? "Live" : `${duration(place)} behind live`);
    drawPlace();
  }

  const step = (seconds) => goTo(Math.max(0, player.behind - seconds));

  function drawPlace() {
    const { window, behind, isLive } = player;
    stage.classList.toggle("can-rewind", window >= LEAST_WINDOW);
    live.classList.toggle("at-edge", isLive);
    live.setAttribute("aria-label", isLive ? "Live" : "Go to live (l)");
    live.disabled = isLive;
    if (isScrubbing) return;
    seek.min = -Math.floor(window);
    seek.value = isLive ? 0 : -behind;
    drawSeek();
  }

  function drawSeek() {
    const behind = -seek.value, share = seek.min < 0 ? 1 - behind / -seek.min : 1;
    seek.style.setProperty("--at", `${share * 100}%`);
    const words = behind < 2 ? "" : `−${duration(behind)}`;
    time.textContent = words;
    seek.setAttribute("aria-valuetext", words ? `${duration(behind)} behind live` : "live");
  }

  seek.addEventListener("input", () => {
    isScrubbing = true;
    drawSeek();
  });
  seek.addEventListener("change", () => {
    isScrubbing = false;
    goTo(-seek.value);
  });
  play.onclick = toggle;
  big.onclick = toggle;
  live.onclick = () => goTo(0);
  setInterval(drawPlace, 500);
  // How far back it goes is of interest to somebody who has come to the bar, and it makes the page a viewer of HLS.
  let isWanted = false;
  const measure = () => isWanted && ["playing", "paused"].includes(player.state) && player.measureWindow();
  setInterval(measure, 5000);

  // Sound.

  const store = storage(), kept = parseFloat(store[VOLUME_KEY]);
  if (kept >= 0 && kept <= 1) video.volume = kept;
  video.muted = options.get("muted") === "1" || (isEmbedded && options.get("muted") !== "0");

  function setMuted(isMuted) {
    video.muted = isMuted;
    if (!isMuted && video.volume === 0) video.volume = 0.5;
    say(isMuted ? "Sound off" : "Sound on");
  }

  function setVolume(value) {
    video.volume = Math.min(1, Math.max(0, value));
    video.muted = false;
    say(`Volume ${Math.round(video.volume * 100)} %`);
  }

  function drawSound() {
    const heard = video.muted ? 0 : video.volume;
    dress(mute, heard === 0 ? "silent" : "sound", heard === 0 ? "Sound on (m)" : "Sound off (m)");
    volume.value = heard;
    volume.style.setProperty("--at", `${heard * 100}%`);
    sound.hidden = !video.muted || !["playing", "buffering"].includes(player.state) || !hasSound();
    if (!video.muted) store[VOLUME_KEY] = video.volume;
  }

  const hasSound = () => player.source?.name === "native HLS" || /mp4a|opus|flac|c-3|mp3/i.test(player.tracks.codecs);

  mute.onclick = () => setMuted(!video.muted);
  sound.onclick = () => setMuted(false);
  volume.oninput = () => setVolume(Number(volume.value));
  video.addEventListener("volumechange", drawSound);

  // Windows.

  async function toggleFull() {
    if (document.fullscreenElement) return document.exitFullscreen();
    // An iPhone shows only the video itself in full.
    if (stage.requestFullscreen) return stage.requestFullscreen().catch(() => {});
    video.webkitEnterFullscreen?.();
  }

  async function togglePip() {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await video.requestPictureInPicture();
    } catch {
      say("No picture in picture here");
    }
  }

  full.onclick = toggleFull;
  pip.onclick = togglePip;
  pip.hidden = !document.pictureInPictureEnabled;
  full.hidden = !document.fullscreenEnabled && !video.webkitEnterFullscreen;
  document.addEventListener("fullscreenchange", () => {
    const isFull = Boolean(document.fullscreenElement);
    dress(full, isFull ? "small" : "full", isFull ? "Leave full screen (f)" : "Full screen (f)");
  });

  // The bar comes with a movement and goes with rest.

  let resting = 0;

  // `event`: what somebody did; without one the bar is shown for a change of state.
  function wake(event) {
    if (event && !isWanted) {
      isWanted = true;
      measure();
    }
    stage.classList.remove("idle");
    clearTimeout(resting);
    resting = setTimeout(rest, REST * 1000);
  }

  function hide() {
    isWanted = false;
    stage.classList.add("idle");
  }

  function rest() {
    const isUsed = bar.querySelector(":focus-visible") || !view.menu.hidden || isScrubbing;
    if (player.state === "playing" && !isUsed) hide();
    else resting = setTimeout(rest, REST * 1000);
  }

  for (const event of ["pointermove", "focusin", "keydown"]) stage.addEventListener(event, wake);
  stage.addEventListener("pointerleave", () => {
    clearTimeout(resting);
    resting = setTimeout(rest, 500);
  });

  // A click pauses; a touch, which has no other way to it, shows the bar.
  let wasIdle = false;
  view.surface.onpointerdown = () => (wasIdle = stage.classList.contains("idle"));
  view.surface.addEventListener("click", ({ pointerType }) => {
    if (pointerType !== "touch") toggle();
    else if (!wasIdle && player.state === "playing") hide();
    else wake(true);
  });
  view.surface.ondblclick = toggleFull;

  // Keys.

  const keys = {
    " ": toggle, k: toggle, m: () => setMuted(!video.muted), f: toggleFull, p: togglePip, l: () => goTo(0), End: () => goTo(0),
    ArrowLeft: () => step(-STEP), ArrowRight: () => step(STEP), Home: () => goTo(Infinity),
    ArrowUp: () => setVolume(video.volume + 0.05), ArrowDown: () => setVolume(video.volume - 0.05),
    q: menu.toggle, Escape: menu.close, i: statistics.toggle, c: dialogs.share, "?": dialogs.keys,
  };

  document.addEventListener("keydown", (event) => {
    const { target, key } = event, dialog = target.closest?.("dialog");
    // A dialog that has closed keeps the focus until the next picture; the keys are the page's again at once.
    if (event.ctrlKey || event.metaKey || event.altKey || dialog?.open) return;
    if (key === " " && !dialog && target.closest?.("button")) return;
    if (target === volume && /^(Arrow|Home|End)/.test(key)) return;
    const action = keys[key] ?? keys[key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    wake(event);
    if (action !== menu.toggle) menu.close();
    action();
  });

  // What the player tells.

  function draw() {
    const isPlaying = !["paused", "blocked", "idle"].includes(player.state);
    dress(play, isPlaying ? "pause" : "play", isPlaying ? "Pause (k)" : "Play (k)");
    drawSound();
    drawPlace();
    wake();
  }

  player.addEventListener("state", draw);
  player.addEventListener("tracks", draw);
  dress(full, "full", "Full screen (f)");
  dress(pip, "pip", "Picture in picture (p)");
  draw();
  // For a phone's locked screen, and the keys of a headset.
  if (navigator.mediaSession) navigator.mediaSession.metadata = new MediaMetadata({ title: streamName });
  return { statistics, setMuted };
}

// What the browser keeps for this page; some keep nothing.
function storage() {
  try {
    return localStorage;
  } catch {
    return {};
  }
}
