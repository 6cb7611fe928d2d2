/** The example itself: a picture, a text, both, or the row's own fields. */

import { children, make, show, write } from "./dom.js";
import { showPicture } from "./pictures.js";

const SMALL = 64;

export class Example {
  constructor(zoom) {
    this.image = make("img", { decoding: "sync", draggable: "false", onclick: zoom });
    this.broken = make("p", { class: "quiet", hidden: true, text: "This picture cannot be shown." });
    this.picture = make("div", { class: "picture" }, this.image, this.broken);
    this.text = make("div", { class: "text", dir: "auto", role: "group", "aria-label": "Text" });
    this.fields = make("dl", { class: "fields" });
    this.node = make("div", { class: "stage" }, this.picture, this.text, this.fields);
    this.image.addEventListener("error", () => this.#isShown(false));
    this.image.addEventListener("load", () => this.#isShown(true));
  }

  #isShown(visible) {
    show(this.image, visible);
    show(this.broken, !visible);
  }

  /** Fill it with a card; returns whether there is something to enlarge. */
  fill(card) {
    show(this.picture, Boolean(card.picture));
    show(this.text, Boolean(card.text));
    show(this.fields, Boolean(card.fields));
    if (card.picture) {
      this.#isShown(true);
      showPicture(this.image, card, `Example ${card.id}`);
    }
    write(this.text, card.text ?? "");
    this.text.scrollTop = 0;
    this.text.classList.toggle("short", (card.text ?? "").length < SMALL);
    fillFields(this.fields, card.fields ?? []);
    this.node.dataset.holds = card.picture && card.text ? "both" : "one";
  }
}

/** Names and values of a row. */
export function fillFields(list, fields) {
  const rows = children(list, fields.length, () => {
    const row = make("div", {}, make("dt", { dir: "auto" }), make("dd", { dir: "auto" }));
    return row;
  });
  fields.forEach(([name, value], place) => {
    write(rows[place].children[0], name);
    write(rows[place].children[1], String(value));
  });
}
