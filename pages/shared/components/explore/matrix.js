/** Given against suggested: a cell is a button that chooses both. */

import { make, show, write } from "../shared/dom.js";
import { count, several } from "../review/words.js";
import { nameOf } from "./parts.js";
import { local } from "../shared/storage.js";

const HIDDEN = "explore/diagonal-hidden";
/** Letters of a name that fit above a cell without turning it. */
const UPRIGHT = 3;
/** So many more classes at each press. */
const STEP = 12;

export class Matrix {
  constructor(page, { columns: [given, suggested] }, again) {
    this.page = page;
    this.columns = [given, suggested];
    this.again = again;
    this.table = make("table", { class: "cells" }, make("caption", { class: "quiet", text: "given ↓ suggested →" }), make("thead"), make("tbody"));
    this.hide = make("input", { type: "checkbox", onchange: () => this.#turn() });
    this.hide.checked = local.read(HIDDEN) === "yes";
    const hide = make("label", { class: "quiet" }, this.hide, "hide the diagonal");
    this.more = make("button", { type: "button", class: "quiet-button", text: "More classes", onclick: () => again({ most: this.answer.classes.length + STEP }) });
    this.fewer = make("button", { type: "button", class: "quiet-button", text: "Fewer", onclick: () => again({}) });
    this.clear = make("button", { type: "button", class: "quiet-button", text: "Clear", "aria-label": "Clear given and suggested", onclick: () => this.#choose([]) });
    this.said = make("span", { class: "quiet" });
    const foot = make("div", { class: "foot" }, hide, this.more, this.fewer, this.clear, this.said);
    this.node = make("div", { class: "drawn" }, make("div", { class: "across", tabindex: "0", role: "region", "aria-label": "Given against suggested" }, this.table), foot);
    this.table.addEventListener("click", (event) => this.#onClick(event));
  }

  fill(answer) {
    this.answer = answer;
    const { classes, more, elsewhere } = answer;
    const [head, body] = [this.table.tHead, this.table.tBodies[0]];
    const names = classes.map((name) => nameOf(this.page, this.columns[0], name));
    const tops = names.map((name) => make("th", { scope: "col", title: name }, make("span", { class: "words", dir: "auto", text: name })));
    head.replaceChildren(make("tr", {}, make("td"), ...tops));
    const focused = this.node.getRootNode().activeElement?.dataset?.cell;
    body.replaceChildren(...names.map((name, down) => this.#row(name, down, names)));
    body.querySelector(`[data-cell="${focused}"]`)?.focus();
    show(this.more, more > 0);
    show(this.fewer, classes.length > STEP);
    show(this.clear, this.page.state.choice.parts.some(({ column }) => this.columns.includes(column)));
    write(this.said, elsewhere > 0 ? `${several(elsewhere, "row")} confused between other classes` : "");
    this.table.classList.toggle("no-diagonal", this.hide.checked);
    this.table.classList.toggle("upright", names.every((name) => name.length <= UPRIGHT));
  }

  #row(name, down, names) {
    const { filtered, selected } = this.answer;
    const apart = filtered.flatMap((row, at) => row.filter((_, across) => across !== at));
    const most = { apart: Math.max(...apart, 1), same: Math.max(...filtered.map((row, at) => row[at]), 1) };
    const cells = filtered[down].map((rows, across) => {
      const same = across === down;
      // By the logarithm: a pair confused ten times as often would leave all others white.
      const shade = rows === 0 ? 0 : 0.1 + 0.9 * (Math.log1p(rows) / Math.log1p(same ? most.same : most.apart));
      const chosen = selected === null ? "" : `, ${count(selected[down][across])} selected`;
      const words = `given ${name}, suggested ${names[across]}: ${several(rows, "row")}${chosen}`;
      const cell = make("button", { type: "button", "aria-label": words, title: words, "data-cell": `${down} ${across}`, "aria-pressed": String(this.#isChosen(down, across)), text: rows === 0 ? "" : brief(rows) });
      cell.disabled = rows === 0 && !this.#isChosen(down, across);
      cell.style.setProperty("--shade", shade.toFixed(3));
      cell.classList.toggle("dark", shade > 0.55);
      cell.classList.toggle("has-selected", selected !== null && selected[down][across] > 0);
      return make("td", { class: same ? "same" : "" }, cell);
    });
    const title = make("th", { scope: "row", title: name }, make("span", { class: "words", dir: "auto", text: name }));
    return make("tr", {}, title, ...cells);
  }

  #picked() {
    return this.columns.map((name) => this.page.state.choice.parts.find(({ column }) => column === name)?.names ?? []);
  }

  #isChosen(down, across) {
    const [given, suggested] = this.#picked();
    const { classes } = this.answer;
    return given.includes(classes[down]) && suggested.includes(classes[across]);
  }

  #onClick(event) {
    const cell = event.target.closest("[data-cell]");
    if (!cell) return;
    const [down, across] = cell.dataset.cell.split(" ").map(Number);
    const names = [this.answer.classes[down], this.answer.classes[across]];
    const alone = this.#picked().every((picked, axis) => picked.length === 1 && picked[0] === names[axis]);
    this.#choose(alone ? [] : names);
  }

  /** Both columns at once: one step back. */
  #choose(names) {
    const others = this.page.state.choice.parts.filter(({ column }) => !this.columns.includes(column));
    const parts = names.map((name, axis) => ({ column: this.columns[axis], names: [name] }));
    this.page.state.choose({ parts: [...others, ...parts] });
  }

  #turn() {
    local.write(HIDDEN, this.hide.checked ? "yes" : "no");
    this.table.classList.toggle("no-diagonal", this.hide.checked);
  }
}

/** 1,234 → 1.2k: a cell is narrow, and its whole number is in its title. */
function brief(rows) {
  if (rows < 1_000) return String(rows);
  const [size, letter] = rows < 1_000_000 ? [1_000, "k"] : [1_000_000, "M"];
  const part = rows / size;
  return `${part < 10 ? part.toFixed(1).replace(".0", "") : Math.round(part)}${letter}`;
}
