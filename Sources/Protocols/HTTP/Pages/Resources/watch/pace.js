// How far behind the live edge to play, and how to stay there.
//
// A piece of media that starts at s and arrives at a must not be due before a. So the picture has to be as late as the
// latest piece was (the most of a - s), and a little later. Both clocks may have any origin: only differences count.

import { now } from "./clock.js";

// How long a late piece is remembered, in seconds.
const MEMORY = 12;
// Rates at which nobody hears a difference.
const SLOWEST = 0.95, FASTEST = 1.1;
// Differences that are left alone, in seconds, and those at the beginning that are jumped over.
const EASE = 0.03, LEAP = 0.3;

export class Pace {
  #late = [];
  #arrivals = new Map();
  #penalty = 0;
  #punished = 0;
  #isPlaced = false;
  stalls = 0;

  // `margin`: seconds to spare. `patience`: seconds behind its place at which it jumps instead of hurrying.
  constructor(video, margin, patience) {
    this.video = video;
    this.margin = margin;
    this.patience = patience;
  }

  // Takes note of media from `start` to `end` that a lane got at `at`.
  arrived(lane, at, start, end) {
    // What comes faster than it plays was there before, and tells nothing of how late the live edge comes.
    const isLive = at - (this.#arrivals.get(lane) ?? at) >= (end - start) / 2;
    this.#arrivals.set(lane, at);
    if (isLive && end > start) this.note(at, start);
  }

  // Takes note of media from `start` on that came at `at`, as soon as it could.
  note(at, start) {
    if (!isFinite(start)) return;
    this.#late = this.#late.filter((note) => at - note.at < MEMORY && note.by > at - start);
    this.#late.push({ at, by: at - start });
  }

  stalled() {
    this.stalls += 1;
    this.#penalty = Math.min(1, this.penalty + 0.1);
    this.#punished = now();
  }

  // What stalls have added to the margin; half of it is forgiven each minute.
  get penalty() {
    return this.#penalty * 0.5 ** ((now() - this.#punished) / 60);
  }

  // Seconds that the picture shall be late, on the same scale as `delay`; undefined until known.
  get wanted() {
    const [latest] = this.#late;
    return latest && latest.by + this.margin + this.penalty;
  }

  get delay() {
    return now() - this.video.currentTime;
  }

  // Seconds of media to have in hand when all is in order: what statistics call the target.
  get reserve() {
    const last = this.#late.at(-1);
    return last && this.wanted - last.by;
  }

  // Goes on as fast as it should. Called a few times a second, and whenever media comes.
  steer() {
    const { video, wanted } = this;
    if (wanted === undefined || video.paused || video.seeking) return;
    const excess = this.delay - wanted, most = this.#isPlaced ? this.patience : LEAP;
    this.#isPlaced = true;
    if (excess > most) return this.#jump(now() - wanted);
    const rate = Math.abs(excess) < EASE ? 1 : 1 + Math.min(FASTEST - 1, Math.max(SLOWEST - 1, excess / 3));
    this.#setRate(video.readyState > 2 ? rate : 1);
  }

  rest() {
    this.#setRate(1);
  }

  #setRate(rate) {
    const rounded = Math.round(rate * 50) / 50;
    if (this.video.playbackRate !== rounded) this.video.playbackRate = rounded;
  }

  #jump(time) {
    const { buffered } = this.video;
    if (!buffered.length) return;
    const last = buffered.length - 1;
    const place = Math.min(Math.max(time, buffered.start(last)), buffered.end(last) - 0.05);
    if (place > this.video.currentTime) this.video.currentTime = place;
  }
}

// Jumps over a hole in what is buffered, once the picture stands before it. True when it did.
export function skipGap(video) {
  const { buffered, currentTime } = video;
  for (let i = 0; i < buffered.length; i += 1) {
    const start = buffered.start(i);
    if (currentTime < start) {
      if (i > 0 && buffered.end(i - 1) > currentTime + 0.1) return false;
      video.currentTime = start + 0.01;
      return true;
    }
  }
  return false;
}
