/** What can be done with what is chosen. */

import { make } from "../shared/dom.js";

export class Doing {
  constructor(page) {
    this.page = page;
    this.node = make("div", { class: "doing" });
  }
}
