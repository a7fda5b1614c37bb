// What happens on the server, as it happens. `EventSource` cannot send a token, so the stream is read by `fetch`.

import { open } from "./access.js";

const KEPT = 1000, RECENT = 200;
const SHORTEST = 1, LONGEST = 30;
// The server gives a sign of life every 15 s.
const SILENCE = 40;

// Takes server-sent events apart (HTML §9.2.6), however their bytes are cut.
export class EventParser {
  #rest = "";
  #event = {};

  push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line) {
    if (line === "") {
      const { data, type = "message", id } = this.#event;
      this.#event = {};
      return data === undefined ? [] : [{ type, id, data }];
    }
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (name === "event") this.#event.type = value;
    else if (name === "id") this.#event.id = value;
    else if (name === "data") this.#event.data = this.#event.data === undefined ? value : `${this.#event.data}\n${value}`;
    return [];
  }
}

// Tells "event" with the event as its detail, and "state" when the connection comes or goes.
class EventFeed extends EventTarget {
  isConnected = false;
  // The latest, the newest first.
  latest = [];
  #lastID = null;
  #connection = null;

  start() {
    this.stop();
    this.#connection = new AbortController();
    this.#run(this.#connection);
  }

  stop() {
    this.#connection?.abort();
    this.#connection = null;
    this.#setConnected(false);
  }

  forget() {
    this.stop();
    this.latest = [];
    this.#lastID = null;
  }

  async #run(connection) {
    let pause = SHORTEST;
    while (this.#connection === connection) {
      const reading = new AbortController();
      const end = () => reading.abort();
      connection.signal.addEventListener("abort", end);
      try {
        await this.#read(reading, () => (pause = SHORTEST));
      } catch (problem) {
        // Nobody gets in by asking again at once, but perhaps later.
        if (problem.status === 401 || problem.status === 403) pause = LONGEST;
      }
      connection.signal.removeEventListener("abort", end);
      if (this.#connection !== connection) return;
      this.isConnected = false;
      // Told also when there never was a connection.
      this.dispatchEvent(new Event("state"));
      // A crowd of dashboards does not come back all at once.
      await new Promise((done) => setTimeout(done, 1000 * pause * (0.5 + Math.random())));
      pause = Math.min(2 * pause, LONGEST);
    }
  }

  async #read(reading, onConnected) {
    const resumption = this.#lastID === null ? {} : { "Last-Event-ID": this.#lastID };
    const answer = await open(`/events?recent=${RECENT}`, { headers: resumption, signal: reading.signal });
    onConnected();
    this.#setConnected(true);
    const bytes = answer.body.pipeThrough(new TextDecoderStream()).getReader(), parser = new EventParser();
    let watchdog = 0;
    try {
      for (;;) {
        clearTimeout(watchdog);
        watchdog = setTimeout(() => reading.abort(), 1000 * SILENCE);
        const { value, done } = await bytes.read();
        if (done) return;
        for (const event of parser.push(value)) this.#take(event);
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  #take({ type, id, data }) {
    let told;
    try {
      told = JSON.parse(data);
    } catch {
      return;
    }
    if (id) this.#lastID = id;
    const event = { type, id, ...told };
    if (type !== "reset") {
      this.latest.unshift(event);
      if (this.latest.length > KEPT) this.latest.length = KEPT;
    }
    this.dispatchEvent(new CustomEvent("event", { detail: event }));
  }

  #setConnected(isConnected) {
    if (this.isConnected === isConnected) return;
    this.isConnected = isConnected;
    this.dispatchEvent(new Event("state"));
  }
}

export const feed = new EventFeed();
