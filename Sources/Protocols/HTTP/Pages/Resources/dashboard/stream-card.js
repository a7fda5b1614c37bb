// A live stream in few square inches: picture, bitrate, viewers, health.

import { icon, make, write } from "./dom.js";
import { statusOf, summary } from "./health.js";
import { streamAddress } from "./router.js";
import { makeSparkline } from "./sparkline.js";
import { Thumbnail } from "./thumbnail.js";
import { bits, count, span } from "./words.js";

export class StreamCard {
  #thumbnail;
  #badge = make("span", { class: "badge" });
  #bits = make("b", {});
  #viewers = make("b", {});
  #health = make("p", { class: "health" });
  #bitsChart = makeSparkline("bits", 1000);
  #viewersChart = makeSparkline("viewers", 4);

  constructor(path) {
    const [application] = path.split("/"), name = path.slice(application.length + 1);
    this.#thumbnail = new Thumbnail(path, `Picture of ${path}`);
    this.element = make(
      "a", { class: "card", href: streamAddress(path) },
      make("div", { class: "frame" }, this.#thumbnail.element, this.#badge),
      make("h3", {}, name, make("small", {}, application)),
      make(
        "div", { class: "charts" },
        make("div", {}, this.#bitsChart.element, this.#bits),
        make("div", {}, this.#viewersChart.element, make("span", { class: "with-icon" }, icon("eye"), this.#viewers))),
      this.#health);
  }

  update({ stream, bits: points, viewers }) {
    write(this.#badge, stream.state === "live" ? `Live ${span(stream.ageSeconds)}` : "Interrupted");
    write(this.#bits, bits(stream.bitsPerSecond));
    write(this.#viewers, count(stream.viewers.total));
    this.#viewers.setAttribute("aria-label", `${stream.viewers.total} viewers`);
    write(this.#health, summary(stream));
    this.element.dataset.health = statusOf(stream);
    this.#bitsChart.update(points);
    this.#viewersChart.update(viewers);
  }

  stop() {
    this.#thumbnail.stop();
  }
}
