// Plays the fragments that a WebSocket brings the moment they are made.
//
// A text message tells what follows: `init` before an initialization section, `end` after the last fragment.

import { mediaURL } from "./address.js";
import { referenceIn, timescalesOf } from "./boxes.js";
import { now, serverTime } from "./clock.js";
import { Feed, canPlay, typeOf } from "./feed.js";
import { Pace } from "./pace.js";

// Seconds until a connection is taken for blocked, or for dead.
const OPENING_LIMIT = 4, SILENCE_LIMIT = 6;
// Seconds behind the newest fragment at which the picture begins.
const FIRST_RESERVE = 0.2;
// Seconds before it is due at which a sync frame of another connection is waited for no longer.
const LEAST_RESERVE = 0.1;

export class WebSocketSource {
  name = "WebSocket";
  isLive = true;
  behind = 0;
  bytes = 0;
  #reference = null;
  #lane = null;
  #scales = null;
  #type = null;
  #kinds = "";
  #end = 0;
  #heardAt = 0;

  // `wanted`: the identifiers of tracks, where the viewer has chosen.
  constructor(player, wanted) {
    this.player = player;
    this.wanted = wanted;
    this.pace = new Pace(player.video, 0.06, 1.5);
    this.feed = new Feed(player.video, (error) => this.#leave("broken", error));
  }

  async start() {
    await this.feed.open();
    if (this.feed.isClosed) return;
    const socket = (this.socket = this.#connect());
    socket.onopen = () => (this.#heardAt = now());
    socket.onclose = () => this.#leave(this.#heardAt ? "broken" : "refused");
    socket.onmessage = ({ data }) => this.#hear(data, now());
    this.timer = setTimeout(() => this.#heardAt || this.#leave("refused"), OPENING_LIMIT * 1000);
  }

  stop() {
    clearTimeout(this.timer);
    this.feed.close();
    hangUp(this.socket);
    hangUp(this.next);
  }

  // Takes another track: by a connection beside the first one, whose place it takes at a sync frame that is not due yet.
  select(kind, id, isOther) {
    this.wanted[kind] = id;
    if (!isOther) return;
    hangUp(this.next);
    const next = (this.next = this.#connect());
    next.held = [];
    next.onclose = () => this.#leave("changed");
    next.onmessage = ({ data }) => {
      if (typeof data === "string") [next.held, next.start] = [[]];
      if (next.held.length > 1 && !next.start) {
        // Sync frames carry a reference.
        const time = referenceIn(data, timescalesOf(next.held[1]))?.time;
        if (!(time > this.player.video.currentTime)) return;
        next.start = time;
      }
      next.held.push(data);
      this.#handOver();
    };
  }

  // Lets the second connection go on where the first one has come to: sound that is still under way on that one belongs
  // before the sync frame. Where it does not come there in time, the second one goes on without it.
  #handOver() {
    const { socket, next } = this, start = next?.start;
    if (!start || (this.#reference?.time < start && start - this.player.video.currentTime > LEAST_RESERVE)) return false;
    [next.onclose, next.onmessage] = [socket.onclose, socket.onmessage];
    [this.socket, this.next] = [next];
    hangUp(socket);
    for (const one of next.held.splice(0)) this.#hear(one, now());
    return true;
  }

  #connect() {
    const url = mediaURL(".mp4", this.wanted);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    return socket;
  }

  tick() {
    this.pace.steer();
    this.feed.trim();
    if (!this.#heardAt || now() - this.#heardAt < SILENCE_LIMIT) return;
    this.#heardAt = now();
    this.player.checkConnection(this);
  }

  // Seconds from the server to the picture.
  get latency() {
    if (!this.#reference) return undefined;
    const { wallclock, time } = this.#reference;
    return (serverTime() - wallclock) / 1000 - (this.player.video.currentTime - time);
  }

  #leave(reason, error) {
    this.player.lost(this, reason, error);
  }

  #hear(data, at) {
    if (this.feed.isClosed) return;
    this.#heardAt = at;
    if (typeof data === "string") return this.#take(JSON.parse(data));
    this.bytes += data.byteLength;
    if (this.#type) this.#begin(data);
    else if (this.#lane) this.#append(data, at);
  }

  #take(message) {
    if (message.type === "end") return this.#leave("ended");
    if (message.type !== "init") return;
    const { mime = "", tracks } = message;
    const playable = tracks.filter(({ kind, codec }) => canPlay(typeOf(kind, [codec])));
    // What this browser can decode of what the server chose, or else something beside it.
    const of = (kind) => playable.filter((track) => track.kind === kind);
    const pick = (kind) => (of(kind).find(({ id }) => id === message[kind]) ?? of(kind)[0])?.id;
    const { wanted } = this, isDeaf = wanted.audio === "none", video = pick("video"), audio = pick("audio") ?? "none";
    if (!canPlay(mime) || (isDeaf && audio !== "none")) {
      // Nobody wants a stream without its picture.
      const isLost = video === undefined && ("video" in message || audio === "none");
      if (isLost || (wanted.video === video && wanted.audio === audio)) return this.#leave("unsupported", new Error(mime));
      Object.assign(wanted, { video, audio });
      return this.#leave("changed");
    }
    // A SourceBuffer keeps the number of its tracks for life.
    const kinds = `${"video" in message}${"audio" in message}`;
    if (this.#lane && kinds !== this.#kinds) return this.#leave("changed");
    this.#kinds = kinds;
    this.#type = mime;
    this.player.describe(this, {
      isDeaf, video: of("video"), audio: of("audio"),
      current: message, codecs: tracks.filter((track) => track.id === message[track.kind]).map((track) => track.codec),
    });
  }

  #begin(bytes) {
    this.#scales = timescalesOf(bytes);
    this.#lane ??= this.feed.lane(this.#type);
    this.#lane.begin(bytes, this.#type);
    this.#type = null;
  }

  #append(bytes, at) {
    const lane = this.#lane;
    this.#reference = referenceIn(bytes, this.#scales) ?? this.#reference;
    if (this.#handOver()) return;
    lane.append(bytes, () => {
      this.#place();
      // Fragments that were appended together are one, and as late as the first of them.
      if (lane.end > this.#end) this.pace.arrived(lane, at, this.#end, lane.end);
      this.#end = lane.end;
      this.pace.steer();
    });
  }

  // Goes to the live edge, once there is something to show.
  #place() {
    const { video } = this.player, { buffered } = video, last = buffered.length - 1;
    if (last < 0 || (video.currentTime >= buffered.start(0) && video.currentTime < buffered.end(last) + 1)) return;
    video.currentTime = Math.max(buffered.start(last), buffered.end(last) - FIRST_RESERVE);
    this.player.play();
  }
}

function hangUp(socket) {
  if (socket) socket.onclose = socket.onmessage = null;
  socket?.close();
}
