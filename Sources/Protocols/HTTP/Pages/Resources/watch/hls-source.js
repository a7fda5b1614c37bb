// Plays HLS by Media Source Extensions: segments, and the parts of Low-Latency HLS as soon as they are there.
//
// The presentation's time begins with the first segment that the first playlist listed.

import { childURL, playlistURL } from "./address.js";
import { learnClock, now, serverTime } from "./clock.js";
import { fault, faultOf } from "./fault.js";
import { Feed, canPlay, typeOf } from "./feed.js";
import { Pace } from "./pace.js";
import { parseMultivariant } from "./playlist.js";
import { Rendition } from "./rendition.js";
import { Throughput } from "./throughput.js";

const SOUND = /^(mp4a|opus|flac|ac-3|ec-3|mp3)/i;
// Seconds between two changes of quality to a better one.
const UPGRADE_PAUSE = 8;

export class HLSSource {
  name = "HLS";
  isLive = true;
  bytes = 0;
  #throughput = new Throughput();
  #renditions = [];
  #abort = new AbortController();
  #changedAt = 0;
  #playable = [];
  #sounds = [];
  #variant = null;

  // `behind`: seconds behind the live edge at which to begin.
  constructor(player, wanted, behind) {
    this.player = player;
    this.wanted = wanted;
    this.startBehind = behind;
    this.pace = new Pace(player.video, 0.15, 6);
    this.feed = new Feed(player.video, (error) => this.#leave(error));
  }

  async start() {
    try {
      await Promise.all([this.#loadVariants(), this.feed.open()]);
      const variant = (this.#variant = this.#chosenVariant()), sound = this.#sound;
      const main = new Rendition(this, this.feed.lane(this.#type(!sound)), variant.url);
      this.#renditions = [main];
      if (sound) {
        const type = typeOf("audio", variant.codecs.filter((codec) => SOUND.test(codec)).slice(0, 1));
        this.#renditions.push(new Rendition(this, this.feed.lane(type), sound.url, main));
      }
      this.#describe();
      for (const rendition of this.#renditions) await rendition.reload();
      this.#place(main);
      await Promise.all(this.#renditions.map((rendition) => rendition.run()));
    } catch (error) {
      this.#leave(error);
    }
  }

  stop() {
    this.#abort.abort();
    this.feed.close();
  }

  get isStopped() {
    return this.#abort.signal.aborted;
  }

  tick() {
    if (this.isLive) this.pace.steer();
    this.feed.trim();
    if (this.#main && this.#renditions.every((rendition) => rendition.isFinished)) this.feed.finish();
    this.#adapt();
  }

  // Seconds of media that the playlist offers.
  get window() {
    return this.#main?.window ?? 0;
  }

  // Seconds between the picture and the newest media, for somebody who has rewound.
  get behind() {
    return this.isLive || !this.#main ? 0 : Math.max(0, this.#main.edge - this.player.video.currentTime);
  }

  // Seconds from the server to the picture.
  get latency() {
    const wallclock = this.#main?.wallclockAt(this.player.video.currentTime);
    return wallclock && (serverTime() - wallclock) / 1000;
  }

  get isLowLatency() {
    return Boolean(this.#main?.playlist.partTarget);
  }

  // Goes to a place that is in hand; false when it is not.
  seek(behind) {
    const { video } = this.player, { buffered } = video, time = this.#main ? this.#main.edge - behind : NaN;
    if (behind < this.#main?.holdBack) return false;
    for (let i = 0; i < buffered.length; i += 1) {
      if (time < buffered.start(i) || time >= buffered.end(i)) continue;
      this.isLive = false;
      this.pace.rest();
      video.currentTime = time;
      return true;
    }
    return false;
  }

  // Takes another picture from the next segment on; `null` is whatever the network carries. Another sound begins anew.
  select(kind, index, isOther) {
    if (kind === "audio") return isOther && this.player.start(this.player.behind);
    this.wanted.video = index;
    this.#change(this.#chosenVariant());
  }

  // An answer's bytes, or its text.
  async fetch(url, form = "arrayBuffer") {
    const sentAt = Date.now();
    let body, began;
    try {
      const answer = await fetch(url, { signal: this.#abort.signal });
      // A cache in front gives old dates with an age.
      if (!answer.headers.has("Age")) learnClock(answer.headers.get("Date"), sentAt, Date.now());
      if (!answer.ok) throw fault(faultOf(answer.status), `${answer.status} for ${url.pathname}`);
      began = now();
      body = await answer[form]();
    } catch (error) {
      throw error.reason ? error : fault("unreachable", error.message);
    }
    if (form === "text") return body;
    this.bytes += body.byteLength;
    this.#throughput.add(body.byteLength, now() - began);
    return body;
  }

  get #main() {
    return this.#renditions[0]?.playlist && this.#renditions[0];
  }

  #leave(error) {
    if (!this.isStopped) this.player.lost(this, error.reason ?? "broken", error);
  }

  async #loadVariants() {
    const url = playlistURL();
    const { variants, sounds } = parseMultivariant(await this.fetch(url, "text"), (uri) => childURL(uri, url));
    this.#sounds = sounds;
    this.#playable = variants.filter(({ codecs }) => canPlay(typeOf("video", codecs)));
    if (!this.#playable.length) throw fault("unsupported", "no variant with a known codec");
  }

  // The sounds beside the chosen picture, and the one that is heard, unless it lies within the picture's own segments.
  get #choiceOfSounds() {
    return this.#sounds.filter((sound) => sound.group === this.#variant.group);
  }

  get #sound() {
    const choice = this.#choiceOfSounds;
    return choice[this.wanted.audio] ?? choice.find((sound) => sound.isDefault) ?? choice[0];
  }

  #type(isWhole) {
    return typeOf("video", this.#variant.codecs.filter((codec) => isWhole || !SOUND.test(codec)));
  }

  #describe() {
    const choice = this.#choiceOfSounds;
    this.player.describe(this, {
      video: this.#variant.height ? this.#playable.map((one, id) => ({ ...one, id })) : [],
      audio: choice.map((one, id) => ({ ...one, id })),
      current: { video: this.#playable.indexOf(this.#variant), audio: choice.indexOf(this.#sound) },
      codecs: this.#variant.codecs,
    });
  }

  #chosenVariant() {
    return this.#playable[this.wanted.video] ?? this.#throughput.choose(this.#playable, this.player.video);
  }

  // Takes a better or a lesser picture, as the network has it; the viewer's choice stands.
  #adapt() {
    if (!this.#main || this.#playable.length < 2) return;
    const better = this.#chosenVariant();
    if (better.bandwidth < this.#variant.bandwidth || now() - this.#changedAt > UPGRADE_PAUSE) this.#change(better);
  }

  #change(variant) {
    if (variant === this.#variant) return;
    this.#variant = variant;
    this.#changedAt = now();
    this.#main?.switchTo(variant.url, this.#type(!this.#sound));
    this.#describe();
  }

  #place(main) {
    const { segments, end, isEnded } = main.playlist;
    if (isEnded || !segments.length) throw fault("offline");
    this.isLive = this.startBehind <= main.holdBack;
    const time = Math.max(segments[0].start, end - (this.isLive ? main.reserve : this.startBehind));
    for (const rendition of this.#renditions) rendition.place(time);
    this.player.video.currentTime = time;
    this.player.play();
  }
}
