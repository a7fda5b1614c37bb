// What the server is told to do: every setting, who says so, and changing it.

import { access, ask } from "./access.js";
import { choice, field, showForm } from "./dialogs.js";
import { make } from "./dom.js";
import { attempt, complain, say } from "./notices.js";
import { plural } from "./words.js";

const ORIGINS = { default: "", file: "in the file", api: "changed here", environment: "in the environment", flag: "on the command line" };
const EFFECTS = { now: "holds at once", "new-connections": "holds for new connections", "new-streams": "holds for streams that begin then", restart: "holds after a restart" };

export function configurationPanel() {
  const search = make("input", { type: "search", placeholder: "Search", "aria-label": "Search settings", "data-search": true });
  const own = make("input", { type: "checkbox" }), list = make("ul", { class: "rows settings" }), none = make("p", { class: "hint", hidden: true }, "No setting is like that.");
  const reload = make("button", { onclick: () => attempt(reload, () => reloadFile(update)) }, "Read the file again");
  let settings = [];

  async function update() {
    try {
      settings = (await ask("/configuration")).settings;
      show();
    } catch (problem) {
      complain(problem);
    }
  }

  function show() {
    const words = search.value.trim().toLowerCase();
    const wanted = settings.filter((one) => (!own.checked || one.origin.kind !== "default") && `${one.key} ${one.summary}`.toLowerCase().includes(words));
    list.replaceChildren(...wanted.map((setting) => row(setting, update)));
    none.hidden = wanted.length > 0;
  }

  search.addEventListener("input", show);
  own.addEventListener("change", show);
  update();
  return { element: make(
    "section", { class: "panel all" }, make("h2", {}, "Configuration"),
    make("div", { class: "tools" }, search, make("label", { class: "check" }, own, "What was set"), access.may("admin") && access.isWhole && reload || ""), none, list) };
}

// What stands between backticks is code.
const withCode = (text) => text.split("`").map((part, index) => (index % 2 ? make("code", {}, part) : part));

// A list of whole sections is for the file.
const isWritable = ({ changeable, kind, value }) => changeable && !(kind === "list" && value.includes("{"));

function row(setting, onDone) {
  const { key, value, origin, inForce, summary } = setting;
  const facts = [ORIGINS[origin.kind] ?? origin.kind, origin.place, inForce !== undefined && `until a restart ${inForce}`].filter(Boolean).join(" · ");
  return make(
    "li", { class: origin.kind === "default" ? null : "set" },
    make("div", {}, make("code", {}, key), make("b", {}, value === "" ? "–" : value), make("small", {}, facts), make("p", { class: "hint" }, ...withCode(summary))),
    isWritable(setting) && access.may("admin") && access.isWhole && make("button", { class: "quiet", "aria-label": `Change ${key}`, onclick: () => change(setting, onDone) }, "Change"));
}

const FOR_ALL = "apps.*.";

function change(setting, onDone) {
  const { key, accepts, range, applies, origin } = setting, isForAll = key.startsWith(FOR_ALL);
  const input = valueField(setting), back = make("input", { type: "checkbox" });
  const application = make("input", { autocomplete: "off", spellcheck: "false", placeholder: "all" });
  back.addEventListener("change", () => (input.disabled = back.checked));
  showForm(`Change ${key}`, [
    make("p", { class: "hint" }, ...withCode(setting.summary)),
    field("Value", input, [accepts, range, `as it comes: ${setting.default || "–"}`, EFFECTS[applies]].filter(Boolean).join("; ")),
    isForAll && field("Application", application),
    origin.kind === "api" && make("label", { class: "check" }, back, "Take the change back"),
  ].filter(Boolean), "Save", async () => {
    const name = application.value.trim(), changed = isForAll && name ? `apps.${name}.${key.slice(FOR_ALL.length)}` : key;
    tell(await ask("/configuration", { method: "PATCH", body: { [changed]: back.checked ? null : valueOf(setting, input.value.trim()) } }));
    onDone();
  });
}

function valueField({ kind, choices = [], value }) {
  const words = kind === "flag" && choices.length === 0 ? ["on", "off"] : choices;
  if (words.length > 0) return choice(words.map((word) => [word, word]), value);
  // Secrets go in and never come out; of a list the elements are written.
  const text = kind === "secret" ? "" : kind === "list" ? value.replace(/^\[(.*)\]$/s, "$1") : value;
  return make("input", { autocomplete: "off", spellcheck: "false", class: "code", value: text });
}

const valueOf = ({ kind }, text) => (kind === "list" ? text.split(",").map((part) => part.trim()).filter(Boolean) : text);

async function reloadFile(onDone) {
  tell(await ask("/configuration/reload", { method: "POST" }));
  onDone();
}

function tell({ changes }) {
  if (changes.length === 0) return say("Nothing has changed");
  const effects = [...new Set(changes.map(({ applies }) => EFFECTS[applies] ?? applies))].join(", ");
  say(`${plural(changes.length, "change")}: ${effects}`);
}
