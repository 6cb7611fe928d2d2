/** Words or a regular expression in a column of texts. */

import { make, show } from "../shared/dom.js";
import { titleOf } from "./parts.js";

export class Search {
  /** attempt(change) chooses, and resolves to whether the server could answer. */
  constructor(page, attempt) {
    this.page = page;
    this.attempt = attempt;
    this.column = make("select", { "aria-label": "Column to search", onchange: () => this.#fill() });
    this.field = make("input", { type: "search", "aria-label": "Words to look for", dir: "auto" });
    this.regex = make("input", { type: "checkbox" });
    const mark = make("label", { title: "Regular expression" }, this.regex, make("span", { text: ".*" }));
    this.regex.setAttribute("aria-label", "Regular expression");
    const go = make("button", { type: "submit", class: "quiet-button", text: "Search" });
    this.node = make("form", { class: "search", role: "search", hidden: true }, this.field, mark, this.column, go);
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#apply();
    });
    // The field's own cross empties it.
    this.field.addEventListener("search", () => this.field.value === "" && this.#apply());
    page.on(page.state, "choice", () => this.#fill());
  }

  /** The columns that can be searched, the most usual first. */
  learn(texts) {
    const options = texts.map((name) => make("option", { value: name, text: titleOf(this.page, name) }));
    this.column.replaceChildren(...options);
    const searched = this.page.state.choice.parts.find((part) => part.words !== undefined);
    if (searched && texts.includes(searched.column)) this.column.value = searched.column;
    show(this.column, texts.length > 1);
    show(this.node, texts.length > 0);
    this.#fill();
  }

  #part() {
    const { parts } = this.page.state.choice;
    return parts.find((part) => part.column === this.column.value && part.words !== undefined);
  }

  #fill() {
    if (this.field.matches(":focus")) return;
    const part = this.#part();
    this.field.placeholder = `Search ${titleOf(this.page, this.column.value)}`;
    this.field.value = part?.words ?? "";
    this.regex.checked = part?.how === "regex";
  }

  async #apply() {
    const words = this.field.value;
    const column = this.column.value;
    if (words === "" && !this.#part()) return;
    const others = this.page.state.choice.parts.filter((part) => part.column !== column);
    const how = this.regex.checked ? "regex" : "words";
    const could = await this.attempt({ parts: words ? [...others, { column, words, how }] : others });
    this.field.setAttribute("aria-invalid", String(!could));
  }
}
