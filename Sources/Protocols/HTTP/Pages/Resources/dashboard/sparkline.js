// The latest minutes as a small chart. The figure beside it says in words where it ends.

import { makeSVG } from "./dom.js";

// Fewer points than this are drawn as far apart as these would be.
const WIDTH = 120, HEIGHT = 32, FEWEST = 13;

// `least` is the top of the chart while everything is below it.
export function makeSparkline(kind, least = 1) {
  const area = makeSVG("path", { class: "area" }), line = makeSVG("path", { class: "stroke" });
  const element = makeSVG("svg", {
    class: "sparkline " + kind, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true",
  }, area, line);
  return {
    element,
    update(values) {
      const top = Math.max(least, ...values) * 1.1, places = Math.max(FEWEST, values.length), first = places - values.length;
      const step = WIDTH / (places - 1);
      const points = values.map((value, index) => {
        const x = (first + index) * step, y = HEIGHT - 1 - (value / top) * (HEIGHT - 3);
        return `${x.toFixed(1)} ${y.toFixed(1)}`;
      });
      const path = points.length > 1 ? "M" + points.join("L") : "";
      line.setAttribute("d", path);
      area.setAttribute("d", path ? `${path}V${HEIGHT}H${(first * step).toFixed(1)}Z` : "");
    },
  };
}
