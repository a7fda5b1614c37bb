// A picture of a stream that renews itself while it is in sight, and few at a time: each is made by the server on demand.

import { open } from "./access.js";
import { make } from "./dom.js";
import { pictureAddress } from "./playback.js";

const INTERVAL = 8_000, RETRY = 3_000, REST = 60_000, AT_ONCE = 3;

const waiting = [];
let loading = 0;

const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) target.thumbnail?.setInSight(isIntersecting);
}, { rootMargin: "120px" });

function queue(task) {
  waiting.push(task);
  advance();
}

async function advance() {
  if (loading >= AT_ONCE || waiting.length === 0) return;
  loading += 1;
  await waiting.shift()().catch(() => {});
  loading -= 1;
  advance();
}

export class Thumbnail {
  #path;
  #timer = 0;
  #isInSight = false;
  #isWanted = false;

  constructor(path, words) {
    this.#path = path;
    this.element = make("canvas", { class: "picture", width: 320, height: 180, role: "img", "aria-label": words });
    this.element.thumbnail = this;
    sight.observe(this.element);
  }

  setInSight(isInSight) {
    this.#isInSight = isInSight;
    if (isInSight && !this.#timer) this.#want();
  }

  stop() {
    sight.unobserve(this.element);
    clearTimeout(this.#timer);
    this.#isInSight = false;
  }

  #want() {
    this.#timer = 0;
    if (!this.#isInSight || this.#isWanted) return;
    if (document.hidden) return this.#later(RETRY);
    this.#isWanted = true;
    queue(async () => {
      const pause = this.#isInSight ? await this.#load().catch(() => REST) : INTERVAL;
      this.#isWanted = false;
      this.#later(pause);
    });
  }

  #later(pause) {
    this.#timer = setTimeout(() => this.#want(), pause);
  }

  // Gives the milliseconds after which to look again.
  async #load() {
    const width = devicePixelRatio > 1.2 ? 640 : 320;
    const address = pictureAddress(this.#path, width);
    const answer = await open(address, { cache: "default", signal: AbortSignal.timeout(15_000) }).catch(({ status }) => ({ status }));
    if (answer.status === 503) return RETRY;
    if (!answer.ok) return REST;
    const picture = await createImageBitmap(await answer.blob());
    [this.element.width, this.element.height] = [picture.width, picture.height];
    this.element.getContext("2d").drawImage(picture, 0, 0);
    this.element.classList.add("has-picture");
    picture.close();
    return INTERVAL;
  }
}
