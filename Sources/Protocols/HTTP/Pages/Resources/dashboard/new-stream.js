// Sets up a live stream: a name, and out comes what the encoder needs.

import { access, ask } from "./access.js";
import { field, showForm } from "./dialogs.js";
import { icon, make } from "./dom.js";
import { showKey } from "./encoder-settings.js";
import { go, streamAddress } from "./router.js";

export function newStreamButton() {
  if (!access.may("operator")) return null;
  return make("button", { class: "primary", "data-new": true, onclick: newStream, title: "New live stream (n)" }, icon("plus"), make("span", {}, "New live stream"));
}

export function newStream() {
  if (!access.may("operator") || document.querySelector("dialog[open]")) return;
  const name = make("input", { required: true, maxlength: 200, autocomplete: "off", placeholder: "Sunday service" });
  const app = make("input", { value: "live", autocomplete: "off", spellcheck: "false" });
  const stream = make("input", { autocomplete: "off", spellcheck: "false", placeholder: "made of the name" });
  const record = make("input", { type: "checkbox" });
  showForm("New live stream", [
    field("Name", name, "What people call it."),
    make(
      "details", {}, make("summary", {}, "Address and more"),
      field("Application", app), field("Public name", stream, "What playback addresses show; it is no secret."),
      make("label", { class: "check" }, record, "Record")),
  ], "Create", async () => {
    const body = { name: name.value.trim(), app: app.value.trim() || "live" };
    if (stream.value.trim()) body.stream = stream.value.trim();
    if (record.checked) body.record = true;
    const made = await ask("/live-streams", { method: "POST", body });
    return () => showKey(`${made.name} is ready`, made, () => go(streamAddress(made.stream)));
  });
}
