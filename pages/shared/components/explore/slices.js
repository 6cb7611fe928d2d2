/** Worth a look: parts of the dataset that the server proposes, chosen by one click. */

import { make, show, write } from "../shared/dom.js";
import { NO_CHOICE } from "./state.js";

/** Milliseconds after the first counts until the search begins: the map and the charts come first. */
const FIRST = 1_500;
const AGAIN = 1_000;
const KINDS = {
  cluster: "errors together",
  leak: "taken for another",
  sparse: "thin",
  group: "unlike the rest",
  small: "small",
};

export class Slices {
  /** kept() is called when a click has made a list. */
  constructor(page, wording, kept) {
    Object.assign(this, { page, wording, kept });
    this.head = make("span", { text: "Worth a look" });
    this.items = make("ul", { class: "slices" });
    this.node = make("details", { class: "aside slices-panel", open: true }, make("summary", {}, this.head), this.items);
    show(this.node, false);
    page.on(page, "counted", () => {
      this.timer ??= setTimeout(() => this.#ask(), FIRST);
    });
  }

  async #ask() {
    const found = await this.page.ask("slices", {});
    if (!found) return;
    if (found.state === "running") {
      this.timer = setTimeout(() => this.#ask(), AGAIN);
      return;
    }
    write(this.head, `Worth a look (${found.slices.length})`);
    this.items.replaceChildren(...found.slices.map((one) => this.#item(one)));
    show(this.node, found.slices.length > 0);
    this.node.dataset.slices = found.slices.length;
  }

  #item({ place, kind, title, sentence, rows, p }) {
    const sure = p === null ? "" : p < 0.0001 ? "p < 0.0001" : `p = ${p.toPrecision(2)}`;
    const head = make("span", { class: "slice-head" }, make("strong", { dir: "auto", text: title }));
    head.append(make("span", { class: "quiet", text: KINDS[kind] ?? kind }));
    const said = make("span", { dir: "auto", text: sentence });
    const foot = make("span", { class: "quiet number", text: [this.wording.rows(rows), sure].filter(Boolean).join(" · ") });
    const about = { type: "button", class: "slice", "data-slice": place, onclick: () => this.#choose(place) };
    return make("li", {}, make("button", about, head, said, foot));
  }

  async #choose(place) {
    const choice = await this.page.ask("choose-slice", { place });
    if (!choice) return;
    this.page.state.choose({ ...NO_CHOICE, ...choice });
    if (choice.named !== null) this.kept();
  }

  close() {
    clearTimeout(this.timer);
  }
}
