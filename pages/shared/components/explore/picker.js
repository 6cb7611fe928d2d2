/** A small list of labels to choose one of: with digits where they are few, by typing where many. */

import { children, make, makeDialog, show, write } from "../shared/dom.js";
import { matches, prepare } from "../review/matching.js";
import { DIGITS } from "../review/digits.js";
import { count } from "../review/words.js";

/** Labels that fit into the list without a search. */
const FEW = 10;
/** Names in the list at once; typing one more letter beats scrolling through more. */
const SHOWN = 50;
const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

export class Picker {
  /** closed() is called however it was closed. */
  constructor(classes, wording, closed) {
    this.wording = wording;
    this.classes = classes;
    this.title = make("p", { class: "quiet", dir: "auto" });
    this.field = make("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "picked-labels",
      "aria-label": "Name of the label", "aria-autocomplete": "list", autocomplete: "off",
      spellcheck: "false", dir: "auto", placeholder: `Find one of ${count(classes.length)} labels`,
      oninput: () => this.#fill(),
    });
    const named = { id: "picked-labels", role: "listbox", "aria-label": "Labels" };
    this.list = make("ul", { ...named, tabindex: "0" });
    this.more = make("p", { class: "quiet", role: "status" });
    const parts = [this.title, this.field, this.list, this.more];
    this.node = makeDialog("picker", "Choose a label", closed, ...parts);
    this.node.addEventListener("keydown", (event) => this.#onKey(event));
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#pick(Number(option.dataset.place));
    });
  }

  /** Beside an element: the label in force, others that are likely first; picked(name) is called. */
  open({ beside, id, now, likely = [], picked }) {
    this.picked = picked;
    this.now = now;
    const first = [...new Set(likely.filter((name) => name !== null))];
    const few = this.classes.length <= FEW;
    const others = this.classes.filter((one) => !first.includes(one));
    const ordered = few ? this.classes : [...first, ...others];
    this.prepared = prepare(ordered);
    write(this.title, `Label of ${id}`);
    show(this.field, !few);
    this.few = few;
    this.field.value = "";
    this.#fill();
    if (!this.node.open) this.node.showModal();
    this.#put(beside);
    (few ? this.list : this.field).focus();
  }

  #put(beside) {
    const place = beside.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const left = Math.max(8, Math.min(place.left, innerWidth - width - 8));
    const below = place.bottom + 4;
    const top = below + height > innerHeight - 8 ? Math.max(8, place.top - height - 4) : below;
    this.node.style.left = `${left}px`;
    this.node.style.top = `${top}px`;
  }

  #fill() {
    const found = matches(this.prepared, this.field.value);
    this.found = found.slice(0, SHOWN);
    const options = children(this.list, this.found.length, (place) => {
      const facts = { role: "option", "data-place": place, id: `picked-${place}` };
      return make("li", facts, make("kbd"), make("span", { dir: "auto" }));
    });
    this.found.forEach((name, place) => {
      const [key, words] = options[place].children;
      const sign = this.few ? this.#digit(name, place) : "";
      show(key, sign !== "");
      write(key, sign);
      write(words, this.wording.label(name));
      options[place].classList.toggle("now", name === this.now);
    });
    this.#choose(Math.max(0, this.field.value ? 0 : this.found.indexOf(this.now)));
    const hidden = found.length - this.found.length;
    if (found.length === 0) write(this.more, "No label has that in its name.");
    else write(this.more, hidden > 0 ? `and ${count(hidden)} more` : "");
  }

  /** A label that is a digit has that digit, as on the cards. */
  #digit(name, place) {
    if (this.classes.some((one) => DIGITS.includes(one))) return DIGITS.includes(name) ? name : "";
    return DIGITS[place] ?? "";
  }

  #choose(place) {
    const options = [...this.list.children];
    this.place = Math.min(Math.max(place, 0), options.length - 1);
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.place)));
    const chosen = options[this.place];
    for (const node of [this.field, this.list]) node.setAttribute("aria-activedescendant", chosen?.id ?? "");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  #onKey(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    const isIt = (name, place) => this.#digit(name, place) === event.key;
    const byDigit = this.few ? this.found.findIndex(isIt) : -1;
    if (event.key in STEPS) this.#choose(this.place + STEPS[event.key]);
    else if (event.repeat) return;
    else if (event.key === "Enter") this.#pick(this.place);
    else if (byDigit >= 0) this.#pick(byDigit);
    else return;
    event.preventDefault();
  }

  #pick(place) {
    const name = this.found[place];
    if (name === undefined) return;
    this.node.close();
    this.picked(name);
  }
}
