// Keys for everything that is done often.

import { showDialog } from "./dialogs.js";
import { isTyping, make } from "./dom.js";
import { newStream } from "./new-stream.js";
import { go } from "./router.js";

const SECTIONS = { 1: ["#/", "overview"], 2: ["#/live-streams", "live streams"], 3: ["#/sessions", "sessions"], 4: ["#/events", "events"], 5: ["#/settings", "settings"] };

const KEYS = [
  ...Object.entries(SECTIONS).map(([key, [, words]]) => [key, words]),
  ["/", "search"], ["n", "new live stream"], ["Esc", "close, or leave the search"], ["Tab", "next control"], ["?", "these keys"],
];

export function showKeys() {
  if (document.querySelector("dialog[open]")) return;
  showDialog("Keys", [make("dl", { class: "facts" }, ...KEYS.flatMap(([key, words]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, words)]))]);
}

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || document.getElementById("nav").hidden) return;
    if (key === "Escape" && target.matches?.("[data-search]")) {
      if (target.value) {
        target.value = "";
        target.dispatchEvent(new Event("input"));
      } else {
        target.blur();
      }
      return;
    }
    if (isTyping(target) || document.querySelector("dialog[open]")) return;
    if (SECTIONS[key]) go(SECTIONS[key][0]);
    else if (key === "?") showKeys();
    else if (key === "n") newStream();
    else if (key === "/") document.querySelector("main [data-search]")?.focus();
    else return;
    event.preventDefault();
  });
}
