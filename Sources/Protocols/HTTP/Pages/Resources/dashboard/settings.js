// The server, who may use its API, and what it is told to do.

import { access, ask, openAddress, signOut } from "./access.js";
import { Complaint } from "./complaint.js";
import { configurationPanel } from "./configuration.js";
import { make } from "./dom.js";
import { attempt } from "./notices.js";
import { every } from "./polling.js";
import { tokenPanel } from "./tokens.js";
import { webhookPanel } from "./webhooks.js";
import { bytes, count, span } from "./words.js";

export function showSettings(main) {
  const facts = make("dl", { class: "facts" });
  const panels = make(
    "div", { class: "panels" },
    make("section", { class: "panel" }, make("h2", {}, "Server"), facts, make(
      "p", { class: "links" }, metrics(),
      make("a", { class: "link", href: "/api/v1/openapi.json", target: "_blank", rel: "noopener" }, "The API's document")),
      // A phone has no room for it in the menu.
      access.hasToken && make("div", { class: "tools" }, make("button", { onclick: signOut }, "Sign out"))));
  const complaint = new Complaint();
  main.append(make("header", { class: "head" }, make("h1", {}, "Settings")), complaint.element, panels);

  const parts = [];
  if (access.may("admin") && access.isWhole) parts.push(tokenPanel());
  if (access.may("operator") && access.isWhole) parts.push(webhookPanel());
  parts.push(configurationPanel());
  panels.append(...parts.map(({ element }) => element));

  const polling = every(5, complaint.watching("server", async () => {
    const server = await ask("/server");
    const rows = [
      ["Version", server.version], ["Running for", span(server.uptimeSeconds)],
      ...server.ports.map(({ name, address }) => [name.toUpperCase(), address]),
      ["Memory", server.residentBytes === undefined ? "" : bytes(server.residentBytes)], ["Event loops", count(server.eventLoops)],
      ["You", access.hasToken ? `${access.name}, ${access.role}` : "a program on this machine, which may do everything"],
    ];
    facts.replaceChildren(...rows.filter(([, text]) => text).flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]));
  }));
  return () => {
    polling.stop();
    for (const { stop } of parts) stop?.();
  };
}

// A link cannot carry a token: whoever has one gets the text by way of this page.
function metrics() {
  if (!access.hasToken) return make("a", { class: "link", href: "/metrics", target: "_blank", rel: "noopener" }, "Metrics");
  const button = make("button", { class: "link", onclick: () => attempt(button, async () => {
    // Later the browser would take it for a window that nobody asked for.
    const page = window.open("about:blank", "_blank");
    try {
      const answer = await openAddress("/metrics"), text = new Blob([await answer.text()], { type: "text/plain; charset=utf-8" });
      const address = URL.createObjectURL(text);
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      if (page) page.location = address;
    } catch (problem) {
      page?.close();
      throw problem;
    }
  }) }, "Metrics");
  return button;
}
