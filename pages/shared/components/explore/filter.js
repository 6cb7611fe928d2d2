/** Which rows: one readable condition, and the chips it is made of. */

import { make } from "../shared/dom.js";

export class Filter {
  constructor(page) {
    this.page = page;
    this.node = make("div", { class: "filter" });
  }
}
