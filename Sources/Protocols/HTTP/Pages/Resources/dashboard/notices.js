// Short words about what was done or went wrong, shown for a while and read out.

import { make } from "./dom.js";

const SHOWN = 4_000, PROBLEM_SHOWN = 9_000, MOST = 4;

export function say(words, kind = "") {
  const toasts = document.getElementById("toasts");
  const toast = make("p", { class: "toast " + kind }, words);
  toasts.append(toast);
  raise(toasts);
  while (toasts.children.length > MOST) toasts.firstElementChild.remove();
  setTimeout(() => toast.remove(), kind ? PROBLEM_SHOWN : SHOWN);
}

// An open dialog covers everything but what came to the top layer after it.
function raise(toasts) {
  if (!toasts.showPopover) return;
  if (toasts.matches(":popover-open")) toasts.hidePopover();
  toasts.showPopover();
}

export function complain(problem) {
  if (problem.name !== "AbortError" && problem.status !== 401) say(problem.message, "bad");
}

// Does what a button is for: once at a time, and says what went wrong.
export async function attempt(button, action) {
  if (button.disabled) return;
  button.disabled = true;
  try {
    return await action();
  } catch (problem) {
    complain(problem);
  } finally {
    button.disabled = false;
  }
}

export async function copy(text, words = "Copied") {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // The clipboard is there over HTTPS and on localhost only.
    const field = make("textarea", { class: "unseen", "aria-hidden": "true" });
    field.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(field);
    const before = document.activeElement;
    field.select();
    document.execCommand("copy");
    field.remove();
    before?.focus();
  }
  say(words);
}
