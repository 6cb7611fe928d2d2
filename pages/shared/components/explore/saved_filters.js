/** Filters under names: save the present one, use one again, forget one. */

import { make, makeClose, makeDialog, show, write } from "../shared/dom.js";
import { Refusal, post } from "../shared/server.js";

export class SavedFilters {
  /** attempt(change) chooses, and resolves to whether the server could answer. */
  constructor(page, attempt) {
    this.page = page;
    this.attempt = attempt;
    this.name = make("input", { type: "text", "aria-label": "Name of the filter", placeholder: "Name of this filter", maxlength: "100", dir: "auto" });
    this.present = make("code", { class: "words" });
    const keep = make("button", { type: "submit", text: "Save" });
    const form = make("form", { class: "row" }, this.name, keep);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#keep();
    });
    this.said = make("p", { class: "quiet", role: "status" });
    this.list = make("ul", { class: "saved", "aria-label": "Saved filters" });
    const title = make("h2", { text: "Saved filters" });
    const top = make("div", { class: "head" }, title, makeClose("Close", () => this.node.close()));
    const about = make("p", {
      class: "quiet",
      text: "A saved filter is its condition, asked anew whenever it is used. On the command line: second-look queue DATA --where @NAME. What is drawn on the map is no part of it: keep that as a list.",
    });
    this.node = makeDialog("saved-filters", "Saved filters", () => {}, top, this.present, form, this.said, this.list, about);
  }

  open() {
    const { counted, state } = this.page;
    const list = state.choice.named === null ? "" : `list ${state.choice.named}`;
    write(this.present, [counted?.line, list].filter(Boolean).join(" in ") || "All rows pass: there is nothing to save yet.");
    write(this.said, "");
    this.name.value = "";
    this.node.showModal();
  }

  /** The filters there are: {name, where, named}. */
  learn(saved) {
    this.list.replaceChildren(...saved.map((one) => this.#item(one)));
    show(this.list, saved.length > 0);
  }

  #item({ name, where, named }) {
    const use = () => this.#use({ parts: [], typed: where, named });
    const words = make("span", { class: "words", dir: "auto", text: name });
    const condition = make("code", { class: "words quiet", text: [where, named === null ? "" : `list ${named}`].filter(Boolean).join(" in ") });
    const apply = make("button", { type: "button", class: "use", onclick: use, "data-filter": name }, words, condition);
    return make("li", {}, apply, makeClose(`Forget ${name}`, () => this.#forget(name)));
  }

  async #use(change) {
    const could = await this.attempt(change);
    if (could) this.node.close();
    else write(this.said, "That filter cannot be answered; above the page it is said why.");
  }

  async #keep() {
    const name = this.name.value.trim();
    await this.#change("keep_filter", { name, filter: this.page.state.choice }, `Saved as “${name}”.`);
  }

  async #forget(name) {
    await this.#change("drop_filter", { name }, `Forgot “${name}”.`);
  }

  /** Told here and not above the page, which a dialog covers. */
  async #change(what, body, said) {
    const { fingerprint, reviewer } = this.page.data;
    try {
      const found = await post("explore", fingerprint, what, { reviewer, tab: this.page.tab, ...body });
      this.learn(found.saved);
      write(this.said, said);
    } catch (problem) {
      write(this.said, problem instanceof Refusal ? problem.message : "The server does not answer. Try again.");
    }
  }
}
