/** Of a pair: the query above, and the passages that are known to answer it beside. */

import { children, make, show, write } from "../shared/dom.js";
import { writeMarked } from "./marked.js";
import { makeLabel, writeLabel } from "./tiles.js";
import { count } from "./words.js";

const NONE = "No other passage is known to answer this query.";

/** The query of a card, and how far it is judged. */
export class Query {
  constructor() {
    this.text = make("p", { class: "asked", dir: "auto" });
    this.counts = make("p", { class: "quiet number", dir: "auto" });
    this.node = make("section", { class: "query", "aria-label": "Query" }, this.text, this.counts);
  }

  fill({ pair: { query, of_query } }) {
    writeMarked(this.text, query.text, query.marks);
    this.text.scrollTop = 0;
    const { candidates, judged, found } = of_query;
    const words = [query.id, `${count(judged)} of ${count(candidates)} candidates judged`];
    if (found > 0) words.push(`${count(found)} found`);
    write(this.counts, words.join(" · "));
  }
}

/** The known positives of its query. */
export class Positives {
  constructor(wording) {
    this.wording = wording;
    this.title = make("h3");
    this.list = make("ul");
    this.node = make("section", { class: "positives", tabindex: "0" }, this.title, this.list);
  }

  fill({ pair: { positives, more } }) {
    const total = positives.length + more;
    write(this.title, total === 0 ? NONE : `Known to be relevant (${count(total)})`);
    this.node.setAttribute("aria-label", this.title.textContent);
    const rows = children(this.list, positives.length + (more > 0 ? 1 : 0), makeRow);
    positives.forEach((one, place) => this.#fillRow(rows[place], one));
    if (more > 0) fillLast(rows.at(-1), more);
    this.node.scrollTop = 0;
  }

  #fillRow({ parts }, { id, text, grade, kind, twin, similarity }) {
    show(parts.head, true);
    writeLabel(parts.label, grade, "", this.wording.label(grade));
    const why = { judged: "", found: "found in this review", twin: `repeats ${twin}` }[kind];
    const alike = similarity === null ? "" : `similarity ${similarity.toFixed(2)}`;
    write(parts.note, [id, why, alike].filter(Boolean).join(" · "));
    write(parts.text, text);
  }
}

function makeRow() {
  const parts = { label: makeLabel(), note: make("span", { class: "quiet number", dir: "auto" }) };
  parts.head = make("div", { class: "foot" }, parts.label, parts.note);
  parts.text = make("p", { dir: "auto" });
  const row = make("li", {}, parts.head, parts.text);
  row.parts = parts;
  return row;
}

function fillLast({ parts }, more) {
  show(parts.head, false);
  write(parts.text, `and ${count(more)} more`);
}

/** Where every ranking puts the passage. */
export function rankWords([system, rank]) {
  return `${system}: ${rank > 0 ? `no. ${count(rank)}` : "not named"}`;
}
