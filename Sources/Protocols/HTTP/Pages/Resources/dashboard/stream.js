// One stream: what it shows and how it does, who is on it, and the keys that open it.

import { access, ask } from "./access.js";
import { Complaint } from "./complaint.js";
import { confirm, field, showDialog, showForm } from "./dialogs.js";
import { icon, make, write } from "./dom.js";
import { copyable } from "./encoder-settings.js";
import { findingList, statusOf } from "./health.js";
import { live } from "./live.js";
import { complain, say } from "./notices.js";
import { findLiveStream, pageAddress, playbackQuery } from "./playback.js";
import { every } from "./polling.js";
import { RecordingList } from "./recordings.js";
import { go } from "./router.js";
import { showSession, kick } from "./session-details.js";
import { makeSparkline } from "./sparkline.js";
import { KeyList } from "./stream-keys.js";
import { trackTable } from "./track-table.js";
import { bits, bytes, count, plural, seconds, since, span, transport } from "./words.js";

const SESSIONS_SHOWN = 20;

export function showStream(main, { parts }) {
  const path = parts.join("/"), name = parts.slice(1).join("/");
  const title = make("h1", {}, name), badge = make("span", { class: "badge", hidden: true });
  const tools = make("div", { class: "tools" });
  const stage = make("div", { class: "stage" }), health = make("section", { class: "panel" }), tracks = make("section", { class: "panel tracks" });
  const figures = makeFigures(), people = make("section", { class: "panel people-panel", hidden: true });
  const encoder = make("section", { class: "panel", hidden: true }), recordings = new RecordingList(path);
  const complaint = new Complaint();
  main.append(
    make(
      "header", { class: "head" }, make("a", { class: "back", href: "#/", "aria-label": "Back to the overview" }, icon("back")),
      make("div", {}, title, make("p", { class: "path" }, path)), badge, tools),
    complaint.element,
    make("div", { class: "detail" }, make("div", { class: "main" }, stage, tracks, people), make("div", { class: "side" }, figures.element, health, encoder, recordings.element)));

  let registered = null, isLive = null, isGone = false;

  // The live stream that was set up under this path, if there is one.
  async function register() {
    registered = await findLiveStream(path);
    if (isGone) return;
    fillTools();
    if (!registered) return;
    if (isLive === false) fillStage();
    write(title, registered.name);
    encoder.hidden = false;
    encoder.replaceChildren(make("h2", {}, "Encoder"), copyable("Server", registered.rtmpUrl), new KeyList(registered).element);
  }

  function fillTools() {
    const share = make("button", { onclick: () => showAddresses(path) }, "Addresses");
    const remove = make("button", { class: "danger", onclick: () => deleteStream(registered) }, "Delete");
    const rename = make("button", { onclick: () => changeStream(registered, () => register().catch(complain)) }, "Change");
    tools.replaceChildren(share, ...(registered && access.may("operator") ? [rename, remove] : []));
  }

  function update() {
    complaint.tell("live", live.problem);
    if (!live.isKnown) return;
    const entry = live.byPath.get(path), nowLive = Boolean(entry);
    if (nowLive !== isLive) {
      isLive = nowLive;
      fillStage();
    }
    badge.hidden = !entry;
    main.dataset.health = entry ? statusOf(entry.stream) : "";
    figures.element.hidden = health.hidden = tracks.hidden = !entry;
    if (!entry) return;
    write(badge, entry.stream.state === "live" ? `Live ${span(entry.stream.ageSeconds)}` : "Interrupted");
    figures.update(entry);
    health.replaceChildren(make("h2", {}, "Health"), findingList(entry.stream));
    tracks.replaceChildren(make("h2", {}, "Tracks"), trackTable(entry.stream.tracks));
  }

  async function fillStage() {
    if (!isLive) {
      stage.replaceChildren(make("div", { class: "empty" }, make("h2", {}, "Not live"), make("p", {}, registered ? "It starts here by itself as soon as the encoder sends." : "Nothing is published here at the moment.")));
      return;
    }
    const look = await fetch(pageAddress(path), { method: "HEAD" }).catch(() => null);
    const query = look?.status === 403 ? await playbackQuery(path) : "";
    if (isGone || !isLive) return;
    stage.replaceChildren(make("iframe", {
      src: pageAddress(path, `?embed=1&muted=1${query && "&" + query}`), title: `${name}, live`, allow: "autoplay; fullscreen; picture-in-picture",
    }));
  }

  async function updatePeople() {
    const query = new URLSearchParams({ stream: path, limit: SESSIONS_SHOWN });
    const { sessions, next, total } = await ask("/sessions?" + query);
    people.hidden = sessions.length === 0;
    const focused = people.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
    people.replaceChildren(
      make("h2", {}, "Sessions"), make("ul", { class: "rows people" }, ...sessions.map(person)),
      (next !== undefined || total > sessions.length) && make("a", { class: "link", href: "#/sessions?stream=" + encodeURIComponent(path) }, "All sessions of this stream") || "");
    if (focused) people.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  }

  function person(session) {
    const isPublisher = session.role === "publisher";
    return make(
      "li", { class: isPublisher ? "publisher" : null },
      make(
        "button", { class: "row", "data-focus": "open " + session.id, onclick: () => showSession(session, updatePeople) },
        make("b", {}, isPublisher ? "Publisher" : "Viewer"), make("span", {}, transport(session.transport)), make("code", {}, session.peer),
        make("span", { class: "agent" }, session.agent ?? ""), make("small", {}, `${since(session.since)}, ${bytes(isPublisher ? session.bytesReceived : session.bytesSent)}`)),
      access.may("operator") && make("button", { class: "quiet", "data-focus": "kick " + session.id, "aria-label": `Cut off ${session.id}`, onclick: () => kick(session, updatePeople) }, "Cut off"));
  }

  fillTools();
  // Until it is known; what is changed here is asked for anew.
  const registering = every(3, complaint.watching("registered", async () => {
    await register();
    registering.stop();
  }));
  const stop = live.follow(update), polling = every(3, complaint.watching("sessions", updatePeople));
  const recorded = every(5, complaint.watching("recordings", () => recordings.update()));
  return () => {
    isGone = true;
    delete main.dataset.health;
    stop();
    registering.stop();
    polling.stop();
    recorded.stop();
  };
}

// Bitrate and viewers over the latest minutes, and what timing tells.
function makeFigures() {
  const charts = { bits: makeSparkline("bits", 1000), viewers: makeSparkline("viewers", 4) };
  const words = { bits: make("b", {}), viewers: make("b", {}) }, facts = make("dl", { class: "facts" });
  return {
    element: make(
      "section", { class: "panel figures-panel", hidden: true },
      make("h2", { class: "unseen" }, "Figures"),
      make("div", { class: "chart" }, make("span", {}, "Bitrate"), words.bits, charts.bits.element),
      make("div", { class: "chart" }, make("span", {}, "Viewers"), words.viewers, charts.viewers.element), facts),
    update({ stream, bits: points, viewers }) {
      write(words.bits, bits(stream.bitsPerSecond));
      write(words.viewers, count(stream.viewers.total));
      charts.bits.update(points);
      charts.viewers.update(viewers);
      const by = Object.entries(stream.viewers.byTransport).map(([name, number]) => `${count(number)} ${transport(name)}`).join(", ");
      const { speed, skewSeconds, longestGapSeconds, timestampJumps } = stream.timing, { lostFrames, bytes: delivered } = stream.delivered;
      const rows = [
        ["Viewers by", by], ["Speed", speed === undefined ? "" : `${(100 * speed).toFixed(0)} %`],
        ["Sound and picture", skewSeconds === undefined ? "" : `${seconds(Math.abs(skewSeconds))} apart`],
        ["Longest pause", longestGapSeconds === undefined ? "" : seconds(longestGapSeconds)],
        ["Clock jumps", timestampJumps ? count(timestampJumps) : ""], ["Delivered", bytes(delivered)],
        ["Lost to slow viewers", lostFrames ? plural(lostFrames, "frame") : ""],
      ];
      facts.replaceChildren(...rows.filter(([, text]) => text).flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]));
    },
  };
}

function showAddresses(path) {
  const at = (ending) => location.origin + pageAddress(path) + ending;
  showDialog("Playback addresses", [
    copyable("Watch page", at("")), copyable("HLS", at("/index.m3u8")), copyable("DASH", at("/manifest.mpd")), copyable("HTTP-FLV", at(".flv")),
    make("p", {}, make("a", { class: "link", href: pageAddress(path), target: "_blank", rel: "noopener" }, "Open the watch page")),
  ]);
}

function changeStream(stream, onDone) {
  const name = make("input", { required: true, maxlength: 200, autocomplete: "off", value: stream.name });
  const record = make("input", { type: "checkbox", checked: stream.record });
  showForm("Change the live stream", [field("Name", name), make("label", { class: "check" }, record, "Record")], "Save", async () => {
    await ask(`/live-streams/${stream.id}`, { method: "PATCH", body: { name: name.value.trim(), record: record.checked } });
    onDone();
  });
}

function deleteStream(stream) {
  confirm(`Delete ${stream.name}?`, "Its keys end with it, and whoever publishes it now is cut off.", "Delete", async () => {
    await ask(`/live-streams/${stream.id}`, { method: "DELETE" });
    say(`${stream.name} was deleted`);
    go("#/live-streams");
  });
}
