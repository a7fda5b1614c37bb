// The latest recordings of a stream: how long, how large, and the file itself.

import { access, ask, open } from "./access.js";
import { confirm } from "./dialogs.js";
import { make } from "./dom.js";
import { complain, say } from "./notices.js";
import { bytes, clock, day, plural, span } from "./words.js";

const SHOWN = 5;

const STATES = { recording: "being recorded", interrupted: "interrupted", failed: "failed" };

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
    const name = recording.file.replaceAll("/", "-"), marks = { "data-focus": "fetch " + recording.id, "aria-label": `Download ${recording.file}` };
    if (!access.hasToken) return make("a", { class: "link", href: recording.url, download: name, ...marks }, "Download");
    return make("button", { class: "quiet", onclick: ({ target }) => save(recording, name, target), ...marks }, "Download");
  }

  #delete(recording) {
    confirm("Delete the recording?", `${recording.file} cannot be had back.`, "Delete", async () => {
      await ask(`/recordings/${recording.id}`, { method: "DELETE" });
      say("The recording was deleted");
      this.update();
    });
  }
}

async function save(recording, name, button) {
  button.disabled = true;
  try {
    const answer = await open(`/recordings/${recording.id}/file`);
    const address = URL.createObjectURL(await answer.blob());
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (problem) {
    complain(problem);
  }
  button.disabled = false;
}
