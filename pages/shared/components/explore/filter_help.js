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
    this.functions = make("p", { class: "codes" });
    this.node = makeDialog(
      "filter-help",
      "Conditions",
      () => {},
      top,
      about,
      make("table", {}, make("tbody", {}, ...rows)),
      make("h3", { text: "Columns" }),
      make("div", { class: "scrolled", tabindex: "0" }, this.#columns()),
      make("h3", { text: "Functions" }),
      this.functions,
    );
  }

  open() {
    this.node.showModal();
  }

  learn(functions) {
    this.functions.replaceChildren(...functions.map((name) => make("code", { text: name })));
  }

  #columns() {
    const rows = this.page.about.columns.map(({ name, title, finds, kind }) =>
      make(
        "tr",
        {},
        make("td", {}, make("code", { text: quoted(name), dir: "auto" })),
        make("td", { dir: "auto", text: [title === name ? "" : title, finds, kind].filter(Boolean).join(" · ") }),
      ),
    );
    return make("table", {}, make("tbody", {}, ...rows));
  }
}

/** As a condition has it: plain lower-case words as they are, all else in double quotes. */
const quoted = (name) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
