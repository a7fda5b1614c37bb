// A table of thousands of rows, of which only those in sight exist.

import { make, write } from "./dom.js";

const MARGIN = 8, GONE_SHOWN = 1_000;

// `columns`: { name, words, value(row) for sorting, text(row), isNumber }. The first one opens the row,
// as a click anywhere on it does; the last cell has the `action`, if any: { words(row), run(row, button) }.
export class VirtualTable {
  #columns;
  #heads;
  #body;
  #actions;
  #rows = [];
  // What was shown last, whose order waits while somebody aims at a row's button.
  #waiting = null;
  #pool = [];
  #sorting = null;
  #scheduled = false;

  constructor(label, columns, { sorting, onopen, action }) {
    this.#columns = columns;
    this.#sorting = sorting;
    this.#actions = { onopen, action };
    this.#heads = columns.map((column) => make(
      "div", { role: "columnheader", class: this.#classOf(column) },
      make("button", { onclick: () => this.sortBy(column.name) }, column.words)));
    const release = () => requestAnimationFrame(() => this.#release());
    this.#body = make("div", { role: "rowgroup", class: "table-body", onpointerout: release, onfocusout: release });
    this.element = make(
      "div", { class: "table", role: "table", "aria-label": label },
      make("div", { role: "rowgroup", class: "table-head" }, make("div", { role: "row" }, ...this.#heads, make("div", { role: "columnheader", class: "cell action" }, make("span", { class: "unseen" }, "Actions")))),
      this.#body);
    addEventListener("scroll", this.#schedule, { passive: true });
    addEventListener("resize", this.#schedule, { passive: true });
    this.#showSorting();
  }

  stop() {
    removeEventListener("scroll", this.#schedule);
    removeEventListener("resize", this.#schedule);
  }

  #classOf = (column) => `cell ${column.name}${column.isNumber ? " number" : ""}`;

  sortBy(name) {
    const isSame = this.#sorting.name === name;
    this.#sorting = { name, isDescending: isSame ? !this.#sorting.isDescending : this.#columns.find((one) => one.name === name).isNumber };
    this.#showSorting();
    this.show(this.#waiting ?? this.#rows);
  }

  #showSorting() {
    this.#columns.forEach((column, index) => {
      const { name, isDescending } = this.#sorting;
      this.#heads[index].setAttribute("aria-sort", column.name !== name ? "none" : isDescending ? "descending" : "ascending");
    });
  }

  // Shows what was found by itself, not because somebody wanted another view: no row moves away from under a hand.
  update(rows) {
    if (!this.#isAimedAt) return this.show(rows);
    const found = new Map(rows.map((row) => [row.id, row]));
    // Those that are gone keep their place for a moment, and whoever came has one at the end.
    this.#rows = this.#rows.map((row) => found.get(row.id) ?? { ...row, isGone: true });
    for (const { id } of this.#rows) found.delete(id);
    this.#rows.push(...found.values());
    this.#waiting = rows;
    this.#draw();
    // The button of one that is gone goes too, and then nobody aims at it any more.
    setTimeout(() => this.#release(), GONE_SHOWN);
  }

  get #isAimedAt() {
    return this.#body.querySelector(".action button:is(:hover, :focus)") !== null;
  }

  #release() {
    if (this.#waiting && !this.#isAimedAt) this.show(this.#waiting);
  }

  show(rows) {
    this.#waiting = null;
    const { name, isDescending } = this.#sorting, { value } = this.#columns.find((one) => one.name === name);
    const keyed = rows.map((row) => [value(row) ?? -Infinity, row]);
    const sign = isDescending ? -1 : 1;
    keyed.sort(([a, one], [b, other]) => sign * (a < b ? -1 : a > b ? 1 : 0) || (one.id < other.id ? -1 : 1));
    this.#rows = keyed.map(([, row]) => row);
    this.#draw();
  }

  #schedule = () => {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#draw();
    });
  };

  #draw() {
    if (!this.element.isConnected) return;
    this.element.setAttribute("aria-rowcount", this.#rows.length + 1);
    const height = this.#rowHeight();
    this.#body.style.height = `${this.#rows.length * height}px`;
    const above = -this.#body.getBoundingClientRect().top;
    const first = Math.max(0, Math.min(Math.floor(above / height) - MARGIN, this.#rows.length - 1));
    const wanted = Math.max(0, Math.min(Math.ceil(innerHeight / height) + 2 * MARGIN, this.#rows.length - first));
    while (this.#pool.length < wanted) this.#pool.push(this.#makeRow());
    this.#pool.forEach((line, index) => {
      const row = index < wanted ? this.#rows[first + index] : undefined;
      line.element.hidden = row === undefined;
      line.row = row;
      if (row === undefined) return;
      line.element.style.transform = `translateY(${(first + index) * height}px)`;
      line.element.setAttribute("aria-rowindex", first + index + 2);
      this.#columns.forEach((column, place) => write(place === 0 ? line.open : line.cells[place], column.text(row)));
      const words = row.isGone ? "" : this.#actions.action?.words(row) ?? "";
      line.element.classList.toggle("over", row.isGone === true);
      line.button.hidden = !words;
      write(line.button, words);
      line.button.setAttribute("aria-label", `${words} ${row.id}`);
    });
  }

  // The style sheet knows it, in `rem`, and it differs on a phone.
  #rowHeight() {
    return parseFloat(getComputedStyle(this.element).getPropertyValue("--row")) * parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  #makeRow() {
    const line = { row: undefined };
    line.open = make("button", { class: "link" });
    line.cells = this.#columns.map((column, index) => make("div", { role: "cell", class: this.#classOf(column) }, index === 0 && line.open));
    line.button = make("button", { class: "quiet", hidden: true, onpointerdown: () => (line.aim = line.row), onclick: (event) => {
      event.stopPropagation();
      // A click by keys has no pointer that went down before.
      this.#actions.action?.run((event.detail > 0 && line.aim) || line.row, line.button);
    } });
    line.element = make("div", { role: "row", class: "table-row", onclick: () => this.#actions.onopen(line.row) }, ...line.cells, make("div", { role: "cell", class: "cell action" }, line.button));
    this.#body.append(line.element);
    return line;
  }
}
