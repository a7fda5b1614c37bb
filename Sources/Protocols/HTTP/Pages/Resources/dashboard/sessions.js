// Who publishes and who plays: all of them, to be sorted, filtered, and cut off.

import { access, askAll } from "./access.js";
import { choice } from "./dialogs.js";
import { make, write } from "./dom.js";
import { feed } from "./event-feed.js";
import { every } from "./polling.js";
import { kick, showSession } from "./session-details.js";
import { bits, bytes, count, plural, since, transport } from "./words.js";
import { VirtualTable } from "./virtual-table.js";

// Thousands are asked for less often.
const PAGE = 10_000, INTERVAL = 5, LONG_INTERVAL = 15, MANY = 1000;

const moved = (session) => (session.role === "publisher" ? session.bytesReceived : session.bytesSent);

export const COLUMNS = [
  { name: "stream", words: "Stream", value: (one) => one.stream, text: (one) => one.stream },
  { name: "role", words: "Role", value: (one) => one.role, text: (one) => (one.role === "publisher" ? "Publisher" : "Viewer") },
  { name: "transport", words: "By", value: (one) => one.transport, text: (one) => transport(one.transport) },
  { name: "peer", words: "Address", value: (one) => one.peer, text: (one) => one.peer },
  { name: "agent", words: "Program", value: (one) => one.agent ?? "", text: (one) => one.agent ?? "–" },
  { name: "since", words: "For", value: (one) => -Date.parse(one.since), text: (one) => since(one.since), isNumber: true },
  { name: "rate", words: "Bitrate", value: (one) => one.bitsPerSecond, text: (one) => bits(one.bitsPerSecond), isNumber: true },
  { name: "bytes", words: "Moved", value: moved, text: (one) => bytes(moved(one)), isNumber: true },
  { name: "lost", words: "Lost", value: (one) => one.framesLost, text: (one) => (one.framesLost === undefined ? "–" : count(one.framesLost)), isNumber: true },
];

// Bitrates, from what was moved since the look before.
export function measure(sessions, before, now) {
  for (const one of sessions) {
    const earlier = before.get(one.id), total = moved(one);
    if (earlier && now > earlier.at) one.bitsPerSecond = Math.max(0, (8 * (total - earlier.total)) / ((now - earlier.at) / 1000));
  }
  return new Map(sessions.map((one) => [one.id, { at: now, total: moved(one) }]));
}

export function showSessions(main, { query }) {
  const search = make("input", { type: "search", placeholder: "Stream, address, program", "aria-label": "Search sessions", "data-search": true });
  search.value = query.get("stream") ?? "";
  const role = choice([["", "Everybody"], ["publisher", "Publishers"], ["player", "Viewers"]]);
  role.setAttribute("aria-label", "Role");
  const total = make("p", { class: "total", role: "status" }), complaint = make("p", { class: "complaint", role: "alert", hidden: true });
  const action = access.may("operator")
    ? { words: () => "Cut off", run: (session) => kick(session, () => polling.refresh()) } : null;
  const table = new VirtualTable("Sessions", COLUMNS, {
    sorting: { name: "since", isDescending: true }, onopen: (session) => showSession(session, () => polling.refresh()), action,
  });
  main.append(
    make("header", { class: "head" }, make("h1", {}, "Sessions"), make("div", { class: "tools" }, search, role)), total, complaint, table.element);

  let sessions = [], figures = new Map(), isKnown = false, askedAt = -Infinity;

  function show(isAsked = true) {
    const words = search.value.trim().toLowerCase();
    const wanted = sessions.filter((one) => (!role.value || one.role === role.value)
      && (!words || one.stream.toLowerCase().includes(words) || one.peer.includes(words) || one.id.includes(words) || (one.agent ?? "").toLowerCase().includes(words)));
    const all = plural(sessions.length, "session");
    write(total, !isKnown ? "" : wanted.length === sessions.length ? all : `${count(wanted.length)} of ${all}`);
    if (isAsked) table.show(wanted);
    else table.update(wanted);
  }

  async function update() {
    const now = performance.now();
    if (sessions.length > MANY && now - askedAt < 900 * LONG_INTERVAL) return;
    try {
      const found = await askAll(`/sessions?limit=${PAGE}`, "sessions");
      askedAt = performance.now();
      figures = measure(found, figures, askedAt);
      sessions = found;
      isKnown = true;
      complaint.hidden = true;
      show(false);
    } catch (problem) {
      complaint.textContent = problem.message;
      complaint.hidden = false;
      throw problem;
    }
  }

  // Those who leave go at once; those who come are shown with the next look.
  function hear({ detail }) {
    if (detail.type === "session.closed") {
      const before = sessions.length;
      sessions = sessions.filter(({ id }) => id !== detail.session);
      if (sessions.length < before) schedule();
    } else if (detail.type === "session.opened" && sessions.length <= MANY) {
      schedule(true);
    }
  }

  let scheduled = 0, isWanted = false;
  function schedule(isNew = false) {
    isWanted ||= isNew;
    scheduled ||= setTimeout(() => {
      scheduled = 0;
      if (isWanted) polling.refresh();
      else show(false);
      isWanted = false;
    }, 500);
  }

  search.addEventListener("input", () => show());
  role.addEventListener("change", () => show());
  feed.addEventListener("event", hear);
  const polling = every(INTERVAL, update);
  return () => {
    polling.stop();
    clearTimeout(scheduled);
    table.stop();
    feed.removeEventListener("event", hear);
  };
}
