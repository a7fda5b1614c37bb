// What is live now, the troubled first; beneath it what could be.

import { ask } from "./access.js";
import { arrange, make, write } from "./dom.js";
import { GRAVITY, statusOf } from "./health.js";
import { live } from "./live.js";
import { newStreamButton } from "./new-stream.js";
import { every } from "./polling.js";
import { streamAddress } from "./router.js";
import { StreamCard } from "./stream-card.js";
import { bits, count, day } from "./words.js";

// Cards are made as they come into sight; those that are there are brought up to date while they are.
const STEP = 24, IDLE_SHOWN = 12;

export function showOverview(main) {
  const search = make("input", { type: "search", placeholder: "Search", "aria-label": "Search live streams", "data-search": true });
  const figures = ["Live now", "Viewers", "Coming in", "With problems"].map((words) => [make("dd", {}, "–"), make("dt", {}, words)]);
  const grid = make("div", { class: "grid" }), more = make("div", { class: "more", "aria-hidden": "true" });
  const empty = make("div", { class: "empty", hidden: true }), complaint = make("p", { class: "complaint", role: "alert", hidden: true });
  const idle = make("section", { class: "idle", hidden: true });
  main.append(
    make("header", { class: "head" }, make("h1", {}, "Overview"), make("div", { class: "tools" }, search, newStreamButton())),
    make("dl", { class: "figures" }, ...figures.map(([value, name]) => make("div", {}, name, value))), complaint, grid, more, empty, idle);

  const cards = new Map();
  let shown = STEP;

  const sight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (target === more) {
        if (isIntersecting && shown < live.byPath.size) {
          shown += STEP;
          update();
        }
      } else {
        target.isInSight = isIntersecting;
        if (isIntersecting) refresh(target.card);
      }
    }
  }, { rootMargin: "200px" });

  function refresh(card) {
    const entry = live.byPath.get(card.path);
    if (entry) card.update(entry);
  }

  function cardOf(path) {
    let card = cards.get(path);
    if (!card) {
      card = new StreamCard(path);
      card.path = path;
      card.element.card = card;
      card.element.isInSight = true;
      cards.set(path, card);
      sight.observe(card.element);
    }
    return card;
  }

  function update() {
    complaint.hidden = !live.problem;
    if (live.problem) write(complaint, live.problem.message);
    if (!live.isKnown) return;
    const all = [...live.byPath.values()], words = search.value.trim().toLowerCase();
    const sum = (value) => all.reduce((total, entry) => total + value(entry.stream), 0);
    const troubled = all.filter(({ stream }) => GRAVITY[statusOf(stream)] >= GRAVITY.warning).length;
    [count(all.length), count(sum(({ viewers }) => viewers.total)), bits(sum((stream) => stream.bitsPerSecond ?? 0)), count(troubled)]
      .forEach((text, index) => write(figures[index][0], text));
    figures[3][0].classList.toggle("bad", troubled > 0);

    const wanted = all.filter(({ path }) => path.toLowerCase().includes(words))
      .sort((a, b) => GRAVITY[statusOf(b.stream)] - GRAVITY[statusOf(a.stream)] || (a.path < b.path ? -1 : 1)).slice(0, shown);
    const kept = new Set(wanted.map(({ path }) => path));
    for (const [path, card] of cards) {
      if (kept.has(path)) continue;
      sight.unobserve(card.element);
      card.stop();
      cards.delete(path);
    }
    arrange(grid, wanted.map((entry) => cardOf(entry.path).element));
    for (const { path } of wanted) {
      const card = cards.get(path);
      if (card.element.isInSight) refresh(card);
    }
    grid.hidden = wanted.length === 0;
    more.hidden = wanted.length < shown;
    empty.hidden = wanted.length > 0;
    if (!empty.hidden) explain(words);
  }

  function explain(words) {
    if (empty.dataset.words === words) return;
    empty.dataset.words = words;
    const advice = make("p", {}, "Publish to ", make("code", {}, server()), ", or set up a live stream and give its key to the encoder.");
    empty.replaceChildren(make("h2", {}, words ? "Nothing live has this name" : "Nothing is live"), ...(words ? [] : [advice]));
  }

  let port = "";
  const server = () => `rtmp://${location.hostname}${port}/live/<name>`;
  ask("/server").then(({ ports }) => {
    const rtmp = ports.find(({ name }) => name === "rtmp")?.address.split(":").at(-1);
    port = rtmp && rtmp !== "1935" ? ":" + rtmp : "";
    delete empty.dataset.words;
    update();
  }).catch(() => {});

  async function updateIdle() {
    const query = new URLSearchParams({ limit: "100", search: search.value.trim() });
    const { liveStreams, next } = await ask("/live-streams?" + query);
    const resting = liveStreams.filter((one) => !one.live), some = resting.slice(0, IDLE_SHOWN);
    idle.hidden = resting.length === 0;
    idle.replaceChildren(
      make("h2", {}, "Not live"),
      make("ul", { class: "rows" }, ...some.map((one) => make(
        "li", {}, make("a", { href: streamAddress(one.stream) }, make("b", {}, one.name), make("code", {}, one.stream), make("small", {}, `made ${day(one.createdAt)}`))))),
      ...(next !== undefined || resting.length > some.length ? [make("a", { class: "link", href: "#/live-streams" }, "All live streams")] : []));
  }

  search.addEventListener("input", () => {
    shown = STEP;
    update();
    resting.refresh();
  });
  sight.observe(more);
  const stop = live.follow(update), resting = every(10, updateIdle);
  return () => {
    stop();
    resting.stop();
    sight.disconnect();
    for (const card of cards.values()) card.stop();
  };
}
