/** The example itself: a picture, a text, both, or the row's own fields. */

import { children, make, show, write } from "../shared/dom.js";
import { cutMarks, writeMarked } from "./marked.js";
import { showPicture } from "./pictures.js";

/** Letters of a text that is set larger. */
const SMALL = 64;
/**
 * Letters of a text that are laid out with its card. They fill the largest screen; the rest follows
 * after a pause, so that whoever goes on at once does not wait for a book to be set.
 */
const FIRST = 4_000;
const PAUSE = 250;

export class Example {
  constructor(zoom) {
    this.image = make("img", { decoding: "sync", draggable: "false", onclick: zoom });
    this.broken = make("p", { class: "quiet", hidden: true, text: "This picture cannot be shown." });
    this.picture = make("div", { class: "picture" }, this.image, this.broken);
    this.text = make("div", { class: "text", dir: "auto", role: "group", "aria-label": "Text" });
    this.beginning = make("span");
    this.rest = make("span");
    this.text.append(this.beginning, this.rest);
    this.fields = make("dl", { class: "fields" });
    this.node = make("div", { class: "stage" }, this.picture, this.text, this.fields);
    this.image.addEventListener("error", () => this.#isShown(false));
    this.image.addEventListener("load", () => this.#isShown(true));
  }

  #isShown(visible) {
    show(this.image, visible);
    show(this.broken, !visible);
  }

  #write(text, marks) {
    clearTimeout(this.later);
    const cut = text.length <= FIRST ? text.length : wordEnd(text, FIRST);
    const [before, after] = cutMarks(marks, cut);
    writeMarked(this.beginning, text.slice(0, cut), before);
    this.rest.textContent = "";
    if (cut < text.length) {
      this.later = setTimeout(() => {
        writeMarked(this.rest, text.slice(cut), after);
      }, PAUSE);
    }
    this.text.scrollTop = 0;
    this.text.classList.toggle("short", text.length < SMALL);
  }

  /** Fill it with a card. */
  fill(card) {
    show(this.picture, Boolean(card.picture));
    show(this.text, Boolean(card.text));
    show(this.fields, Boolean(card.fields));
    if (card.picture) {
      this.#isShown(true);
      showPicture(this.image, card, `Example ${card.id}`);
    }
    this.#write(card.text ?? "", card.pair?.passage.marks ?? []);
    fillFields(this.fields, card.fields ?? []);
    this.node.dataset.holds = card.picture && card.text ? "both" : "one";
  }
}

/** The last gap between words before a place, or the place itself, off the middle of a sign. */
function wordEnd(text, place) {
  const gap = text.lastIndexOf(" ", place);
  if (gap > place / 2) return gap;
  return /[\uDC00-\uDFFF]/.test(text[place]) ? place - 1 : place;
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
