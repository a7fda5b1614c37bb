// What happens, as it happens, in plain words; the newest first.

import { choice } from "./dialogs.js";
import { make, write } from "./dom.js";
import { feed } from "./event-feed.js";
import { capital } from "./health.js";
import { streamAddress } from "./router.js";
import { clock, transport } from "./words.js";

const MOST_SHOWN = 200;

const ROLES = { publisher: "a publisher", player: "a viewer" };

const WORDS = {
  "stream.started": () => "is live",
  "stream.ended": () => "has ended",
  "tracks.changed": ({ tracks = [] }) => `carries ${tracks.join(", ")}`,
  "session.opened": (event) => `${ROLES[event.role] ?? event.role} came by ${transport(event.transport)}`,
  "session.closed": (event) => `${ROLES[event.role] ?? event.role} left ${transport(event.transport)}`,
  "finding.raised": ({ text, remedy }) => `${text}. ${remedy}`,
  "finding.cleared": ({ text }) => `recovered: ${text}`,
  "hook.failed": ({ hook: { name, reason, dropped } }) => `hook ${name}: ${reason}${dropped ? ` (${dropped})` : ""}`,
  "recording.started": () => "is recorded",
  "recording.ended": ({ file, reason }) => `has a recording, ${file} (${reason.replace("-", " ")})`,
  "recording.failed": ({ reason }) => `is not recorded any more: ${reason}`,
  "configuration.changed": ({ changes = [], by }) => `changed by ${by}: ${changes.map(({ key }) => key).join(", ")}`,
};

function row(event) {
  const words = WORDS[event.type]?.(event) ?? event.type;
  const kind = event.type.startsWith("finding.raised") ? event.severity : event.type.replace(".", "-");
  return make(
    "li", { class: "event " + kind.replace(/[^a-z-]/g, ""), "data-type": event.type },
    make("time", { datetime: event.time }, event.time ? clock(event.time) : ""),
    event.stream ? make("a", { href: streamAddress(event.stream) }, event.stream) : make("span", {}, "server"),
    make("span", { class: "words" }, capital(words)));
}

export function showEvents(main, { query }) {
  const search = make("input", { type: "search", placeholder: "Stream", "aria-label": "Search events", "data-search": true });
  search.value = query.get("stream") ?? "";
  const kind = choice([["", "Everything"], ["stream", "Streams"], ["session", "Sessions"], ["finding", "Health"], ["recording", "Recordings"], ["hook", "Webhooks"], ["configuration", "Configuration"]]);
  kind.setAttribute("aria-label", "Kind of event");
  const pause = make("button", { "aria-pressed": "false", onclick: togglePause }, "Pause");
  const state = make("p", { class: "total", role: "status" }), list = make("ol", { class: "events" });
  const empty = make("div", { class: "empty" }, make("h2", {}, "Nothing has happened yet"));
  main.append(make("header", { class: "head" }, make("h1", {}, "Events"), make("div", { class: "tools" }, search, kind, pause)), state, list, empty);

  let isPaused = false, waiting = [], scheduled = 0;

  const isWanted = (event) => (!kind.value || event.type.startsWith(kind.value) || (kind.value === "stream" && event.type === "tracks.changed"))
    && (event.stream ?? "").toLowerCase().includes(search.value.trim().toLowerCase());

  function fill() {
    list.replaceChildren(...feed.latest.filter(isWanted).slice(0, MOST_SHOWN).map(row));
    empty.hidden = list.children.length > 0;
  }

  // A burst of events is one change of the page.
  function hear({ detail }) {
    if (detail.type === "reset" || isPaused || !isWanted(detail)) return;
    waiting.push(detail);
    scheduled ||= setTimeout(() => {
      scheduled = 0;
      list.prepend(...waiting.reverse().slice(0, MOST_SHOWN).map(row));
      waiting = [];
      while (list.children.length > MOST_SHOWN) list.lastElementChild.remove();
      empty.hidden = true;
    }, 250);
  }

  function togglePause() {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", isPaused);
    write(pause, isPaused ? "Go on" : "Pause");
    if (!isPaused) fill();
    tell();
  }

  const tell = () => write(state, isPaused ? "Paused" : feed.isConnected ? "As it happens" : "Connecting…");

  search.addEventListener("input", fill);
  kind.addEventListener("change", fill);
  feed.addEventListener("event", hear);
  feed.addEventListener("state", tell);
  fill();
  tell();
  return () => {
    clearTimeout(scheduled);
    feed.removeEventListener("event", hear);
    feed.removeEventListener("state", tell);
  };
}
