/** A class by its name, for when there are more than ten. */

import { make, makeDialog, write } from "../shared/dom.js";
import { matches, prepare } from "./matching.js";
import { count } from "./words.js";

/** Names in the list at once; typing one more letter beats scrolling through more. */
const SHOWN = 50;

export class Find {
  constructor(classes, closed) {
    this.prepared = prepare(classes);
    this.field = make("input", {
      type: "text",
      role: "combobox",
      "aria-expanded": "true",
      "aria-autocomplete": "list",
      "aria-controls": "found-classes",
      "aria-label": "Name of the class",
      autocomplete: "off",
      spellcheck: "false",
      dir: "auto",
      placeholder: `Find one of ${count(classes.length)} classes`,
      oninput: () => this.#fill(),
      onkeydown: (event) => this.#onKey(event),
    });
    this.list = make("ul", { id: "found-classes", role: "listbox", "aria-label": "Classes" });
    this.more = make("p", { class: "quiet", role: "status" });
    this.node = makeDialog("find", "Find a class", closed, this.field, this.list, this.more);
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#pick(option);
    });
  }

  /** Ask for a class; picked(name) is called with the one chosen. */
  open(picked) {
    this.picked = picked;
    this.field.value = "";
    this.#fill();
    this.node.showModal();
    this.field.focus();
  }

  #fill() {
    const found = matches(this.prepared, this.field.value);
    const options = found.slice(0, SHOWN).map((name, place) =>
      make("li", { role: "option", id: `found-${place}`, dir: "auto", text: name }),
    );
    this.list.replaceChildren(...options);
    this.#choose(0);
    const hidden = found.length - options.length;
    if (found.length === 0) write(this.more, "No class has that in its name.");
    else write(this.more, hidden > 0 ? `and ${count(hidden)} more` : "");
  }

  #choose(place) {
    const options = [...this.list.children];
    this.place = Math.min(Math.max(place, 0), options.length - 1);
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.place)));
    const chosen = options[this.place];
    this.field.setAttribute("aria-activedescendant", chosen?.id ?? "");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  #onKey(event) {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in steps) {
      event.preventDefault();
      this.#choose(this.place + steps[event.key]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const chosen = this.list.children[this.place];
      if (chosen && !event.repeat) this.#pick(chosen);
    }
  }

  #pick(option) {
    const name = option.textContent;
    this.node.close();
    this.picked(name);
  }
}
