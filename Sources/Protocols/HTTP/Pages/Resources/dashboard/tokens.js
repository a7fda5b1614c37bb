// Tokens of the API: who may do what. A secret is seen once, when it is made.

import { access, ask, askAll, signIn } from "./access.js";
import { choice, confirm, field, showDialog, showForm } from "./dialogs.js";
import { make } from "./dom.js";
import { copyable } from "./encoder-settings.js";
import { complain, say } from "./notices.js";
import { day } from "./words.js";

const ROLES = [["admin", "Administrator: everything"], ["operator", "Operator: live streams, keys, sessions"], ["viewer", "Viewer: only looks"]];

export function tokenPanel() {
  const list = make("ul", { class: "rows keys" }), none = make("p", { class: "hint", hidden: true }, "There are none: programs on this machine may do everything, nobody else may do anything.");
  const add = make("button", { onclick: makeToken }, "Make a token");
  let known = [];

  async function update() {
    try {
      known = await askAll("/tokens?limit=100", "tokens", 1000);
      list.replaceChildren(...known.map(row));
      none.hidden = known.length > 0;
    } catch (problem) {
      complain(problem);
    }
  }

  function row(token) {
    const facts = [token.role, token.applications?.join(", "), `made ${day(token.createdAt)}`, token.expiresAt && `ends ${day(token.expiresAt)}`];
    return make(
      "li", {}, make("div", {}, make("b", {}, token.label), make("small", {}, facts.filter(Boolean).join(" · "))),
      make("button", { class: "quiet", "aria-label": `Revoke ${token.label}`, onclick: () => revoke(token) }, "Revoke"));
  }

  function makeToken() {
    const isFirst = !access.hasToken;
    const label = make("input", { maxlength: 64, autocomplete: "off", placeholder: "Deployment" });
    const role = choice(ROLES, isFirst ? "admin" : "operator");
    const applications = make("input", { autocomplete: "off", spellcheck: "false", placeholder: "all" }), end = make("input", { type: "datetime-local" });
    showForm("Make a token", [
      isFirst && make("p", { class: "hint" }, "From the first token on, this machine is no longer trusted by itself: everybody signs in. So the first one is for an administrator, and you are signed in with it."),
      field("Label", label, "Whose token it is."), !isFirst && field("Role", role),
      make("details", {}, make("summary", {}, "Limits"), !isFirst && field("Applications", applications, "Names with commas between."), field("Ends", end)),
    ].filter(Boolean), "Make the token", async () => {
      const body = { label: label.value.trim(), role: role.value };
      if (applications.value.trim()) body.applications = applications.value.split(/[\s,]+/).filter(Boolean);
      if (end.value) body.expiresAt = new Date(end.value).toISOString();
      const made = await ask("/tokens", { method: "POST", body });
      return async () => {
        // First of all, for there is no other time to see it.
        showToken(made);
        if (isFirst) await signIn(made.token, false).catch(complain);
        update();
      };
    });
  }

  function revoke(token) {
    confirm(`Revoke ${token.label}?`, "Whoever uses it can do nothing from now on.", "Revoke", async () => {
      await ask(`/tokens/${token.id}`, { method: "DELETE" });
      say("The token was revoked");
      update();
    });
  }

  update();
  return { element: make("section", { class: "panel" }, make("h2", {}, "API tokens"), none, list, make("div", { class: "tools" }, add)) };
}

function showToken({ label, token }) {
  const done = make("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "I have copied the token");
  const dialog = showDialog(`The token for ${label}`, [
    make("p", { class: "hint" }, "It is shown this once. Programs send it as Authorization: Bearer …"), copyable("Token", token, { isSecret: true }),
  ], { actions: [done], isPrecious: true });
  dialog.querySelector(".copy button").focus({ preventScroll: true });
}
