// The tracks of a stream as they were measured, and which outputs cannot have them.

import { make } from "./dom.js";
import { bits, count, seconds } from "./words.js";

const shape = (track) => (track.width ? `${track.width}×${track.height}` : track.sampleRate ? `${count(track.sampleRate)} Hz, ${track.channels} ch` : "–");

const COLUMNS = [
  ["Track", (track) => [track.kind, track.number, track.name, track.language].filter((part) => part !== undefined && part !== "").join(" ")],
  ["Codec", (track) => track.codecString ?? track.codec],
  ["Form", shape],
  ["Bitrate", (track) => bits(track.bitsPerSecond), true],
  ["Frames", (track) => (track.frameRate === undefined ? "–" : `${track.frameRate.toFixed(1)}/s`), true],
  ["Keyframes", (track) => seconds(track.keyframes?.meanIntervalSeconds), true],
  ["Jitter", (track) => seconds(track.jitterSeconds), true],
  ["Repairs", (track) => count(track.timestampRepairs ?? 0), true],
];

export function trackTable(tracks) {
  const cell = ([name, text, isNumber], track) => make("td", { class: isNumber ? "number" : null, "data-words": name }, text(track));
  const omissions = tracks.flatMap((track) => track.omittedFrom.map(({ output, reason }) => `${track.kind} ${track.number} is not in ${output}: ${reason}`));
  return make(
    "div", {},
    make(
      "div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Tracks" },
      make(
        "table", {}, make("thead", {}, make("tr", {}, ...COLUMNS.map(([name, , isNumber]) => make("th", { scope: "col", class: isNumber ? "number" : null }, name)))),
        make("tbody", {}, ...tracks.map((track) => make("tr", {}, ...COLUMNS.map((column) => cell(column, track))))))),
    ...omissions.map((text) => make("p", { class: "hint" }, text)));
}
