// Asks for a token, and says why one is not taken.

import { signIn } from "./access.js";
import { field } from "./dialogs.js";
import { icon, make } from "./dom.js";

export function showSignIn(main, reason, onDone) {
  const token = make("input", { type: "password", autocomplete: "current-password", spellcheck: "false", placeholder: "swt_…", required: true });
  const remember = make("input", { type: "checkbox" }), button = make("button", { class: "primary" }, "Sign in");
  const complaint = make("p", { class: "complaint", role: "alert", hidden: true });
  // Password managers want a name beside it.
  const name = make("input", { class: "unseen", autocomplete: "username", value: "swiftwater", tabindex: "-1", "aria-hidden": "true" });
  const form = make(
    "form", { class: "sign-in", novalidate: true }, icon("brand"), make("h1", {}, "Swiftwater"), name,
    field("Token", token, "The server wrote the first one to first-token in its data folder; its log says where."),
    make("label", { class: "check" }, remember, "Remember on this device"), complaint, button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    if (!token.value.trim()) return tell("Paste a token.");
    button.disabled = true;
    try {
      await signIn(token.value, remember.checked);
      onDone();
    } catch (problem) {
      tell(problem.message);
      token.select();
    } finally {
      button.disabled = false;
    }
  });
  function tell(words) {
    complaint.textContent = words;
    complaint.hidden = false;
  }
  main.replaceChildren(form);
  if (reason) tell(reason.message);
  token.focus();
}
