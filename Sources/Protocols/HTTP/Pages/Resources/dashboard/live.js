// What is live now, with figures and their history; asked for while somebody looks.

import { ask } from "./access.js";
import { feed } from "./event-feed.js";
import { every } from "./polling.js";

const INTERVAL = 2, PAGE = 1000, POINTS = 60, POINT_SECONDS = 5;

// Tells "change" after each look.
class LiveStreams extends EventTarget {
  // By path: the stream as the API shows it, and its history.
  byPath = new Map();
  isKnown = false;
  problem = null;
  #viewers = 0;
  #polling = null;

  // Looks until the function that it gives is called.
  follow(onChange) {
    const listener = () => onChange(this);
    this.addEventListener("change", listener);
    this.#viewers += 1;
    if (this.#viewers === 1) this.#begin();
    else if (this.isKnown) onChange(this);
    return () => {
      this.removeEventListener("change", listener);
      this.#viewers -= 1;
      if (this.#viewers === 0) this.#end();
    };
  }

  refresh() {
    this.#polling?.refresh();
  }

  #begin() {
    this.byPath = new Map();
    this.isKnown = false;
    this.#polling = every(INTERVAL, () => this.#look());
    feed.addEventListener("event", this.#hear);
  }

  #end() {
    this.#polling.stop();
    this.#polling = null;
    feed.removeEventListener("event", this.#hear);
  }

  #hear = ({ detail }) => {
    if (/^(stream|finding|tracks)\.|^reset$/.test(detail.type)) this.refresh();
  };

  async #look() {
    let streams;
    try {
      streams = await this.#ask();
      this.problem = null;
    } catch (problem) {
      this.problem = problem;
      this.dispatchEvent(new Event("change"));
      throw problem;
    }
    if (!this.#polling) return;
    const now = Date.now(), found = new Map();
    for (const stream of streams) {
      const path = `${stream.application}/${stream.name}`;
      const entry = this.byPath.get(path) ?? { path, bits: [], viewers: [], pointAt: 0 };
      entry.stream = stream;
      remember(entry, now);
      found.set(path, entry);
    }
    this.byPath = found;
    this.isKnown = true;
    this.dispatchEvent(new Event("change"));
  }

  // Only the first look brings the history along; from then on it is kept here.
  async #ask() {
    const extra = this.isKnown ? "" : "&include=history", streams = [];
    for (let after = ""; ; ) {
      const page = await ask(`/streams?limit=${PAGE}${extra}${after}`);
      streams.push(...page.streams);
      if (page.next === undefined) return streams;
      after = "&after=" + encodeURIComponent(page.next);
    }
  }
}

function remember(entry, now) {
  const { history, bitsPerSecond = 0, viewers, state } = entry.stream;
  if (history) {
    [entry.bits, entry.viewers, entry.pointAt] = [[...history.bitsPerSecond], [...history.viewers], now];
    return;
  }
  // The newest point moves until it is time for another one.
  const isNew = now - entry.pointAt >= 1000 * POINT_SECONDS || entry.bits.length === 0;
  if (isNew) entry.pointAt = now;
  for (const [points, value] of [[entry.bits, state === "live" ? bitsPerSecond : 0], [entry.viewers, viewers.total]]) {
    if (isNew) points.push(value);
    else points[points.length - 1] = value;
    if (points.length > POINTS) points.shift();
  }
}

export const live = new LiveStreams();
