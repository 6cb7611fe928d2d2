/** The rows most like a card in a small grid with ticks; one key decides all ticked ones at once. */

import { makeButton, writeKeys } from "./actions.js";
import { DIGITS } from "./digits.js";
import { children, make, makeClose, makeDialog, show, write } from "../shared/dom.js";
import { far } from "./evidence.js";
import { fillTickTile, makeTickTile } from "./tiles.js";

const SORTS = ["nearest", "least sure"];
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

export class Alike {
  /** ask(card, sort) fetches {rows, ticket}; press(command, event) is what every button does. */
  constructor(ask, press, bindings, closed, wording) {
    this.ask = ask;
    this.wording = wording;
    this.title = make("h2");
    this.counted = make("p", { class: "quiet", role: "status" });
    const named = { role: "group", "aria-label": `${wording.unit}s, ticked or not` };
    this.grid = make("div", { class: "grid alike-grid", ...named });
    this.sorting = makeButton("sort", "", press);
    this.all = makeButton("all", "All or none", press);
    this.accept = makeButton("accept", "", press, "accept");
    const actions = [["keep", wording.keep], ["drop", wording.drop], ["flag", "Flag"]];
    const verdicts = actions.map(([command, words]) => makeButton(command, words, press));
    this.classes = DIGITS.map((digit) => makeButton(`class${digit}`, "", press, "class"));
    const top = make("div", { class: "head" }, this.title, makeClose("Close", () => this.node.close()));
    const tools = make("div", { class: "tools" }, this.sorting, this.all, this.counted);
    const main = make("div", { class: "main" }, this.accept, ...verdicts);
    const foot = make("div", { class: "bulk" }, main, make("div", { class: "classes" }, ...this.classes));
    this.node = makeDialog("alike", wording.alike, closed, top, tools, this.grid, foot);
    this.node.addEventListener("keydown", (event) => this.#onKey(event));
    writeKeys(this.node, bindings);
    bindings.addEventListener("changed", () => writeKeys(this.node, bindings));
  }

  get isOpen() {
    return this.node.open;
  }

  get ticked() {
    return this.rows.filter((row) => row.ticked).map((row) => row.id);
  }

  /** Show the rows most like the card of an appearance; the card itself comes first. */
  open(appearance) {
    this.appearance = appearance;
    this.sort = SORTS[0];
    const { card, slots } = appearance;
    write(this.title, `More like ${card.id}`);
    show(this.accept, card.suggested !== null);
    if (card.suggested !== null) write(this.accept.words, this.wording.accept(card));
    slots.forEach((name, place) => {
      show(this.classes[place], name !== null);
      const words = name === null ? "" : this.wording.label(name);
      write(this.classes[place].words, words);
      this.classes[place].title = words;
    });
    this.rows = [];
    this.ticket = undefined;
    this.node.showModal();
    this.#fetch();
  }

  /** The other order; ticks stay where they were set. */
  turnOrder() {
    this.sort = SORTS[1 - SORTS.indexOf(this.sort)];
    this.#fetch();
  }

  /** Tick all, or none when all are ticked. */
  tickAll() {
    const ticked = this.rows.some((row) => !row.ticked);
    for (const row of this.rows) row.ticked = ticked;
    this.#fill();
  }

  async #fetch() {
    const { card } = this.appearance;
    const sort = this.sort;
    const before = new Map(this.rows.map((row) => [row.id, row.ticked]));
    write(this.counted, `Looking for ${this.wording.unit}s like this one …`);
    this.#writeOrder();
    const answer = await this.ask(card, sort);
    // Closed, or asked again, in the meantime.
    if (!this.isOpen || this.appearance.card !== card || this.sort !== sort) return;
    if (answer.said !== undefined) return write(this.counted, answer.said);
    const others = answer.rows.filter((row) => row.id !== card.id);
    this.ticket = answer.ticket;
    // A dispute is settled on its own card: among many it would be one more opinion.
    this.rows = [...(card.dispute ? [] : [itself(card)]), ...others];
    for (const row of this.rows) row.ticked = before.get(row.id) ?? row.ticked;
    this.#fill();
    if (!before.size) this.grid.firstElementChild?.focus();
  }

  #fill() {
    this.grid.classList.toggle("texts", !this.rows.some((row) => row.picture));
    const tiles = children(this.grid, this.rows.length, (place) => this.#tile(place));
    this.rows.forEach((row, place) => {
      const called = this.wording.label(row.label);
      fillTickTile(tiles[place], row, spoken(row), this.#note(row), called);
    });
    const ticked = this.wording.rows(this.ticked.length);
    write(this.counted, `${ticked} ticked, decided by one key as one entry`);
  }

  #note(row) {
    if (row.verdict !== "undecided") return this.wording.done[row.verdict] ?? row.verdict;
    return row.id === this.appearance.card.id ? "this card" : far(row);
  }

  #writeOrder() {
    write(this.sorting.words, this.sort === SORTS[0] ? "Least sure first" : "Nearest first");
  }

  #tile(place) {
    return makeTickTile(() => {
      this.rows[place].ticked = !this.rows[place].ticked;
      this.#fill();
    });
  }

  /** Arrows go from tile to tile. */
  #onKey(event) {
    const tiles = [...this.grid.children];
    const place = tiles.findIndex((tile) => tile.matches(":focus"));
    const columns = getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
    const step = { ...STEPS, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (step === undefined || tiles.length === 0) return;
    event.preventDefault();
    tiles[Math.min(Math.max(place + step, 0), tiles.length - 1)].focus();
  }
}

/** The card as the first row of its own grid. */
function itself(card) {
  return { ...card, label: card.given, role: "given", distance: 0, ticked: true };
}

function spoken(row) {
  const suggested = row.suggested === null ? "" : `, suggested ${row.suggested}`;
  return `${row.id}, label ${row.label ?? "none"}${suggested}`;
}
