// Media Source Extensions, with the waiting taken out: what is handed in is appended in order.

const Source = self.MediaSource ?? self.ManagedMediaSource;
// How much of the past stays for a small step back, in seconds.
const KEPT = 20;

export const canFeed = Boolean(Source);
export const canPlay = (type) => Source.isTypeSupported(type);

// `video/mp4; codecs="…"`, with names as browsers know them.
export function typeOf(kind, codecs) {
  const known = codecs.map((codec) => ({ Opus: "opus", fLaC: "flac" })[codec] ?? codec);
  return `${kind}/mp4; codecs="${known.join(",")}"`;
}

export class Feed {
  lanes = [];
  isClosed = false;

  constructor(video, onFailure) {
    this.video = video;
    this.onFailure = onFailure;
  }

  async open() {
    this.source = new Source();
    // Without that, a managed source does not begin.
    if (!self.MediaSource) this.video.disableRemotePlayback = true;
    const url = URL.createObjectURL(this.source);
    await new Promise((opened) => {
      this.source.onsourceopen = opened;
      this.video.src = url;
    });
    URL.revokeObjectURL(url);
    this.source.duration = Infinity;
  }

  lane(type) {
    const lane = new Lane(this, type);
    this.lanes.push(lane);
    return lane;
  }

  // Nothing follows: the player plays what it has and says that it has ended.
  finish() {
    if (this.source.readyState === "open" && !this.lanes.some((lane) => lane.isBusy)) this.source.endOfStream();
  }

  trim() {
    const { buffered, currentTime } = this.video;
    if (buffered.length && buffered.start(0) < currentTime - 2 * KEPT) {
      for (const lane of this.lanes) lane.call((buffer) => buffer.remove(0, currentTime - KEPT));
    }
  }

  close() {
    this.isClosed = true;
  }
}

// One SourceBuffer and what waits for it: bytes, and calls between bytes.
class Lane {
  #waiting = [];
  #appended = [];

  constructor(feed, type) {
    this.feed = feed;
    this.type = type;
    this.buffer = feed.source.addSourceBuffer(type);
    this.buffer.onupdateend = () => {
      for (const { done } of this.#appended.splice(0)) done?.();
      this.#pump();
    };
    this.buffer.onerror = () => this.#fail(new Error("the browser refused the media"));
  }

  get isBusy() {
    return this.buffer.updating || this.#waiting.length > 0;
  }

  // Where what it holds ends, in seconds.
  get end() {
    const { buffered } = this.buffer;
    return buffered.length ? buffered.end(buffered.length - 1) : 0;
  }

  append(bytes, done) {
    this.#add({ bytes, done });
  }

  call(call) {
    this.#add({ call });
  }

  // An initialization section, of another type perhaps.
  begin(bytes, type) {
    if (type !== this.type) this.call((buffer) => buffer.changeType(type));
    this.type = type;
    this.append(bytes);
  }

  #add(item) {
    this.#waiting.push(item);
    this.#pump();
  }

  #pump() {
    while (this.#waiting.length && !this.buffer.updating && !this.feed.isClosed) {
      const [{ call }] = this.#waiting;
      try {
        if (call) {
          this.#waiting.shift();
          call(this.buffer);
        } else {
          // What has piled up goes in at once: each append costs the browser about the same.
          const next = this.#waiting.findIndex((item) => item.call), count = next < 0 ? this.#waiting.length : next;
          this.buffer.appendBuffer(joined(this.#waiting.slice(0, count).map((item) => item.bytes)));
          this.#appended = this.#waiting.splice(0, count);
        }
      } catch (error) {
        if (error.name !== "QuotaExceededError" || !this.#makeRoom()) return this.#fail(error);
      }
    }
  }

  #makeRoom() {
    const { currentTime } = this.feed.video, { buffered } = this.buffer;
    if (!buffered.length || buffered.start(0) > currentTime - 2) return false;
    this.buffer.remove(0, currentTime - 1);
    return true;
  }

  #fail(error) {
    if (!this.feed.isClosed) this.feed.onFailure(error);
  }
}

function joined(pieces) {
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(new Uint8Array(piece), at);
    at += piece.byteLength;
  }
  return whole;
}
