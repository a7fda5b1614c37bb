"use strict";
(() => {
  const page = location.pathname.replace(/\/+$/, "");
  const query = new URLSearchParams(location.search);
  query.delete("embed");
  const suffix = query.size ? "?" + query : "";
  const playlist = page + "/index.m3u8" + suffix;

  const player = document.getElementById("player");
  const notice = document.getElementById("notice");
  const headline = document.getElementById("headline");
  const detail = document.getElementById("detail");
  const badge = document.getElementById("badge");
  const sound = document.getElementById("sound");

  const RETRY = 2000;      // between looks for a stream that is not there, in ms
  const STALL = 8000;      // without progress before the player is started anew, in ms
  let timer = 0, playing = false, lastTime = 0, lastProgress = 0;

  function show(title, text) {
    headline.textContent = title;
    detail.textContent = text;
    notice.hidden = false;
    badge.hidden = true;
    sound.hidden = true;
  }

  // A browser's own HLS player gives up on a playlist with fewer segments than it wants to start behind the end.
  const ENOUGH = 3;

  async function isReady() {
    const main = await fetch(playlist, { cache: "no-store" });
    if (!main.ok) return main.status;
    const first = (await main.text()).split("\n").find((line) => line && !line.startsWith("#"));
    if (!first) return 404;
    const media = await fetch(new URL(first, main.url), { cache: "no-store" });
    if (!media.ok) return media.status;
    const text = await media.text();
    if (text.includes("#EXT-X-ENDLIST")) return 404;
    return text.split("#EXTINF").length > ENOUGH ? 200 : 202;
  }

  function look() {
    clearTimeout(timer);
    isReady().then((status) => {
      if (status === 200) return start();
      if (status === 202) show("Starting…", "The stream has just begun.");
      else if (status === 403) show("Not allowed", "This stream asks for a permission that this address does not carry.");
      else if (status === 404) show("Offline", "The stream is not live at the moment. It starts here by itself.");
      else show("One moment…", "The server is busy; trying again.");
      timer = setTimeout(look, status === 202 ? RETRY / 4 : RETRY);
    }).catch(() => {
      show("No connection", "The server cannot be reached; trying again.");
      timer = setTimeout(look, RETRY);
    });
  }

  function start() {
    if (!player.canPlayType("application/vnd.apple.mpegurl")) {
      return show("This browser cannot play HLS", "Chrome, Edge and Safari can; other ways to watch come with a later version.");
    }
    playing = true;
    lastTime = 0;
    lastProgress = performance.now();
    player.src = playlist;
    player.play().catch(() => {});
    timer = setTimeout(watch, 1000);
  }

  function watch() {
    if (!playing) return;
    const now = performance.now();
    if (player.currentTime !== lastTime || player.paused && !player.ended && lastTime > 0) {
      lastTime = player.currentTime;
      lastProgress = now;
    } else if (now - lastProgress > STALL) {
      return again();
    }
    timer = setTimeout(watch, 1000);
  }

  function again() {
    playing = false;
    clearTimeout(timer);
    player.removeAttribute("src");
    player.load();
    show("One moment…", "The stream was interrupted; looking for it.");
    timer = setTimeout(look, RETRY);
  }

  player.addEventListener("playing", () => {
    notice.hidden = true;
    badge.hidden = false;
    sound.hidden = !player.muted;
  });
  player.addEventListener("ended", again);
  player.addEventListener("error", () => { if (playing) again(); });
  player.addEventListener("volumechange", () => { sound.hidden = !player.muted || !notice.hidden; });
  sound.addEventListener("click", () => { player.muted = false; });

  const embed = document.getElementById("embed");
  const source = location.origin + page + "?embed=1" + (query.size ? "&" + query : "");
  embed.value = `<iframe src="${source}" width="640" height="360" allow="autoplay; fullscreen" frameborder="0"></iframe>`;
  embed.addEventListener("focus", () => embed.select());

  look();
})();
