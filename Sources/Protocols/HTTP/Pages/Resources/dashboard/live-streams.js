// All live streams that were set up, on the air or not.

import { ask } from "./access.js";
import { make } from "./dom.js";
import { newStreamButton } from "./new-stream.js";
import { every } from "./polling.js";
import { streamAddress } from "./router.js";
import { day } from "./words.js";

const PAGE = 50;

export function showLiveStreams(main, { query }) {
  const search = make("input", { type: "search", placeholder: "Search", "aria-label": "Search live streams", "data-search": true });
  search.value = query.get("search") ?? "";
  const complaint = make("p", { class: "complaint", role: "alert", hidden: true });
  const list = make("ul", { class: "rows" }), empty = make("div", { class: "empty", hidden: true });
  const back = make("button", { onclick: () => turn(-1) }, "Back"), next = make("button", { onclick: () => turn(1) }, "Next");
  const pages = make("div", { class: "pages" }, back, next);
  main.append(
    make("header", { class: "head" }, make("h1", {}, "Live streams"), make("div", { class: "tools" }, search, newStreamButton())),
    complaint, list, empty, pages);

  // Where each page begins, up to the one that is shown.
  let cursors = [null], following = null, asked = 0;

  async function update() {
    const mine = ++asked, words = search.value.trim();
    const parameters = new URLSearchParams({ limit: PAGE, search: words });
    if (cursors.at(-1) !== null) parameters.set("after", cursors.at(-1));
    let page;
    try {
      page = await ask("/live-streams?" + parameters);
    } catch (problem) {
      complaint.textContent = problem.message;
      complaint.hidden = false;
      throw problem;
    }
    if (mine !== asked) return;
    complaint.hidden = true;
    following = page.next ?? null;
    show(page.liveStreams);
    empty.hidden = page.liveStreams.length > 0;
    empty.replaceChildren(make("h2", {}, words ? "No live stream has this name" : "There are no live streams yet"));
    back.disabled = cursors.length === 1;
    next.disabled = following === null;
    pages.hidden = back.disabled && next.disabled;
  }

  function show(streams) {
    const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    list.replaceChildren(...streams.map((one) => make(
      "li", {}, make(
        "a", { href: streamAddress(one.stream) }, make("b", {}, one.name), make("code", {}, one.stream),
        one.live ? make("span", { class: "badge" }, "Live") : make("small", {}, `made ${day(one.createdAt)}`)))));
    if (focused) [...list.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
  }

  // The buttons stay as they are until the answer, so as not to lose the focus.
  function turn(direction) {
    if (direction < 0 && cursors.length > 1) cursors.pop();
    else if (direction > 0 && following !== null) cursors.push(following);
    else return;
    turned();
    window.scrollTo(0, 0);
  }

  function turned() {
    // What follows is known with the answer; one that is still on its way is about the page before.
    following = null;
    asked += 1;
    polling.refresh();
  }

  let typing = 0;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      cursors = [null];
      turned();
    }, 150);
  });
  const polling = every(5, update);
  return () => polling.stop();
}
