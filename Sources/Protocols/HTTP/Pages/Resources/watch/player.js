// Keeps the stream playing: chooses a source, and finds the stream again whenever it is lost.

import { childURL, mediaURL, options, playlistURL } from "./address.js";
import { learnClock, now } from "./clock.js";
import { faultOf } from "./fault.js";
import { canFeed } from "./feed.js";
import { HLSSource } from "./hls-source.js";
import { NativeSource, canPlayNatively } from "./native-source.js";
import { skipGap } from "./pace.js";
import { parseMedia, parseMultivariant } from "./playlist.js";
import { WebSocketSource } from "./websocket-source.js";

// How often a way to play may fail, while the stream is there, before the next one has its turn.
const MOST_FAILURES = new Map([[WebSocketSource, 2], [HLSSource, 3], [NativeSource, Infinity]]);
// Seconds after which a way that failed is given another chance, and of play after which its failures are forgotten.
const PARDON = 300, PROOF = 10;
// Seconds between looks for a stream that is not there: at first, and at most.
const FIRST_WAIT = 0.5, LONGEST_WAIT = 6;
// And where something has to change that is not the network.
const SLOW_WAIT = 30;
// Seconds of pause, or of playing to nobody, after which nothing is loaded any more.
const PAUSE_LIMIT = 15, HIDDEN_LIMIT = 60;
// Seconds of standing still before a hole is jumped, before a look at the server, and before all begins anew.
const HOLE_LIMIT = 0.4, STILL_LIMIT = 6, HOPELESS_LIMIT = 20;
// Seconds behind the live edge from which on a pause is continued where it began.
const RESUME_LIMIT = 3;

// States: idle, connecting, playing, buffering, paused, blocked (the browser wants a click first), offline, unreachable,
// busy, forbidden, limited, unsupported.
export class Player extends EventTarget {
  state = "idle";
  source = null;
  tracks = { video: [], audio: [], current: {}, codecs: [] };
  // The labels of the tracks that the viewer wants; without one, what the source thinks best.
  wish = {};
  reconnects = 0;
  // Why the server refuses, in its own words.
  detail = "";
  #refusal = 0;
  #failures = new Map();
  // The identifiers of the wanted tracks, which each source counts in its own way.
  #chosen = new Map();
  #timer = 0;
  #waits = 0;
  #startedAt = 0;
  #progress = { time: 0, at: 0 };
  #pausedAt = null;
  #looksAt = null;
  #window = { seconds: 0, at: -Infinity };

  constructor(video) {
    super();
    this.video = video;
    video.addEventListener("playing", () => this.#played());
    video.addEventListener("waiting", () => this.#waited());
    video.addEventListener("pause", () => this.#paused());
    video.addEventListener("play", () => this.#resumed());
    video.addEventListener("ended", () => this.source && this.lost(this.source, "ended"));
    document.addEventListener("visibilitychange", () => this.#seen());
    addEventListener("online", () => this.#isLooking && this.#look());
    addEventListener("pagehide", () => this.#leaveSource());
    addEventListener("pageshow", (event) => event.persisted && !this.#isResting && this.start());
    setInterval(() => this.#tick(), 250);
  }

  start(behind = 0) {
    clearTimeout(this.#timer);
    this.#pausedAt = null;
    this.#leaveSource();
    const Kind = behind && this.#canRewind ? HLSSource : this.#kinds[0];
    if (!Kind) return this.#wait("unsupported");
    // What could not be played is tried again behind its notice.
    if (this.state !== "unsupported") {
      this.#become(["playing", "paused", "buffering"].includes(this.state) ? "buffering" : "connecting");
    }
    this.#startedAt = now();
    this.#progress = { time: this.video.currentTime, at: now() };
    this.source = new Kind(this, { ...this.#chosen.get(Kind) }, behind);
    this.source.start();
  }

  // Plays; without sound where the browser refuses it, and not at all where it refuses that too.
  async play() {
    const { video } = this, { muted } = video;
    if (this.#pausedAt !== null) return;
    try {
      await video.play();
    } catch (error) {
      if (error.name !== "NotAllowedError") return;
      if (!muted) {
        video.muted = true;
        return this.play();
      }
      this.#leaveSource();
      this.#become("blocked");
    }
  }

  toggle() {
    if (this.#pausedAt !== null) return this.#resumed();
    if (this.source) return this.video.pause();
    if (!this.#isResting && this.state !== "unsupported") return;
    this.#forget();
    this.#become("connecting");
    // Some browsers let play only what was told to within the click itself.
    this.video.play().catch(() => {});
    this.start();
  }

  // Goes to a place behind the live edge, in seconds; 0 is the edge.
  async seek(behind) {
    if (behind > this.window) await this.measureWindow();
    const place = Math.min(Math.max(0, behind), this.window);
    this.#pausedAt = null;
    if (place < 2) this.#goLive();
    else if (!this.source?.seek?.(place)) this.start(place);
    this.play();
  }

  // Takes the track of a label, or with `null` leaves it to the source.
  choose(kind, label) {
    this.wish[kind] = label;
    this.#apply(kind);
    this.#tell("tracks");
  }

  get behind() {
    const { source } = this, isMoving = this.#pausedAt === null || (source && !source.isLive);
    return (source?.behind ?? 0) + (isMoving ? 0 : now() - this.#pausedAt);
  }

  get isLive() {
    return this.#pausedAt === null && this.behind < RESUME_LIMIT;
  }

  // Seconds that can be rewound.
  get window() {
    return this.source?.window || (this.#canRewind ? this.#window.seconds : 0);
  }

  // Looks how far back the playlists go, for a source that does not know; at most once a second.
  async measureWindow() {
    if (!this.#canRewind || this.source?.window || this.#isLooking || now() - this.#window.at < 1) return;
    this.#window.at = now();
    try {
      const read = async (url) => (await fetch(url)).text();
      const main = playlistURL();
      const { variants } = parseMultivariant(await read(main), (uri) => childURL(uri, main));
      this.#window.seconds = parseMedia(await read(variants[0].url), (uri) => uri).end;
    } catch {
      this.#window.seconds = 0;
    }
  }

  // What sources tell.

  describe(source, tracks) {
    if (source !== this.source) return;
    for (const kind of ["video", "audio"]) label(tracks[kind]);
    this.tracks = tracks;
    this.#apply("video");
    this.#apply("audio");
    this.#tell("tracks");
  }

  lost(source, reason, error) {
    if (source !== this.source) return;
    this.lastFault = error ? `${reason}: ${error.message ?? error}` : reason;
    const Kind = source.constructor, { behind } = source, isPaused = this.#pausedAt !== null;
    this.#leaveSource();
    if (reason === "unsupported") this.#failures.set(Kind, { count: Infinity, at: Infinity });
    else this.reconnects += 1;
    if (reason === "changed") {
      this.#chosen.set(Kind, source.wanted);
      this.#forget(Kind);
    }
    if (reason === "ended" || (isPaused && reason === "offline")) {
      this.#pausedAt = null;
      this.#forget();
      return this.#wait("offline");
    }
    // Somebody who pauses needs nothing; playing on begins anew.
    if (isPaused) return;
    if (["unsupported", "changed"].includes(reason)) return this.start(behind);
    if (["forbidden", "limited"].includes(reason)) return this.#wait(reason);
    return this.#look(source);
  }

  // A source hears nothing: is it the publisher, or the network?
  async checkConnection(source) {
    const outcome = await this.probe();
    if (outcome !== "live") this.lost(source, "broken", new Error("silence"));
  }

  get #kinds() {
    const ways = {
      websocket: canFeed && self.WebSocket && WebSocketSource, hls: canFeed && HLSSource,
      native: canPlayNatively(this.video) && NativeSource,
    };
    const asked = options.get("transport");
    const kinds = Object.keys(ways).filter((way) => ways[way] && way === (asked ?? way)).map((way) => ways[way]);
    const trusted = kinds.filter((kind) => {
      const failures = this.#failures.get(kind);
      return !failures || now() - failures.at > PARDON || failures.count < MOST_FAILURES.get(kind);
    });
    return trusted.length ? trusted : kinds.filter((kind) => this.#failures.get(kind)?.count !== Infinity);
  }

  get #canRewind() {
    return this.#kinds.includes(HLSSource);
  }

  // Forgets what could not be played: other tracks may be there now. `but`: the way that told of them.
  #forget(but) {
    for (const [kind, { count }] of this.#failures) {
      if (count === Infinity && kind !== but) this.#failures.delete(kind);
    }
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.#tell("state");
  }

  #tell(event) {
    this.dispatchEvent(new Event(event));
  }

  #apply(kind) {
    const { source, tracks } = this, wanted = this.wish[kind];
    if (!source || wanted === undefined) return;
    const id = tracks[kind].find((track) => track.label === wanted)?.id ?? null;
    const known = this.#chosen.get(source.constructor) ?? {};
    // Where no sound can be played, there is no choice.
    if ([id, "none"].includes(known[kind] ?? null)) return;
    this.#chosen.set(source.constructor, { ...known, [kind]: id });
    source.select?.(kind, id, tracks.current[kind] !== id);
  }

  #leaveSource() {
    if (!this.source) return;
    // A pause in the past knows how far that is.
    if (this.#pausedAt !== null) this.#pausedAt = now() - this.behind;
    this.#tell("leaving");
    this.source.stop();
    this.source = null;
    // What is left of it in hand is not played on under a notice.
    this.video.pause();
  }

  #goLive() {
    // WebSocket is nearer to the edge, where it can be had.
    if (!this.source?.isLive || this.source.constructor !== this.#kinds[0]) this.start();
  }

  // Waiting and looking.

  get #isLooking() {
    return !this.source && ["offline", "unreachable", "busy", "forbidden", "limited", "unsupported"].includes(this.state);
  }

  // Whether nothing is to begin by itself.
  get #isResting() {
    return this.#pausedAt !== null || ["idle", "blocked"].includes(this.state);
  }

  #wait(state) {
    this.#become(state);
    clearTimeout(this.#timer);
    const isSlow = ["limited", "unsupported"].includes(state);
    const most = isSlow ? SLOW_WAIT : Math.min(LONGEST_WAIT, FIRST_WAIT * 1.6 ** this.#waits);
    this.#waits += 1;
    // Spread, so that the viewers of a server that comes back do not come all at once.
    this.#timer = setTimeout(() => this.#look(), most * (0.5 + Math.random() / 2) * 1000);
  }

  // Asks whether the stream is there. `failed`: the source that could not play it.
  async #look(failed) {
    clearTimeout(this.#timer);
    const look = (this.#looksAt = {});
    if (failed) this.#become(failed.wasPlaying ? "buffering" : "connecting");
    const outcome = await this.probe();
    if (this.source || look !== this.#looksAt) return;
    if (outcome !== "live" || this.state === "unsupported") this.#forget();
    if (outcome !== "live") return this.#wait(outcome);
    if (!failed) return this.start();
    const failures = this.#failures.get(failed.constructor);
    this.#failures.set(failed.constructor, { count: (failures?.count ?? 0) + 1, at: now() });
    this.#timer = setTimeout(() => this.start(), Math.min(LONGEST_WAIT, 0.2 * 2 ** this.#waits) * 1000 * Math.random());
    this.#waits += 1;
  }

  async probe() {
    const sentAt = Date.now();
    const ask = (method) => fetch(mediaURL(".mp4"), { method, cache: "no-store", signal: AbortSignal.timeout(5000) });
    try {
      const { headers, status } = await ask("HEAD");
      learnClock(headers.get("Date"), sentAt, Date.now());
      if (status !== this.#refusal) {
        this.#refusal = status;
        // Only a refusal has an end, and words.
        this.detail = [401, 403, 406].includes(status) ? (await (await ask("GET")).text()).slice(0, 300) : "";
        this.#tell("detail");
      }
      return faultOf(status) ?? "live";
    } catch {
      return "unreachable";
    }
  }

  // What the video element tells.

  #played() {
    if (!this.source) return;
    this.source.wasPlaying = true;
    this.#waits = 0;
    this.#become("playing");
  }

  #waited() {
    const { source, video } = this;
    if (!source?.wasPlaying || video.paused) return;
    if (!video.seeking && source.isLive) source.pace?.stalled();
    this.#become("buffering");
  }

  #paused() {
    if (!this.source?.wasPlaying || this.video.ended || this.video.error) return;
    this.measureWindow();
    this.#pausedAt = now();
    this.#become("paused");
  }

  // Continues where the pause began, if that can still be had.
  #resumed() {
    if (this.#pausedAt === null) return;
    const { behind, source } = this;
    this.#pausedAt = null;
    if (source && (behind < RESUME_LIMIT || !source.isLive)) {
      this.#become("playing");
      this.play();
    } else {
      this.seek(behind < this.window ? behind : 0);
    }
  }

  #seen() {
    clearTimeout(this.hiddenTimer);
    if (!document.hidden) {
      if (this.isSleeping) this.start();
      this.isSleeping = false;
      return this.#tick();
    }
    this.hiddenTimer = setTimeout(() => {
      if (!this.source || !this.video.muted || document.pictureInPictureElement || this.#pausedAt !== null) return;
      this.isSleeping = true;
      this.#leaveSource();
    }, HIDDEN_LIMIT * 1000);
  }

  #tick() {
    const { source, video } = this;
    if (!source) return;
    if (this.#pausedAt !== null) {
      if (now() - this.#pausedAt > PAUSE_LIMIT && source.isLive) {
        this.#leaveSource();
      }
      return;
    }
    source.tick();
    if (!source.isLive && source.behind < RESUME_LIMIT - 1) this.#goLive();
    if (now() - this.#startedAt > PROOF && source.wasPlaying) this.#failures.delete(source.constructor);
    this.#watch();
  }

  // Sees to it that the picture moves.
  #watch() {
    const { source, video } = this, progress = this.#progress;
    // Some browsers begin nothing in a tab that nobody has seen.
    if (document.hidden && !source.wasPlaying) progress.at = now();
    if (video.currentTime !== progress.time) {
      this.#progress = { time: video.currentTime, at: now() };
      if (this.state === "buffering" && video.readyState > 2 && !video.seeking) this.#become("playing");
      return;
    }
    const still = now() - progress.at;
    if (still > HOLE_LIMIT && video.readyState < 3 && skipGap(video)) return;
    if (video.paused && video.readyState > 2) this.play();
    if (still > HOPELESS_LIMIT) this.lost(source, "broken", new Error("the picture stood still"));
    else if (still > STILL_LIMIT && !progress.isChecked) {
      progress.isChecked = true;
      this.checkConnection(source);
    }
  }
}

// Gives every track a name of its own to be called by.
function label(tracks) {
  const taken = new Set();
  for (const track of tracks) {
    const rate = track.frameRate > 31 ? Math.round(track.frameRate) : "";
    const plain = track.height ? `${track.height}p${rate}` : (track.name || languageName(track.language));
    track.label = plain || `Track ${track.id + 1}`;
    for (let count = 2; taken.has(track.label); count += 1) track.label = `${plain} (${count})`;
    taken.add(track.label);
  }
}

function languageName(code) {
  try {
    return code && new Intl.DisplayNames(undefined, { type: "language" }).of(code);
  } catch {
    return code;
  }
}
