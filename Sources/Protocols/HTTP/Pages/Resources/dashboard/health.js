// What is wrong with a stream, in words, and how grave it is.

import { make } from "./dom.js";
import { since } from "./words.js";

const WORDS = { good: "Healthy", notice: "Notice", warning: "Warning", error: "Problem" };
export const GRAVITY = { good: 0, notice: 1, warning: 2, error: 3 };

export const statusOf = (stream) => (stream.state === "interrupted" ? "error" : stream.health.status);

// One line: the gravest finding, and how many more there are.
export function summary(stream) {
  if (stream.state === "interrupted") return "The publisher vanished, and may return";
  const { findings } = stream.health;
  if (findings.length === 0) return WORDS.good;
  return capital(findings[0].text) + (findings.length > 1 ? `, and ${findings.length - 1} more` : "");
}

// A sentence, in which a number stays with its unit.
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1).replace(/(\d) (?=[a-zA-Z])/g, "$1\u00a0");

// All findings with their remedies.
export function findingList(stream) {
  const { findings } = stream.health;
  if (findings.length === 0) return make("p", { class: "finding good" }, make("b", {}, stream.state === "live" ? WORDS.good : summary(stream)));
  return make("ul", { class: "findings" }, ...findings.map((finding) => make(
    "li", { class: "finding " + finding.severity },
    make("b", {}, capital(finding.text)), make("span", {}, capital(finding.remedy)),
    make("small", {}, [WORDS[finding.severity] ?? finding.severity, finding.track, `for ${since(finding.since)}`].filter(Boolean).join(" · ")))));
}
