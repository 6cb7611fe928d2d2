/** The line above the table: what it shows, in which order, and what else it can show. */

import { make, show, write } from "../shared/dom.js";
import { count } from "../review/words.js";

const quiet = (words, onclick, more = {}) => make("button", { type: "button", class: "quiet-button", text: words, onclick, ...more });

export class TableBar {
  /** table: {page, count, setup, columns, scope}; hands: {columns()}. */
  constructor(table, hands) {
    this.table = table;
    const { state } = table.page;
    this.title = make("h2", { text: "Rows" });
    this.said = make("span", { class: "quiet number", role: "status" });
    this.coming = make("span", { class: "quiet", role: "status" });
    this.scope = quiet("", () => state.show({ scope: this.#otherScope() }));
    this.order = quiet("", () => state.show({ sort: null }), { title: "Back to the order of the list" });
    this.columns = quiet("Columns", hands.columns);
    const turn = () => state.show({ listing: state.look.listing === "duplicates" ? null : "duplicates" });
    this.duplicates = quiet("Near duplicates", turn, { "aria-pressed": "false" });
    this.sorts = make("select", { "aria-label": "Sort by", onchange: () => state.show({ sort: JSON.parse(this.sorts.value) }) });
    this.words = this.#makeWords(state);
    const tools = make("div", { class: "tools" }, this.words, this.sorts, this.columns, this.duplicates);
    this.node = make("div", { class: "bar" }, this.title, this.said, this.scope, this.order, this.coming, tools);
    show(this.duplicates, table.setup.duplicates);
  }

  #makeWords(state) {
    const how = this.table.setup.words;
    if (how === null) return null;
    this.field = make("input", {
      type: "search", "aria-label": "Like these words", placeholder: "Like these words …", maxlength: "500", dir: "auto",
      title: `The nearest in meaning first, by ${how}`,
    });
    const search = (event) => {
      event.preventDefault();
      const words = this.field.value.trim();
      state.show({ sort: words ? { words } : null });
    };
    // A cross in the field empties it without a submit.
    this.field.addEventListener("search", (event) => this.field.value === "" && state.look.sort?.words && search(event));
    return make("form", { class: "meaning", onsubmit: search }, this.field);
  }

  #otherScope() {
    return this.table.scope === "filtered" ? "selected" : "filtered";
  }

  write() {
    const { page, count: rows, scope, columns, setup } = this.table;
    const { choice, look } = page.state;
    const grouped = look.listing === "duplicates";
    const drawn = choice.steps.length > 0;
    const what = drawn && scope !== "filtered" ? "selected" : "shown";
    write(this.title, grouped ? "Near duplicates" : "Rows");
    write(this.said, grouped ? "" : `${count(rows)} ${what}`);
    show(this.scope, drawn && !grouped);
    write(this.scope, scope === "filtered" ? "Show only what is selected" : "Show all that pass the filter");
    const { near, words, by } = look.sort ?? {};
    const order = near ? `Nearest to ${near} first` : words ? `Like “${words}” first` : by ? `By ${columns.byName.get(by)?.title ?? by}` : "";
    show(this.order, order !== "" && !grouped);
    write(this.order, `${order} ×`);
    if (this.field && this.field !== this.field.getRootNode().activeElement) this.field.value = words ?? "";
    this.duplicates.setAttribute("aria-pressed", String(grouped));
    write(this.duplicates, grouped ? "Back to the rows" : "Near duplicates");
    for (const one of [this.columns, this.sorts, this.words]) if (one) show(one, !grouped);
    this.#writeSorts(columns.shown(look).filter(({ sorts }) => sorts), look.sort, setup);
  }

  /** For narrow screens, where there are no titles to press. */
  #writeSorts(sortable, sort) {
    const ways = sortable.flatMap(({ title, sorts }) => [
      [`${title} ▲`, { by: sorts, descending: false }],
      [`${title} ▼`, { by: sorts, descending: true }],
    ]);
    const all = [["Order of the list", null], ...ways];
    const present = JSON.stringify(sort?.by ? { by: sort.by, descending: Boolean(sort.descending) } : null);
    this.sorts.replaceChildren(...all.map(([words, one]) => {
      const value = JSON.stringify(one);
      return make("option", { value, text: words, selected: value === present });
    }));
  }

  /** What an order waits for; "" = nothing. */
  tellComing(stage) {
    write(this.coming, stage ? `Getting ready to compare words: ${stage} …` : "");
  }
}
