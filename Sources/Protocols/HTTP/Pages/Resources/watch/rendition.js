// One media playlist and the lane that it fills: loads what is next, as long as there is room for it.

import { childURL } from "./address.js";
import { startOf, timescalesOf } from "./boxes.js";
import { now, sleep } from "./clock.js";
import { fault } from "./fault.js";
import { continueTimes, parseMedia, shiftTimes } from "./playlist.js";

// Seconds of media in hand at which loading pauses.
const ENOUGH = 20;
// How often a request is tried again.
const TRIES = 4;

export class Rendition {
  playlist = null;
  isFinished = false;
  #loadedAt = 0;
  #next = { msn: 0, part: 0 };
  #map = null;
  #hinted = null;
  #pending = null;
  // Whether the next piece has to be waited for, and how many in a row had to be.
  #isWaiting = false;
  #awaited = 0;

  // `main`: the rendition whose time scale this one follows.
  constructor(source, lane, url, main) {
    this.source = source;
    this.lane = lane;
    this.url = url;
    this.main = main;
    // What is added to the times in the media; the main rendition finds it out.
    this.offset = main?.offset ?? new Promise((found) => (this.foundOffset = found));
  }

  get window() {
    return this.playlist.end - (this.playlist.segments[0]?.start ?? 0);
  }

  // Where the newest media ends by now, in the presentation's time.
  get edge() {
    return this.playlist.end + Math.min(now() - this.#loadedAt, this.playlist.target);
  }

  // Seconds behind the live edge that the playlist asks of its players.
  get holdBack() {
    const { partTarget, partHoldBack, holdBack, target } = this.playlist;
    return partTarget ? partHoldBack || 3 * partTarget : holdBack || 2 * target;
  }

  // Seconds behind the end of the playlist at which to begin: what is played until the next part comes. That is nearer
  // than the playlist asks for, since the pace sees how late parts come, and falls back where they come later.
  get reserve() {
    const { partTarget } = this.playlist;
    return partTarget ? partTarget + this.source.pace.margin : this.holdBack;
  }

  wallclockAt(time) {
    const segment = this.playlist.segments.findLast((one) => one.start <= time);
    return segment && segment.date + (time - segment.start) * 1000;
  }

  // Makes the independent piece at or before `time` the next one.
  place(time) {
    const { segments } = this.playlist, segment = segments.findLast((one) => one.start <= time) ?? segments[0];
    if (!segment) return;
    let start = segment.start;
    this.#next = { msn: segment.msn, part: 0 };
    this.group = segment.group;
    for (const [index, part] of segment.parts.entries()) {
      if (part.isIndependent && start <= time) this.#next.part = index;
      start += part.duration;
    }
  }

  // Goes on with another playlist of the same content from the next segment on.
  switchTo(url, type) {
    this.#pending = { url, type };
  }

  async run() {
    while (!this.source.isStopped) {
      const piece = this.#nextPiece();
      // The search may have come to the beginning of a segment just now.
      if (this.#pending && this.#next.part === 0) await this.#adopt(this.#pending);
      else if (piece && this.lane.end - this.source.player.video.currentTime > ENOUGH) await this.#rest();
      else if (piece) await this.#load(piece);
      else if (this.playlist.isEnded) break;
      else await this.#waitForMore();
    }
    this.isFinished = true;
  }

  async reload(directives = {}) {
    const url = new URL(this.url);
    for (const [name, value] of Object.entries(directives)) url.searchParams.set(name, value);
    const text = await this.#insist(() => this.source.fetch(url, "text"));
    const playlist = parseMedia(text, (uri) => childURL(uri, url));
    if (this.playlist) continueTimes(playlist, this.playlist);
    else if (this.main) this.#align(playlist, this.main.playlist);
    this.playlist = playlist;
    this.#loadedAt = now();
  }

  // The first playlist goes where the main one has the same wall clock, or else the same end.
  #align(playlist, main) {
    const [first] = playlist.segments, [origin] = main.segments;
    const place = origin?.start + (first?.date - origin?.date) / 1000;
    shiftTimes(playlist, isNaN(place) ? main.end - playlist.end : place);
  }

  async #adopt({ url, type }) {
    [this.url, this.#pending, this.#hinted, this.#map] = [url, null, null, null];
    this.type = type;
    await this.reload();
  }

  // What to load next: a whole segment, or a part of one that is not whole yet.
  #nextPiece() {
    for (const segment of this.playlist.segments) {
      if (segment.msn < this.#next.msn) continue;
      // Whoever is too slow for the window goes on at its beginning.
      if (segment.msn > this.#next.msn) this.#next = { msn: segment.msn, part: 0 };
      const { part } = this.#next, { parts, url } = segment;
      if (url && !segment.isGap && (part === 0 || !parts.length)) return { segment, ...segment };
      if (part < parts.length) {
        const start = parts.slice(0, part).reduce((time, one) => time + one.duration, segment.start);
        return { segment, isPart: true, ...parts[part], start };
      }
      if (!url) return null;
      this.#next = { msn: segment.msn + 1, part: 0 };
    }
    return null;
  }

  // The edge moves on meanwhile, and whoever asks for no playlist is no viewer any more.
  async #rest() {
    await sleep(0.25);
    const { target, isEnded } = this.playlist;
    if (!this.source.isStopped && !isEnded && now() - this.#loadedAt > target) await this.reload();
  }

  async #waitForMore() {
    this.#isWaiting = true;
    const { canBlock, hint, partTarget, target, end } = this.playlist;
    if (!canBlock) {
      await sleep(Math.max(0.1, this.#loadedAt + target / 2 - now()));
      await this.reload();
      if (this.playlist.end === end) await sleep(target / 4);
      return;
    }
    if (hint && !this.#hinted) {
      this.#hinted = { url: hint, bytes: this.source.fetch(hint).catch(() => null) };
    }
    const { msn, part } = this.#next;
    await this.reload(partTarget ? { _HLS_msn: msn, _HLS_part: part } : { _HLS_msn: msn });
  }

  async #load(piece) {
    const { segment, start } = piece, { video } = this.source.player;
    // Another encoder's times, perhaps other codecs: once all before is played, everything begins anew there.
    if (segment.group !== this.group) {
      if (video.currentTime < this.lane.end - 0.2) return sleep(0.05);
      throw fault("changed");
    }
    const hinted = this.#hinted?.url.href === piece.url.href && this.#hinted.bytes;
    this.#hinted = null;
    let bytes;
    try {
      bytes = (await hinted) || (await this.#insist(() => this.source.fetch(piece.url)));
    } catch (error) {
      if (error.reason !== "offline") throw error;
      // It has left the window: the playlist tells what there is now.
      this.#next = { msn: segment.msn + 1, part: 0 };
      return this.reload();
    }
    const arrivedAt = now();
    await this.#begin(segment.map);
    const began = startOf(bytes, this.scales);
    this.foundOffset?.(start - began);
    const offset = await this.offset, place = began + offset;
    this.lane.call((buffer) => (buffer.timestampOffset = offset));
    this.#awaited = this.#isWaiting ? this.#awaited + 1 : 0;
    this.#isWaiting = false;
    // The first to be waited for may have been there for a while: the playlist was old by then.
    const isLive = this.#awaited > 1;
    this.lane.append(bytes, () => isLive && this.source.pace.note(arrivedAt, place));
    this.#next = piece.isPart ? { msn: segment.msn, part: this.#next.part + 1 } : { msn: segment.msn + 1, part: 0 };
  }

  // The initialization section, where it is another than before.
  async #begin(map) {
    if (map?.href === this.#map) return;
    if (!map) throw fault("unsupported", "segments without EXT-X-MAP");
    const bytes = await this.#insist(() => this.source.fetch(map));
    this.scales = timescalesOf(bytes);
    this.lane.begin(bytes, this.type ?? this.lane.type);
    this.#map = map.href;
  }

  // Tries again what the network or a busy server has spoilt.
  async #insist(request) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await request();
      } catch (error) {
        if (attempt === TRIES || !["unreachable", "busy"].includes(error.reason)) throw error;
        await sleep(0.25 * 2 ** attempt * Math.random());
      }
    }
  }
}
