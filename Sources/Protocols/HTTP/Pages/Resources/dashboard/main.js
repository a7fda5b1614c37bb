// Puts the dashboard together: signs in, shows the section that the address names, and listens to what happens.

import { access, forget, identify, signOut } from "./access.js";
import { feed } from "./event-feed.js";
import { showEvents } from "./events.js";
import { listenForKeys, showKeys } from "./keyboard.js";
import { showLiveStreams } from "./live-streams.js";
import { complain } from "./notices.js";
import { showOverview } from "./overview.js";
import { route } from "./router.js";
import { showSessions } from "./sessions.js";
import { showSettings } from "./settings.js";
import { showSignIn } from "./sign-in.js";
import { showStream } from "./stream.js";

const [main, nav, connection, who] = ["main", "nav", "connection", "who"].map((id) => document.getElementById(id));
const [skip, keys, leave] = ["skip", "openKeys", "signOut"].map((id) => document.getElementById(id));

const SECTIONS = [
  ["", showOverview], ["live-streams", showLiveStreams], ["stream", showStream], ["sessions", showSessions], ["events", showEvents],
  ["settings", showSettings],
];
const TITLES = { "": "Overview", "live-streams": "Live streams", stream: "Stream", sessions: "Sessions", events: "Events", settings: "Settings" };
// Under which entry of the menu a section is found.
const ENTRIES = { "": "overview", stream: "live-streams" };

let router = null;

function showSection(name, parts) {
  document.title = `${(name === "stream" && parts.slice(1).join("/")) || TITLES[name] || TITLES[""]} · Swiftwater`;
  for (const link of nav.querySelectorAll("[data-section]")) {
    if (link.dataset.section === (ENTRIES[name] ?? name)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function showWho() {
  who.textContent = access.hasToken ? `${access.name} (${access.role})` : "";
  leave.hidden = !access.hasToken;
}

// Goes in as whoever the server takes us for. With `reason` is said why that is asked.
async function begin(reason) {
  try {
    await identify();
  } catch (problem) {
    if (problem.status === 403) return ask(reason ?? problem);
    if (problem.status === 401) return access.hasToken ? withoutToken(problem) : ask(reason);
    complain(problem);
    setTimeout(() => begin(reason), 3000);
    return;
  }
  enter();
}

// A token that has ended keeps nobody out who needs none, on the server's own machine.
function withoutToken(reason) {
  forget();
  return begin(reason);
}

function enter() {
  nav.hidden = false;
  showWho();
  feed.start();
  router = route(main, SECTIONS, showSection);
  router.show();
}

function stop() {
  router?.stop();
  router = null;
  feed.forget();
  // What is shown once stays until it was copied.
  for (const dialog of document.querySelectorAll("dialog:not([closedby=none])")) dialog.close();
}

function ask(reason) {
  stop();
  nav.hidden = true;
  document.title = "Swiftwater";
  showSignIn(main, reason, enter);
}

access.addEventListener("refused", () => {
  if (!router) return;
  stop();
  if (access.hasToken) withoutToken({ message: "The token has ended. Sign in again." });
  else begin();
});
access.addEventListener("granted", showWho);
feed.addEventListener("state", () => (connection.textContent = feed.isConnected || !router ? "" : "Connecting…"));
access.addEventListener("left", () => ask());
leave.onclick = signOut;
// A browser has six connections for each server, and a page that it keeps for "back" would hold on to one of them.
addEventListener("pagehide", () => feed.stop());
addEventListener("pageshow", ({ persisted }) => persisted && router && feed.start());
keys.onclick = showKeys;
skip.onclick = () => main.focus();
listenForKeys();
begin();
