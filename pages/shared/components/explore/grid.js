/** The rows of the table on the screen: lines that scroll, a line that has the keyboard, titles that sort. */

import { children, make, show, write } from "../shared/dom.js";
import { afterPaint } from "../shared/paint.js";
import { fillLine, makeLine } from "./cells.js";
import { widths } from "./columns.js";
import { Scroller } from "./scroller.js";

/** Pixels of a line: on a wide screen, and as a card on a narrow one. */
const HEIGHTS = { image: [62, 204], text: [58, 208], pair: [92, 236], none: [46, 204] };
const NARROW = 640;
const SIGNS = { ascending: "▲", descending: "▼", none: "" };

export class Grid {
  /**
   * hands: {row(place), sort(column), act(what, place, line, event), key(event), moved(first, last), looks(row)}
   * looks(row) = what `fillLine` needs besides the row.
   */
  constructor(wording, media, hands) {
    this.wording = wording;
    this.media = media;
    this.hands = hands;
    this.count = 0;
    this.current = 0;
    this.lines = new Map();
    this.spare = [];
    this.titles = make("div", { class: "titles", role: "row", "aria-rowindex": "1" });
    this.node = make("div", {
      class: "grid", role: "grid", tabindex: "0", "aria-label": "Rows", "aria-multiselectable": "true",
      onkeydown: (event) => this.hands.key(event),
      onclick: (event) => this.#onClick(event),
    });
    this.scroller = new Scroller(this.node, this.titles, (first, last) => this.#onMoved(first, last));
    this.none = make("p", { class: "quiet none", hidden: true, text: "No row is left. Take a condition away." });
    this.node.append(this.none);
    this.watch = new ResizeObserver(() => this.#measure());
    this.watch.observe(this.node);
  }

  get isNarrow() {
    return this.node.clientWidth > 0 && this.node.clientWidth < NARROW;
  }

  /** Show these columns; sort = {by, descending} or null. */
  setColumns(columns, sort) {
    this.columns = columns;
    for (const line of this.lines.values()) line.remove();
    this.lines.clear();
    this.spare = [];
    const { template, least } = widths(columns);
    this.node.style.setProperty("--template", template);
    this.node.style.setProperty("--least", `${least}px`);
    this.node.setAttribute("aria-colcount", columns.length);
    this.titles.replaceChildren(...columns.map((column) => this.#title(column)));
    this.writeSort(sort);
    this.scroller.measure(this.count, this.height);
  }

  #title(column) {
    const text = column.kind === "tick" ? "" : (column.short ?? column.title);
    const words = make("span", { class: "words", dir: "auto", text });
    const facts = { class: `title ${column.kind}`, role: "columnheader", title: column.title };
    if (!column.sorts) return make("div", { ...facts, "aria-label": column.title }, words);
    const sign = make("span", { class: "sign", "aria-hidden": "true" });
    const press = () => this.hands.sort(column.sorts);
    const node = make("div", facts, make("button", { type: "button", tabindex: "-1", onclick: press }, words, sign));
    node.sorts = column.sorts;
    return node;
  }

  writeSort(sort) {
    for (const title of this.titles.children) {
      if (title.sorts === undefined) continue;
      const by = title.sorts === sort?.by;
      const way = by ? (sort.descending ? "descending" : "ascending") : "none";
      title.setAttribute("aria-sort", way);
      write(title.querySelector(".sign"), SIGNS[way]);
    }
  }

  get height() {
    return HEIGHTS[this.media][this.isNarrow ? 1 : 0];
  }

  /** So many rows; fresh = others than before, so from the top. */
  setCount(count, fresh) {
    this.count = count;
    if (fresh) this.current = 0;
    this.current = Math.min(this.current, Math.max(0, count - 1));
    this.node.setAttribute("aria-rowcount", count + 1);
    show(this.none, count === 0);
    this.scroller.measure(count, this.height, fresh ? 0 : undefined);
  }

  #measure() {
    this.node.classList.toggle("narrow", this.isNarrow);
    if (this.columns) this.scroller.measure(this.count, this.height);
  }

  #onMoved(first, last) {
    if (!this.columns) return;
    [this.first, this.last] = [first, last];
    for (const [place, line] of this.lines) {
      if (place >= first && place < last) continue;
      line.hidden = true;
      this.spare.push(line);
      this.lines.delete(place);
    }
    for (let place = first; place < last; place += 1) {
      if (!this.lines.has(place)) this.lines.set(place, this.#line(place));
      const { style } = this.lines.get(place);
      style.height = `${this.height}px`;
      style.transform = `translateY(${this.scroller.place(place)}px)`;
    }
    this.hands.moved(first, last);
    this.#point();
  }

  #line(place) {
    let line = this.spare.pop();
    if (line === undefined) {
      line = makeLine(this.columns, this.wording);
      this.scroller.sizer.append(line);
    }
    line.hidden = false;
    line.setAttribute("aria-rowindex", place + 2);
    line.id = `line-${place}`;
    line.place = place;
    this.#fill(line);
    return line;
  }

  #fill(line) {
    const row = this.hands.row(line.place);
    fillLine(line, row, this.hands.looks(row));
  }

  /** Rows have come, or something was decided. */
  refill() {
    for (const line of this.lines.values()) this.#fill(line);
    this.#point();
  }

  /** Whether every line on the screen has its row. */
  get isWhole() {
    const end = Math.min(this.count, this.last ?? 0);
    for (let place = this.first ?? 0; place < end; place += 1) {
      if (this.hands.row(place) === undefined) return false;
    }
    return true;
  }

  /** The line with the keyboard; its row counts as seen once it was painted. */
  #point() {
    for (const line of this.lines.values()) line.classList.toggle("current", line.place === this.current);
    const here = this.lines.get(this.current);
    this.node.setAttribute("aria-activedescendant", here?.id ?? "");
    const id = here?.dataset.row ?? "";
    if (id === this.pointed) return;
    this.pointed = id;
    this.from = performance.now();
    this.since = Infinity;
    afterPaint((now) => {
      if (this.pointed === id && this.since === Infinity) this.since = now;
    });
  }

  /** The row that the keyboard means at a time; undefined when it was not on the screen by then. */
  at(time) {
    const row = this.hands.row(this.current);
    return row !== undefined && row.id === this.pointed && time >= this.since ? row : undefined;
  }

  /** The keyboard goes to this line. */
  go(place) {
    if (this.count === 0) return;
    this.current = Math.min(Math.max(0, place), this.count - 1);
    this.scroller.reveal(this.current);
    this.#point();
    // Whoever moves here means this row; only one that came by itself has to be seen first.
    if (this.pointed) this.since = 0;
  }

  lineOf(place) {
    return this.lines.get(place);
  }

  #onClick(event) {
    const line = event.target.closest(".line:not(.coming)");
    if (!line) return;
    this.go(line.place);
    const what = event.target.closest("[data-do]")?.dataset.do ?? "open";
    this.hands.act(what, line.place, line, event);
  }

  close() {
    this.watch.disconnect();
    this.scroller.close();
  }
}
