/** All names of a column: searched, and several chosen. */

import { make, makeClose, makeDialog, write } from "../shared/dom.js";
import { count } from "../review/words.js";
import { pick, pickedOf } from "./bars.js";
import { nameOf } from "./parts.js";

const PAUSE = 150;

export class NamesDialog {
  constructor(page, column, title) {
    this.page = page;
    this.column = column;
    this.field = make("input", { type: "search", "aria-label": `Search ${title}`, placeholder: "Search", dir: "auto", oninput: () => this.#later() });
    this.list = make("ul", { class: "choices", "aria-label": title });
    this.said = make("p", { class: "quiet", role: "status" });
    const head = make("h2", { text: title, dir: "auto" });
    const top = make("div", { class: "head" }, head, makeClose("Close", () => this.node.close()));
    this.node = makeDialog("names", title, () => {}, top, this.field, this.list, this.said);
    page.stop.signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  open() {
    this.field.value = "";
    this.list.replaceChildren();
    this.node.showModal();
    this.#ask();
  }

  #later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    const body = { choice: this.page.state.choice, column: this.column, words: this.field.value };
    const found = await this.page.ask("names", body);
    if (!found) return;
    const picked = pickedOf(this.page, this.column);
    const items = found.names.map((name, place) => {
      const box = make("input", { type: "checkbox", onchange: () => pick(this.page, this.column, name, true) });
      box.checked = picked.includes(name);
      const words = make("span", { class: `words${name === null ? " none" : ""}`, dir: "auto", text: nameOf(this.page, this.column, name) });
      return make("li", {}, make("label", {}, box, words, make("span", { class: "quiet number", text: count(found.filtered[place]) })));
    });
    this.list.replaceChildren(...items);
    if (items.length === 0) write(this.said, "None has that in its name.");
    else write(this.said, found.more > 0 ? `and ${count(found.more)} more` : "");
  }
}
