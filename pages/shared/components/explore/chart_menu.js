/** Which charts are shown: all there are, with a search. */

import { make, makeClose, makeDialog, show, write } from "../shared/dom.js";

const WORDS = { histogram: "histogram", bars: "bars", matrix: "matrix", dynamics: "map", groups: "table" };

export class ChartMenu {
  /** chosen(names): the charts to show, null = the usual ones. */
  constructor(chosen) {
    this.chosen = chosen;
    this.shown = [];
    this.field = make("input", { type: "search", "aria-label": "Search charts", placeholder: "Search columns and charts", dir: "auto", oninput: () => this.#search() });
    this.list = make("ul", { class: "choices", "aria-label": "Charts" });
    this.none = make("p", { class: "quiet", role: "status" });
    const usual = make("button", { type: "button", text: "The usual ones", onclick: () => this.#usual() });
    const title = make("h2", { text: "Charts" });
    const top = make("div", { class: "head" }, title, makeClose("Close", () => this.node.close()));
    this.node = makeDialog("chart-menu", "Charts", () => {}, top, this.field, this.list, this.none, usual);
  }

  open(shown) {
    this.#tick(shown);
    this.field.value = "";
    this.#search();
    this.node.showModal();
  }

  /** All there are: {name, kind, title}. */
  learn(charts) {
    const items = charts.map(({ name, kind, title, columns }) => {
      const box = make("input", { type: "checkbox", value: name, onchange: (event) => this.#change(name, event.target.checked) });
      const words = make("span", { class: "words", dir: "auto", text: title });
      const item = make("li", {}, make("label", {}, box, words, make("span", { class: "quiet", text: WORDS[kind] })));
      item.said = `${title} ${columns.join(" ")} ${WORDS[kind]}`.toLowerCase();
      return item;
    });
    this.list.replaceChildren(...items);
  }

  #tick(shown) {
    this.shown = [...shown];
    for (const box of this.list.querySelectorAll("input")) box.checked = shown.includes(box.value);
  }

  #change(name, on) {
    const others = this.shown.filter((one) => one !== name);
    this.shown = on ? [...others, name] : others;
    this.chosen(this.shown);
  }

  #usual() {
    this.chosen(null);
    this.node.close();
  }

  #search() {
    const words = this.field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const item of this.list.children) {
      const fits = words.every((word) => item.said.includes(word));
      found += fits;
      show(item, fits);
    }
    write(this.none, found ? "" : "No chart has that in its name.");
  }
}
