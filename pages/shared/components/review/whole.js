/** The whole query: its candidates in the order of the list, ticked where they are relevant. */

import { makeButton, writeKeys } from "./actions.js";
import { children, make, makeClose, makeDialog, show, write } from "../shared/dom.js";
import { fillTickTile, makeTickTile } from "./tiles.js";
import { count } from "./words.js";

/** Candidates at the first look and with every wish for more, and how many the server gives. */
const STEP = 30;
const MOST = 500;
const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

export class Whole {
  /** ask(query, want) fetches {rows, left, ticket}; press(command, event) is what a key does. */
  constructor(ask, press, bindings, closed, wording) {
    this.ask = ask;
    this.wording = wording;
    this.title = make("h2", { dir: "auto" });
    this.counted = make("p", { class: "quiet number", role: "status" });
    const named = { role: "group", "aria-label": "Candidates, ticked where they are relevant" };
    this.list = make("div", { class: "whole-list", ...named });
    this.all = makeButton("all", "All or none", press);
    this.more = make("button", { type: "button", text: "Show more", onclick: () => this.#more() });
    this.accept = makeButton("accept", "", press, "accept");
    this.rest = makeButton("keep", "", press);
    this.twins = makeButton("drop", "", press);
    this.grades = [...wording.names.keys()].filter((name) => Number(name) > 0);
    const digits = this.grades.length > 1 ? this.grades.filter((name) => name.length === 1) : [];
    const classes = digits.map((name) => makeButton(`class${name}`, wording.label(name), press, "class"));
    const top = make("div", { class: "head" }, this.title, makeClose("Close", () => this.node.close()));
    const tools = make("div", { class: "tools" }, this.all, this.counted);
    const main = make("div", { class: "main" }, this.accept, this.rest, this.twins);
    const foot = make("div", { class: "bulk" }, main, make("div", { class: "classes" }, ...classes));
    this.node = makeDialog("whole", "The whole query", closed, top, tools, this.list, this.more, foot);
    this.node.addEventListener("keydown", (event) => this.#onKey(event));
    this.rows = [];
    writeKeys(this.node, bindings);
    bindings.addEventListener("changed", () => writeKeys(this.node, bindings));
  }

  get isOpen() {
    return this.node.open;
  }

  /** Ids of what is ticked, or of what is not. */
  ids(ticked) {
    return this.rows.filter((row) => row.ticked === ticked).map((row) => row.id);
  }

  /** Show the candidates of the query of an appearance. */
  open(appearance) {
    this.appearance = appearance;
    // A card may suggest that it stays not relevant; a tick says the opposite.
    const { suggested } = appearance.card;
    this.grade = Number(suggested) > 0 ? suggested : (this.grades[0] ?? null);
    this.rows = [];
    this.left = null;
    this.decided = new Set();
    this.ticket = undefined;
    write(this.title, appearance.card.pair.query.text);
    this.node.showModal();
    this.#fill();
    this.#fetch(STEP);
  }

  /** [action, label] of a command; a null action means nothing here. */
  meaning(command) {
    if (command === "keep" || command === "drop") return [command, null];
    if (command === "accept") return this.grade === null ? [null, null] : ["relabel", this.grade];
    const name = this.grades[this.grades.indexOf(command.replace("class", ""))] ?? null;
    return name === null ? [null, null] : ["relabel", name];
  }

  /** Tick all, or none when all are ticked. */
  tickAll() {
    const ticked = this.rows.some((row) => !row.ticked);
    for (const row of this.rows) row.ticked = ticked;
    this.#fill();
  }

  /** These were decided: they leave the list. */
  remove(ids) {
    for (const id of ids) this.decided.add(id);
    this.left = Math.max(0, this.left - ids.length);
    this.rows = this.rows.filter((row) => !this.decided.has(row.id));
    this.#fill();
    if (this.rows.length > 0) this.list.firstElementChild.focus();
    else if (this.left > 0) this.#more();
  }

  #more() {
    this.#fetch(Math.min(MOST, this.rows.length + this.decided.size + STEP));
  }

  async #fetch(want) {
    const { card } = this.appearance;
    const isFirst = this.rows.length === 0;
    write(this.counted, "Looking for the candidates of this query …");
    const answer = await this.ask(card.pair.query.id, want);
    // Closed, or opened for another query, in the meantime.
    if (!this.isOpen || this.appearance.card !== card) return;
    if (answer.said !== undefined) return write(this.counted, answer.said);
    const ticked = new Set(this.ids(true));
    const open = answer.rows.filter((row) => !this.decided.has(row.id));
    this.ticket = answer.ticket;
    // Decisions that are still on their way: the server counts them as open.
    this.left = answer.left - (answer.rows.length - open.length);
    this.rows = open.map((row) => ({ ...row, ticked: ticked.has(row.id) }));
    this.#fill();
    if (isFirst) this.list.firstElementChild?.focus();
  }

  #fill() {
    const tiles = children(this.list, this.rows.length, (place) => this.#tile(place));
    this.rows.forEach((row, place) => {
      const said = `${row.id}: ${row.text ?? ""}`.slice(0, 200);
      fillTickTile(tiles[place], { ...row, label: null }, said, row.id);
    });
    const [ticked, others] = [this.ids(true).length, this.ids(false).length];
    const relevant = this.grades.length > 1 ? `as ${this.wording.label(this.grade)}` : "relevant";
    write(this.accept.words, `Mark ${count(ticked)} ticked ${relevant}`);
    write(this.rest.words, `Mark the ${count(others)} others shown not relevant`);
    write(this.twins.words, `Ticked: duplicates of a positive`);
    this.accept.disabled = this.twins.disabled = ticked === 0;
    this.rest.disabled = others === 0;
    show(this.more, this.left !== null && this.left > this.rows.length && this.rows.length < MOST);
    if (this.left !== null) write(this.counted, this.#counts());
  }

  #counts() {
    if (this.left === 0) return "Every candidate of this query has a verdict.";
    return `${count(this.rows.length)} of ${count(this.left)} candidates without a verdict, best first`;
  }

  #tile(place) {
    return makeTickTile(() => {
      this.rows[place].ticked = !this.rows[place].ticked;
      this.#fill();
    });
  }

  /** Arrows go from line to line. */
  #onKey(event) {
    const step = STEPS[event.key];
    const lines = [...this.list.children];
    if (step === undefined || lines.length === 0) return;
    event.preventDefault();
    const place = lines.findIndex((line) => line.matches(":focus"));
    lines[Math.min(Math.max(place + step, 0), lines.length - 1)].focus();
  }
}
