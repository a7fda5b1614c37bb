// Leaves HLS to the browser: for those without Media Source Extensions.

import { playlistURL } from "./address.js";

export const canPlayNatively = (video) => Boolean(video.canPlayType("application/vnd.apple.mpegurl"));

export class NativeSource {
  name = "native HLS";
  isLive = true;
  behind = 0;
  bytes = 0;

  constructor(player) {
    this.player = player;
    this.onerror = async () => {
      const { error } = player.video, isStrange = error?.code === 4 && (await player.probe()) === "live";
      player.lost(this, isStrange ? "unsupported" : "broken", error);
    };
  }

  start() {
    const { video } = this.player;
    video.addEventListener("error", this.onerror);
    video.src = playlistURL().href;
    this.player.describe(this, { video: [], audio: [], current: {}, codecs: [] });
    this.player.play();
  }

  stop() {
    this.player.video.removeEventListener("error", this.onerror);
  }

  tick() {}
}
