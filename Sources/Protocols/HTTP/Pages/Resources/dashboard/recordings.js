// The latest recordings of a stream: how long, how large, and the file itself.

import { access, ask, open } from "./access.js";
import { confirm } from "./dialogs.js";
import { make, write } from "./dom.js";
import { complain, say } from "./notices.js";
import { bytes, clock, day, plural, span } from "./words.js";

const SHOWN = 5;

const STATES = { recording: "being recorded", interrupted: "interrupted", failed: "failed" };

// The bytes so far of those that are being fetched, by recording: rows come and go meanwhile, and so does the page.
const fetched = new Map();

export class RecordingList {
  #path;
  #list = make("ul", { class: "rows keys" });

  constructor(path) {
    this.#path = path;
    this.element = make("section", { class: "panel recordings", hidden: true }, make("h2", {}, "Recordings"), this.#list);
  }

  async update() {
    const { recordings } = await ask("/recordings?" + new URLSearchParams({ stream: this.#path, limit: SHOWN }));
    this.element.hidden = recordings.length === 0;
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
    this.#list.replaceChildren(...recordings.map((recording) => this.#row(recording)));
    if (focused) this.element.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  }

  #row(recording) {
    const facts = [
      span(recording.durationSeconds), bytes(recording.bytes), STATES[recording.state],
      recording.state === "failed" && recording.reason, recording.lostFrames && `${plural(recording.lostFrames, "frame")} missing`,
    ];
    const mayFetch = access.may("operator") && recording.bytes > 0, mayDelete = access.may("operator") && recording.state !== "recording";
    return make(
      "li", { "data-state": recording.state },
      make("div", {}, make("b", {}, `${day(recording.startedAt)}, ${clock(recording.startedAt)}`), make("small", {}, facts.filter(Boolean).join(" · "))),
      mayFetch && this.#download(recording),
      mayDelete && make("button", { class: "quiet", "data-focus": "delete " + recording.id, "aria-label": `Delete ${recording.file}`, onclick: () => this.#delete(recording) }, "Delete"));
  }

  // A link cannot carry a token: whoever has one fetches the file here, and saves it then.
  #download(recording) {
    const name = recording.file.replaceAll("/", "-"), focus = { "data-focus": "fetch " + recording.id };
    if (!access.hasToken) return make("a", { class: "link", href: recording.url, download: name, "aria-label": `Download ${recording.file}`, ...focus }, "Download");
    const button = make("button", { class: "quiet", onclick: () => save(recording, name), ...focus });
    button.showProgress = () => showProgress(button, recording);
    button.showProgress();
    return button;
  }

  #delete(recording) {
    confirm("Delete the recording?", `${recording.file} cannot be had back.`, "Delete", async () => {
      await ask(`/recordings/${recording.id}`, { method: "DELETE" });
      say("The recording was deleted");
      this.update();
    });
  }
}

async function save(recording, name) {
  if (fetched.has(recording.id)) return;
  note(recording, 0);
  try {
    const answer = await open(`/recordings/${recording.id}/file`);
    let received = 0;
    const counted = answer.body.pipeThrough(new TransformStream({
      transform(piece, out) {
        received += piece.byteLength;
        note(recording, received);
        out.enqueue(piece);
      },
    }));
    // By way of an answer, so that it is the browser who finds room for a file of gigabytes.
    const address = URL.createObjectURL(await new Response(counted, { headers: { "Content-Type": answer.headers.get("Content-Type") ?? "" } }).blob());
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (problem) {
    // While it is read, the browser has words for it that say nothing to people.
    complain(problem.status === undefined ? new Error(`The connection ended in the middle of ${recording.file}.`) : problem);
  }
  note(recording, null);
}

function note(recording, received) {
  if (received === null) fetched.delete(recording.id);
  else fetched.set(recording.id, received);
  document.querySelector(`[data-focus="fetch ${CSS.escape(recording.id)}"]`)?.showProgress?.();
}

// Not disabled meanwhile, which would take the focus away.
function showProgress(button, { id, file }) {
  const soFar = fetched.get(id), isRunning = soFar !== undefined;
  write(button, isRunning ? `${bytes(soFar)} …` : "Download");
  button.setAttribute("aria-label", isRunning ? `Downloading ${file}: ${bytes(soFar)} so far` : `Download ${file}`);
  button.setAttribute("aria-disabled", isRunning);
}
