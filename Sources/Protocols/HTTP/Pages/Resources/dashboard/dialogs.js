// Dialogs: the browser's own, which keep the focus, close on Escape, and give the focus back.

import { icon, make } from "./dom.js";

let serial = 0;

// Shows a dialog. `isPrecious` ones, whose content cannot be shown again, close by their buttons only.
export function showDialog(title, content, { actions = [], isWide = false, isPrecious = false, onclose } = {}) {
  const id = `dialog-${++serial}`;
  const close = make("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => dialog.close() }, icon("close"));
  const dialog = make(
    "dialog", { "aria-labelledby": id, class: isWide ? "wide" : null, closedby: isPrecious ? "none" : null },
    make("header", {}, make("h2", { id }, title), isPrecious ? null : close), ...content,
    actions.length > 0 && make("footer", {}, ...actions));
  dialog.addEventListener("close", () => {
    removeEventListener("keydown", refuse, true);
    dialog.remove();
    onclose?.();
  });
  // To refuse `cancel` alone helps once: whoever presses Escape again is let out (HTML §6.8). Not every browser knows `closedby`.
  const refuse = (event) => event.key === "Escape" && event.preventDefault();
  if (isPrecious) {
    addEventListener("keydown", refuse, true);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
  } else {
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  }
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

const makeComplaint = () => make("p", { class: "complaint", role: "alert", hidden: true });

// Does what a dialog's button is for, once at a time; what goes wrong is said in the dialog, where one looks. Tells whether it went well.
async function carryOut(button, complaint, action) {
  if (button.disabled) return false;
  button.disabled = true;
  complaint.hidden = true;
  try {
    await action();
    return true;
  } catch (problem) {
    complaint.textContent = problem.message;
    complaint.hidden = false;
    return false;
  } finally {
    button.disabled = false;
  }
}

// Asks before something that cannot be undone; `action` runs when the answer is yes. The text may have several paragraphs.
export function confirm(title, text, words, action) {
  const yes = make("button", { type: "button", class: "danger" }, words);
  const no = make("button", { type: "button", onclick: () => dialog.close() }, "Cancel");
  const complaint = makeComplaint();
  yes.onclick = async () => await carryOut(yes, complaint, action) && dialog.close();
  const dialog = showDialog(title, [...[text].flat().map((words) => make("p", {}, words)), complaint], { actions: [no, yes] });
  no.focus();
}

// A form in a dialog: `fields` are elements, `send` does the work, and gives what to do when the dialog is closed.
export function showForm(title, fields, words, send) {
  const complaint = makeComplaint(), button = make("button", { class: "primary" }, words);
  const cancel = make("button", { type: "button", onclick: () => dialog.close() }, "Cancel");
  const form = make("form", { novalidate: true }, ...fields, complaint, make("footer", {}, cancel, button));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let after;
    if (!await carryOut(button, complaint, async () => (after = await send()))) return;
    dialog.close();
    after?.();
  });
  const dialog = showDialog(title, [form]);
  form.querySelector("input, select")?.focus();
  return dialog;
}

// A field with its name above it, and a hint below.
export function field(label, input, hint) {
  input.id ||= `field-${++serial}`;
  const help = hint && make("small", { id: input.id + "-hint" }, hint);
  if (help) input.setAttribute("aria-describedby", help.id);
  return make("div", { class: "field" }, make("label", { for: input.id }, label), input, help);
}

export function choice(options, value) {
  const select = make("select", {}, ...options.map(([word, words]) => make("option", { value: word }, words)));
  if (value !== undefined) select.value = value;
  return select;
}
