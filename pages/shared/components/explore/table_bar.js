/** The line above the table: what it shows, in which order, and what else it can show. */

import { make, show, write } from "../shared/dom.js";
import { count } from "../review/words.js";

const quiet = (text, onclick, more = {}) =>
  make("button", { type: "button", class: "quiet-button", text, onclick, ...more });

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
    const other = () => (state.look.listing === "duplicates" ? null : "duplicates");
    const turn = () => state.show({ listing: other() });
    this.duplicates = quiet("Near duplicates", turn, { "aria-pressed": "false" });
    const sort = () => state.show({ sort: JSON.parse(this.sorts.value) });
    this.sorts = make("select", { "aria-label": "Sort by", onchange: sort });
    this.words = this.#makeWords(state);
    const tools = make("div", { class: "tools" }, this.words, this.sorts, this.columns, this.duplicates);
    const said = [this.title, this.said, this.scope, this.order, this.coming];
    this.node = make("div", { class: "bar" }, ...said, tools);
    show(this.duplicates, table.setup.duplicates);
  }

  #makeWords(state) {
    const how = this.table.setup.words;
    if (how === null) return null;
    const named = { "aria-label": "Like these words", placeholder: "Like these words …" };
    const title = `The nearest in meaning first, by ${how}`;
    this.field = make("input", { type: "search", maxlength: "500", dir: "auto", title, ...named });
    const search = (event) => {
      event.preventDefault();
      const words = this.field.value.trim();
      state.show({ sort: words ? { words } : null });
    };
    // A cross in the field empties it without a submit.
    this.field.addEventListener("search", (event) => {
      if (this.field.value === "" && state.look.sort?.words) search(event);
    });
    return make("form", { class: "meaning", onsubmit: search }, this.field);
  }

  #otherScope() {
    return this.table.scope === "filtered" ? "selected" : "filtered";
  }

  write() {
    const { page, count: rows, scope, columns } = this.table;
    const { choice, look } = page.state;
    const grouped = look.listing === "duplicates";
    const drawn = choice.steps.length > 0;
    const what = drawn && scope !== "filtered" ? "selected" : "shown";
    write(this.title, grouped ? "Near duplicates" : "Rows");
    write(this.said, grouped ? "" : `${count(rows)} ${what}`);
    show(this.scope, drawn && !grouped);
    write(this.scope, scope === "filtered" ? "Show only what is selected" : "Show all that pass the filter");
    const { words = "" } = look.sort ?? {};
    const order = orderWords(look.sort, columns);
    show(this.order, order !== "" && !grouped);
    write(this.order, `${order} ×`);
    if (this.field && this.field !== this.field.getRootNode().activeElement) this.field.value = words;
    this.duplicates.setAttribute("aria-pressed", String(grouped));
    write(this.duplicates, grouped ? "Back to the rows" : "Near duplicates");
    for (const one of [this.columns, this.sorts, this.words]) if (one) show(one, !grouped);
    const sortable = columns.shown(look).filter(({ sorts }) => sorts);
    this.#writeSorts(sortable, look.sort);
  }

  /** For narrow screens, where there are no titles to press. */
  #writeSorts(sortable, sort) {
    const ways = sortable.flatMap(({ title, sorts }) => [
      [`${title} ▲`, { by: sorts, descending: false }],
      [`${title} ▼`, { by: sorts, descending: true }],
    ]);
    const all = [["Order of the list", null], ...ways];
    const { by, descending } = sort ?? {};
    const present = JSON.stringify(by ? { by, descending: Boolean(descending) } : null);
    const options = all.map(([text, one]) => {
      const value = JSON.stringify(one);
      return make("option", { value, text, selected: value === present });
    });
    this.sorts.replaceChildren(...options);
  }

  /** What an order waits for; "" = nothing. */
  tellComing(stage) {
    write(this.coming, stage ? `Getting ready to compare words: ${stage} …` : "");
  }
}

/** An order in words; "" = that of the list. */
function orderWords(sort, columns) {
  if (sort?.near) return `Nearest to ${sort.near} first`;
  if (sort?.words) return `Like “${sort.words}” first`;
  return sort?.by ? `By ${columns.byName.get(sort.by)?.title ?? sort.by}` : "";
}
