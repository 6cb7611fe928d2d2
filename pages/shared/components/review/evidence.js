/** What speaks for and against the given label: the nearest examples, and the scores. */

import { children, make, show, write } from "../shared/dom.js";
import { fillTile, makeTile } from "./tiles.js";

export class Neighbours {
  constructor(metric, enlarge, wording) {
    this.wording = wording;
    const title = `${wording.near}, their labels and ${metric} distances`;
    this.title = make("h3", { text: title });
    this.grid = make("div", { class: "grid", role: "group", "aria-label": wording.near });
    this.node = make("section", { class: "near" }, this.title, this.grid);
    this.shown = [];
    this.enlarge = enlarge;
  }

  fill(card) {
    this.shown = card.neighbours;
    // The place stays while one card has none, so that nothing below it jumps.
    this.node.classList.toggle("none", card.neighbours.length === 0);
    this.grid.classList.toggle("texts", !card.neighbours.some((near) => near.picture));
    const tiles = children(this.grid, card.neighbours.length, (place) => this.#tile(place));
    card.neighbours.forEach((near, place) => {
      fillTile(tiles[place], near, far(near), this.wording.label(near.label));
    });
  }

  #tile(place) {
    const onclick = () => this.enlarge(this.shown[place]);
    return makeTile("button", { type: "button", onclick });
  }
}

/** A distance in words, empty where there is none. */
export const far = ({ distance }) => (Number.isFinite(distance) ? distance.toFixed(3) : "");

const SPEAKS = ["against", "for", ""];

export class Scores {
  constructor(wording) {
    this.groups = SPEAKS.map((speaks) => {
      const title = wording.speaks[speaks] ?? "Other scores";
      const list = make("ul");
      const node = make("div", { class: `group ${speaks}` }, make("h3", { text: title }), list);
      return { speaks, list, node };
    });
    this.node = make("section", { class: "scores" }, ...this.groups.map(({ node }) => node));
  }

  fill(card) {
    for (const { speaks, list, node } of this.groups) {
      const scores = card.scores.filter((score) => score.speaks === speaks);
      show(node, scores.length > 0);
      const rows = children(list, scores.length, makeScore);
      scores.forEach((score, place) => fillScore(rows[place], score));
    }
  }
}

function makeScore() {
  const bar = make("span", { class: "bar", "aria-hidden": "true" }, make("span"));
  return make("li", {}, make("span", { class: "name" }), bar, make("span", { class: "number" }));
}

function fillScore(row, { title, value, share }) {
  const [name, bar, number] = row.children;
  write(name, title);
  bar.firstElementChild.style.transform = `scaleX(${Math.min(1, Math.max(0, share))})`;
  const known = Number.isFinite(value);
  write(number, known ? value.toPrecision(3) : "–");
  row.title = known ? `${title}: more suspicious than ${Math.round(100 * share)} % of all` : title;
}
