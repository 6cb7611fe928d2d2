/** What is said below the map, in one quiet line. */

import { make, write } from "../shared/dom.js";

export const HELP =
  "Arrow keys move, plus and minus zoom, square brackets turn, 0 shows all. M, L and B choose between " +
  "moving, lasso and box; Escape clears the selection. The table below lists the same rows.";
const ORDER = ["trust", "marked", "view", "hidden", "renderer"];

export class MapNote {
  constructor() {
    this.said = {};
    // What changes while a hand moves is not for a screen reader.
    [this.note, this.passing] = [make("span", { role: "status" }), make("span", { "aria-hidden": "true" })];
    this.node = make("p", { class: "quiet" }, this.note, this.passing);
  }

  /** Some of: trust in the layout, what is marked and in view, what is hidden, who paints. */
  say(change) {
    Object.assign(this.said, change);
    write(this.note, ORDER.map((name) => this.said[name]).filter(Boolean).join(" · "));
  }

  /** The share of the points that is drawn while the view moves. */
  pass(share) {
    write(this.passing, share < 1 ? ` · ${Math.max(1, Math.round(100 * share))} % of the points while it moves` : "");
  }
}
