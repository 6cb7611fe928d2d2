/** Histograms and bars of every column, to be brushed. */

import { make } from "../shared/dom.js";

export class Charts {
  constructor(page) {
    this.page = page;
    this.node = make("div", { class: "charts" });
  }
}
