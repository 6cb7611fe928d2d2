/** What a condition may hold: examples, columns, functions. */

import { make, makeClose, makeDialog } from "../shared/dom.js";

const EXAMPLES = [
  ["given = 'dog'", "labelled dog"],
  ["given <> suggested", "another label is likelier"],
  ["rank <= 500", "among the 500 most suspicious"],
  ["verdict IN ('flag', 'adjudicate')", "flagged, or reviewers disagree"],
  ["given IS NULL", "without a label"],
];

export class FilterHelp {
  constructor(page) {
    this.page = page;
    const title = make("h2", { text: "Conditions" });
    const top = make("div", { class: "head" }, title, makeClose("Close", () => this.node.close()));
    const rows = EXAMPLES.map(([line, words]) => make("tr", {}, make("td", {}, make("code", { text: line })), make("td", { text: words })));
    const about = make("p", {
      text: "The filter is one condition in SQL (DuckDB) about one row by itself: comparisons, arithmetic, LIKE, IN, BETWEEN, CASE, IS NULL, joined with AND, OR, NOT. Click it to edit it.",
    });
    this.columns = make("tbody");
    this.functions = make("p", { class: "codes" });
    this.node = makeDialog(
      "filter-help",
      "Conditions",
      () => {},
      top,
      about,
      make("table", {}, make("tbody", {}, ...rows)),
      make("h3", { text: "Columns" }),
      make("div", { class: "scrolled", tabindex: "0", role: "region", "aria-label": "Columns" }, make("table", {}, this.columns)),
      make("h3", { text: "Functions" }),
      this.functions,
    );
  }

  open() {
    this.node.showModal();
  }

  /** functions: names. quoted: columns as a condition has them, by name. */
  learn({ functions, quoted }) {
    this.functions.replaceChildren(...functions.map((name) => make("code", { text: name })));
    this.columns.replaceChildren(...this.#columns(quoted));
  }

  #columns(quoted) {
    return this.page.about.columns.map(({ name, title, finds, kind }) =>
      make(
        "tr",
        {},
        make("td", {}, make("code", { text: quoted[name] ?? name, dir: "auto" })),
        make("td", { dir: "auto", text: [title === name ? "" : title, finds, kind].filter(Boolean).join(" · ") }),
      ),
    );
  }
}
