/** The map of all rows. */

import { make } from "../shared/dom.js";

export class Map {
  constructor(page) {
    this.page = page;
    this.node = make("div", { class: "map" });
  }
}
