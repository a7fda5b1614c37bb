// The keys of a live stream: make, change over, revoke. A secret is seen once, when it is made.

import { access, ask } from "./access.js";
import { choice, confirm, field, showForm } from "./dialogs.js";
import { make } from "./dom.js";
import { showKey } from "./encoder-settings.js";
import { complain, say } from "./notices.js";
import { day } from "./words.js";

const ENDS = [["0", "end at once"], ["3600", "end in an hour"], ["86400", "end in a day"], ["", "go on"]];

export class KeyList {
  #stream;
  #list = make("ul", { class: "rows keys" });

  constructor(stream) {
    this.#stream = stream;
    const rotate = make("button", { onclick: () => this.#make("Rotate the key", "0") }, "Rotate");
    const add = make("button", { onclick: () => this.#make("Add a key", "") }, "Add a key");
    this.element = make("div", {}, make("h3", {}, "Keys"), this.#list, access.may("operator") && make("div", { class: "tools" }, rotate, add));
    this.update();
  }

  async update() {
    try {
      const { keys } = await ask(`/live-streams/${this.#stream.id}/keys`);
      this.#list.replaceChildren(...keys.map((key) => this.#row(key)));
    } catch (problem) {
      complain(problem);
    }
  }

  #row(key) {
    const facts = [`made ${day(key.createdAt)}`, ended(key), key.user && `user ${key.user}`, key.addresses?.length && `only from ${key.addresses.join(", ")}`];
    const revoke = make("button", { class: "quiet", "aria-label": `Revoke ${key.label ?? "the key"}`, onclick: () => this.#revoke(key) }, "Revoke");
    return make(
      "li", { class: isOver(key) ? "over" : null },
      make("div", {}, make("b", {}, key.label ?? "Key"), make("small", {}, facts.filter(Boolean).join(" · "))), access.may("operator") && revoke);
  }

  #make(title, others) {
    const label = make("input", { maxlength: 64, autocomplete: "off", placeholder: "Camera 1" });
    const end = make("input", { type: "datetime-local" }), user = make("input", { autocomplete: "off", spellcheck: "false" });
    const addresses = make("input", { autocomplete: "off", spellcheck: "false", placeholder: "192.0.2.7, 10.0.0.0/8" });
    const grace = choice(ENDS, others);
    showForm(title, [
      field("The other keys", grace, "Whoever publishes now goes on in any case."), field("Label", label, "Whose key it is; you may leave it empty."),
      make("details", {}, make("summary", {}, "Limits"), field("Ends", end), field("Only from", addresses, "Addresses and networks, with commas between."), field("User", user, "For encoders that log in with a name and a password.")),
    ], "Make the key", async () => {
      const body = {};
      if (label.value.trim()) body.label = label.value.trim();
      if (user.value.trim()) body.user = user.value.trim();
      if (end.value) body.expiresAt = new Date(end.value).toISOString();
      if (addresses.value.trim()) body.addresses = addresses.value.split(/[\s,]+/).filter(Boolean);
      if (grace.value) body.endOthersAfterSeconds = Number(grace.value);
      const made = await ask(`/live-streams/${this.#stream.id}/keys`, { method: "POST", body });
      this.update();
      return () => showKey("The new key", { ...this.#stream, streamKey: made.streamKey });
    });
  }

  #revoke(key) {
    confirm(`Revoke ${key.label ?? "the key"}?`, "Whoever publishes by it now is cut off, and nobody can begin to publish by it any more.", "Revoke", async () => {
      await ask(`/live-streams/${this.#stream.id}/keys/${key.id}`, { method: "DELETE" });
      say("The key was revoked");
      this.update();
    });
  }
}

const isOver = (key) => key.expiresAt !== undefined && Date.parse(key.expiresAt) <= Date.now();

function ended(key) {
  if (key.expiresAt === undefined) return null;
  return isOver(key) ? "has ended" : `ends ${day(key.expiresAt)}`;
}
