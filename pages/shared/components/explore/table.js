/** The rows, one line each. */

import { make } from "../shared/dom.js";

export class Table {
  constructor(page) {
    this.page = page;
    this.node = make("div", { class: "table" });
  }
}
