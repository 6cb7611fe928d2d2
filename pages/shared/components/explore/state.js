/**
 * What is chosen and how it is looked at: one place for all panels, and the address holds it.
 *
 * choice  {parts, typed, named, steps, layout}: which rows, as `engine.choice` reads it
 * look    {colour, marks, view, layout, sort, columns, charts, row, …}: how they are shown
 * Both are replaced, never changed in place. Events: `choice`, `look` (detail: names that changed),
 * `history` (what can be taken back).
 */

import { readAddress, writeAddress } from "./address.js";
import { withTicks } from "./ticks.js";

/** Milliseconds within which two changes of the same thing are one step back. */
const ONE_MOVE = 800;
const MOST_BACK = 100;

export const NO_CHOICE = Object.freeze({ parts: [], typed: "", named: null, steps: [], layout: "" });
export const PLAIN_LOOK = Object.freeze({
  colour: null, // name of a column, null = given label
  marks: "found", // outlines: "found" errors found so far, "suspected", or null
  size: null, // name of a column of numbers, null = all alike
  view: null, // {x, y, scale, angle} of the map, null = all of it
  layout: null, // "umap" or "pca", null = the best there is
  sort: null, // {by, descending}, {near: id} or {words} of the table, null = order of the list
  columns: null, // names shown in the table, null = the usual ones
  charts: null, // names of the charts shown, null = the usual ones
  row: null, // id of the one row looked at closer
  scope: null, // "filtered" or "selected" rows in the table, null = what an action would mean
  listing: null, // "duplicates" instead of rows
});

export class State extends EventTarget {
  /** keep: see writeAddress. */
  constructor(keep) {
    super();
    this.keep = keep;
    const { choice, look } = readAddress();
    this.choice = { ...NO_CHOICE, ...choice };
    this.look = { ...PLAIN_LOOK, ...look };
    this.past = [];
    this.future = [];
    this.last = { what: "", at: 0 };
  }

  /** Choose other rows: some of parts, typed, named, steps, layout. */
  choose(change) {
    this.#turn({ ...this.choice, ...change }, this.look, `choice ${Object.keys(change)}`);
  }

  /** Look at them another way: some of colour, marks, view, … */
  show(change) {
    this.#turn(this.choice, { ...this.look, ...change }, `look ${Object.keys(change)}`);
  }

  /** Take back the last change of choice or look; decisions have an undo of their own. */
  back() {
    this.#jump(this.past, this.future);
  }

  forward() {
    this.#jump(this.future, this.past);
  }

  /** The parts without those of a column, with another one of it where there is one. */
  withPart(column, part = null) {
    this.choose({ parts: partsWith(this.choice.parts, column, part) });
  }

  /** Add to the selection, take from it, or begin it anew; a step is {polygon} or {ids}. */
  draw(step, op, layout) {
    const change = drawnInto(this.choice, step, op, layout);
    if (change !== null) this.choose(change);
  }

  /** Tick rows by id or take ticks away; the table goes on showing what it shows. */
  tick(ids, op) {
    const steps = withTicks(this.choice.steps, ids, op);
    const seen = this.choice.steps.length ? this.look.scope : "filtered";
    this.#turn({ ...this.choice, steps }, { ...this.look, scope: seen }, "choice ticks");
  }

  #turn(choice, look, what) {
    const before = { choice: this.choice, look: this.look };
    if (same(before, { choice, look })) return;
    const now = performance.now();
    const moving = what === this.last.what && what.startsWith("look") && now - this.last.at < ONE_MOVE;
    this.last = { what, at: now };
    if (!moving) this.past = [...this.past.slice(1 - MOST_BACK), before];
    this.future = [];
    this.#set(choice, look);
  }

  #jump(from, onto) {
    const aim = from.pop();
    if (aim === undefined) return;
    onto.push({ choice: this.choice, look: this.look });
    this.last = { what: "", at: 0 };
    this.#set(aim.choice, aim.look);
  }

  #set(choice, look) {
    const chosen = !same(choice, this.choice);
    const looks = Object.keys(look).filter((name) => !same(look[name], this.look[name]));
    this.choice = choice;
    this.look = look;
    writeAddress(choice, look, this.keep);
    if (chosen) this.dispatchEvent(new CustomEvent("choice"));
    if (looks.length) this.dispatchEvent(new CustomEvent("look", { detail: looks }));
    this.dispatchEvent(new CustomEvent("history"));
  }
}

/** The parts without those of a column, with another one of it where there is one. */
export function partsWith(parts, column, part) {
  const others = parts.filter((one) => one.column !== column);
  return part === null ? others : [...others, part];
}

/** What a step that is drawn makes of a selection: {steps, layout}; null = there is nothing to take away. */
export function drawnInto({ steps, layout: before }, step, op, layout) {
  const anew = op === "new" || (step.polygon && before && before !== layout);
  const kept = anew ? [] : steps;
  if (op === "subtract" && kept.length === 0) return null;
  const added = { op: op === "subtract" ? "subtract" : "add", ...step };
  return { steps: [...kept, added], layout: step.polygon || anew ? layout : before };
}

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
