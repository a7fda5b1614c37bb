// Where the server tells what happens, and whether that arrives.

import { access, ask } from "./access.js";
import { Complaint } from "./complaint.js";
import { arrange, make, write } from "./dom.js";
import { attempt, say } from "./notices.js";
import { every } from "./polling.js";
import { count, plural, seconds, since } from "./words.js";

const INTERVAL = 5;

export function webhookPanel() {
  const list = make("ul", { class: "rows keys" }), rows = new Map(), complaint = new Complaint();
  const element = make("section", { class: "panel", hidden: true }, make("h2", {}, "Webhooks"), complaint.element, list);
  const polling = every(INTERVAL, () => update().catch((problem) => {
    complaint.tell("webhooks", problem);
    element.hidden = false;
    throw problem;
  }));

  async function update() {
    const { webhooks } = await ask("/webhooks");
    element.hidden = webhooks.length === 0;
    for (const hook of webhooks) {
      if (!rows.has(hook.id)) rows.set(hook.id, new WebhookRow(hook));
      rows.get(hook.id).update(hook);
    }
    arrange(list, webhooks.map(({ id }) => rows.get(id).element));
    complaint.tell("webhooks", null);
  }
  return { element, stop: () => polling.stop() };
}

class WebhookRow {
  #facts = make("small", {});
  #problem = make("small", { class: "trouble" });

  constructor({ id, url }) {
    const test = make("button", { class: "quiet", "aria-label": `Test ${id}`, onclick: () => attempt(test, () => tryOut(id)) }, "Test");
    this.element = make("li", {}, make("div", {}, make("b", {}, id), make("small", {}, make("code", {}, url)), this.#facts, this.#problem), access.may("operator") && test);
  }

  update({ format, signed, queued, oldestAt, delivered, failures, dropped, problem }) {
    const waiting = queued ? `${plural(queued, "message")} ${queued === 1 ? "waits" : "wait"}${oldestAt ? `, the oldest for ${since(oldestAt)}` : ""}` : null;
    const facts = [format, signed ? "signed" : "not signed", `${count(delivered)} delivered`, failures ? plural(failures, "failed try", "failed tries") : null, dropped ? `${count(dropped)} given up` : null, waiting];
    write(this.#facts, facts.filter(Boolean).join(" · "));
    write(this.#problem, problem ?? "");
    this.#problem.hidden = !problem;
  }
}

async function tryOut(id) {
  const trial = await ask(`/webhooks/${encodeURIComponent(id)}/test`, { method: "POST" });
  if (trial.delivered) say(`${id} answered after ${seconds(trial.seconds)}`);
  else say(`${id}: ${trial.problem}`, "bad");
}
