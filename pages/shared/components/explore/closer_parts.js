/** Of a closer look: the rows nearest to it, its columns and scores, and what was decided on it. */

import { far } from "../review/evidence.js";
import { fillTile, makeTile } from "../review/tiles.js";
import { moment } from "../review/words.js";
import { children, make, show, write } from "../shared/dom.js";
import { amount } from "./cells.js";

/** The nearest rows as tiles, and what can be done with all of them. */
export class Near {
  constructor(page, wording, hands) {
    Object.assign(this, { wording, hands });
    this.title = make("h3");
    this.grid = make("div", { class: "near-grid", role: "group", "aria-label": wording.near });
    const quiet = (text, onclick) => make("button", { type: "button", class: "quiet-button", text, onclick });
    this.select = quiet("Select these", () => hands.select(this.ids));
    this.like = quiet("Sort all by nearness to this", () => hands.like(this.ids[0]));
    this.review = make("a", { class: "link", text: "Review this one" });
    const tools = make("div", { class: "tools" }, this.select, this.like, this.review);
    this.node = make("section", {}, this.title, this.grid, tools);
  }

  fill(row, review) {
    const { neighbours } = row;
    const any = neighbours.length > 0;
    this.ids = [row.id, ...neighbours.map((one) => one.id)];
    write(this.title, any ? `${this.wording.near}, their labels and distances` : "It has no neighbours.");
    this.grid.classList.toggle("texts", !neighbours.some((one) => one.picture));
    const tiles = children(this.grid, neighbours.length, () => {
      const tile = makeTile("button", { type: "button", onclick: () => this.hands.go(tile.dataset.id) });
      return tile;
    });
    neighbours.forEach((one, place) => {
      fillTile(tiles[place], one, far(one), this.wording.label(one.label));
      tiles[place].dataset.id = one.id;
    });
    show(this.select, any);
    show(this.like, this.hands.near);
    this.review.href = review;
  }
}

/** What was decided on it, and every column and score. */
export class Known {
  constructor(wording) {
    this.wording = wording;
    this.earlier = make("ul", { class: "earlier" });
    this.nobody = make("p", { class: "quiet", text: "Nobody has decided on it." });
    this.values = make("div", { class: "values" });
    const titled = (text, ...parts) => make("section", {}, make("h3", { text }), ...parts);
    this.nodes = [
      titled("Decisions on it", this.earlier, this.nobody),
      titled("Columns and scores", this.values),
    ];
  }

  fill(row) {
    show(this.nobody, row.earlier.length === 0);
    const said = children(this.earlier, row.earlier.length, () => make("li", { dir: "auto" }));
    row.earlier.forEach((one, place) => {
      const note = one.note ? `: “${one.note}”` : "";
      write(said[place], `${one.reviewer} ${this.wording.said(one, row)}, ${moment(one.at)}${note}`);
    });
    const lines = children(this.values, row.values.length, makeValue);
    row.values.forEach((one, place) => fillValue(lines[place], one));
  }
}

function makeValue() {
  const name = make("span", { class: "name", dir: "auto" });
  const gauge = make("span", { class: "gauge", "aria-hidden": "true" }, make("span"));
  return make("div", { class: "value" }, name, gauge, make("span", { class: "number", dir: "auto" }));
}

function fillValue(line, { title, value, share }) {
  const [name, gauge, number] = line.children;
  write(name, title);
  show(gauge, share !== null);
  gauge.firstChild.style.transform = `scaleX(${share ?? 0})`;
  write(number, amount(value));
  const more = `more suspicious than ${Math.round(100 * share)} % of all`;
  line.title = share === null ? title : `${title}: ${more}`;
}
