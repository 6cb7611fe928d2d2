/** The filter as one line of SQL: a button to read, a field while it is edited. */

import { make, show, write } from "../shared/dom.js";

const NOTHING = "All rows. Click to type a condition, as in: given = 'dog' AND rank <= 100";

export class FilterLine {
  /** attempt(change) chooses, and resolves to whether the server could answer. */
  constructor(page, attempt) {
    this.page = page;
    this.attempt = attempt;
    this.read = make("button", { type: "button", class: "condition", title: "Edit as SQL", onclick: () => this.#edit() });
    this.text = make("code", { dir: "ltr" });
    this.read.append(this.text);
    this.field = make("textarea", {
      rows: "1",
      "aria-label": "Condition in SQL. Enter applies it, Escape leaves it.",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      maxlength: "4000",
      hidden: true,
      onkeydown: (event) => this.#onKey(event),
      oninput: () => this.#grow(),
      onblur: () => this.#leaveUnchanged(),
    });
    this.hint = make("p", { class: "quiet", hidden: true, text: "Enter applies, Escape leaves, Shift+Enter breaks the line." });
    this.node = make("div", { class: "filter-line" }, this.read, this.field, this.hint);
    this.fill();
  }

  /** The line of the present choice. */
  fill() {
    const line = this.page.counted?.line ?? "";
    write(this.text, line === "" ? NOTHING : line);
    this.read.classList.toggle("nothing", line === "");
    this.read.setAttribute("aria-label", line === "" ? "Filter: all rows. Edit as SQL." : `Filter: ${line}. Edit as SQL.`);
  }

  #edit() {
    this.field.value = this.page.counted?.line ?? "";
    this.#turn(true);
    this.#grow();
    this.field.focus();
  }

  #turn(editing) {
    show(this.read, !editing);
    show(this.field, editing);
    show(this.hint, editing);
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }

  #onKey(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.page.settle("choice");
      this.#leave();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#apply();
    }
  }

  async #apply() {
    const typed = this.field.value.trim();
    if (typed === (this.page.counted?.line ?? "")) return this.#leave();
    this.field.setAttribute("aria-busy", "true");
    const could = await this.attempt({ parts: [], typed });
    this.field.removeAttribute("aria-busy");
    this.field.setAttribute("aria-invalid", String(!could));
    if (could) this.#leave();
    else this.field.focus();
  }

  /** Clicking elsewhere leaves the field, but never loses what was typed. */
  #leaveUnchanged() {
    if (this.field.value.trim() === (this.page.counted?.line ?? "")) this.#turn(false);
  }

  #leave() {
    const focused = this.field.matches(":focus");
    this.field.removeAttribute("aria-invalid");
    this.#turn(false);
    if (focused) this.read.focus();
  }
}
