/** Which rows: one readable condition, and the chips it is made of. */

import { children, make, makeClose, show, write } from "../shared/dom.js";
import { count } from "../review/words.js";
import { FilterHelp } from "./filter_help.js";
import { FilterLine } from "./filter_line.js";
import { partWords } from "./parts.js";
import { SavedFilters } from "./saved_filters.js";
import { Search } from "./search.js";
import { NO_CHOICE } from "./state.js";
import { listenForUndo } from "./undo_keys.js";

/** Letters of a typed condition on its chip. */
const SHOWN = 60;

export class Filter {
  constructor(page) {
    this.page = page;
    const { state } = page;
    this.line = new FilterLine(page, (change) => this.attempt(change));
    this.search = new Search(page, (change) => this.attempt(change));
    this.saved = new SavedFilters(page, (change) => this.attempt(change));
    this.help = new FilterHelp(page);
    this.undo = this.#button("Undo view", "↶", () => state.back(), "Take back the last change of the view (Ctrl+Z)");
    this.redo = this.#button("Redo view", "↷", () => state.forward(), "The view as it was before (Ctrl+Shift+Z)");
    this.counts = make("p", { class: "counts number", role: "status" });
    this.chips = make("ul", { class: "chips", "aria-label": "Conditions" });
    this.clear = make("button", {
      type: "button",
      class: "quiet-button",
      text: "Clear all",
      onclick: () => state.choose(NO_CHOICE),
    });
    const help = this.#button("Help on conditions", "?", () => this.help.open(), "What a condition may hold");
    const signs = make("div", { class: "signs" }, help, this.undo, this.redo);
    const chosen = make("div", { class: "chosen" }, this.counts, this.chips, this.clear);
    const saved = make("button", { type: "button", class: "quiet-button", text: "Saved filters", onclick: () => this.saved.open() });
    const tools = make("div", { class: "tools" }, this.search.node, saved);
    const rows = [make("div", { class: "condition-row" }, this.line.node, signs), make("div", { class: "below" }, chosen, tools)];
    const all = [...rows, this.saved.node, this.help.node];
    this.node = make("section", { class: "filter", "aria-label": "Filter" }, ...all);
    page.on(page, "counted", () => this.#fill());
    page.on(state, "choice", () => this.#fillChips());
    page.on(state, "history", () => this.#fillUndo());
    listenForUndo(state, page.stop.signal);
    this.#fillChips();
    this.#fillUndo();
    this.#learn();
  }

  /** Choose other rows if the server can answer for them; whether it could. */
  async attempt(change) {
    const choice = { ...this.page.state.choice, ...change };
    const found = await this.page.ask("counts", { choice }, "attempt");
    if (!found) return false;
    this.page.settle("choice");
    this.page.state.choose(change);
    return true;
  }

  async #learn() {
    const facts = await this.page.ask("filter_facts", {});
    if (!facts) return;
    this.search.learn(facts.texts);
    this.saved.learn(facts.saved);
    this.help.learn(facts);
  }

  #button(words, sign, onclick, title) {
    return make("button", { type: "button", class: "quiet-button sign", "aria-label": words, title, onclick, text: sign });
  }

  #fill() {
    const { n, filtered, selected } = this.page.counted;
    const drawn = selected === null ? "" : ` · ${count(selected)} selected`;
    write(this.counts, `${count(filtered)} of ${count(n)} rows${drawn}`);
    this.line.fill();
    this.#fillChips();
  }

  #fillUndo() {
    this.undo.disabled = this.page.state.past.length === 0;
    this.redo.disabled = this.page.state.future.length === 0;
  }

  #fillChips() {
    const told = this.#told();
    const made = () => make("li", { class: "chip" }, make("span", { class: "words", dir: "auto" }), makeClose("", () => {}));
    children(this.chips, told.length, made).forEach((chip, place) => {
      const [words, close] = chip.children;
      write(words, told[place].words);
      words.title = told[place].words;
      chip.dataset.kind = told[place].kind;
      close.setAttribute("aria-label", `Remove ${told[place].words}`);
      close.onclick = () => this.page.state.choose(told[place].without);
    });
    show(this.chips, told.length > 0);
    show(this.clear, told.length > 0);
  }

  /** Everything that narrows the rows, and the change that takes it away. */
  #told() {
    const { parts, typed, named, steps } = this.page.state.choice;
    const told = parts.map((part, place) => ({
      kind: "part",
      words: partWords(this.page, part),
      without: { parts: parts.filter((_, at) => at !== place) },
    }));
    const cut = typed.length > SHOWN ? `${typed.slice(0, SHOWN)}…` : typed;
    if (typed) told.push({ kind: "typed", words: `SQL: ${cut}`, without: { typed: "" } });
    if (named !== null) told.push({ kind: "named", words: `list: ${named}`, without: { named: null } });
    if (steps.length) {
      const rows = this.page.counted?.selected;
      const words = typeof rows === "number" ? `selection: ${count(rows)}` : "selection";
      told.push({ kind: "selection", words, without: { steps: [], layout: "" } });
    }
    return told;
  }
}
