/** Singles: what is known of single points, asked of the server once; and one of them below the pointer. */

import { make, show, write } from "../shared/dom.js";
import { fillTile, makeTile, writeLabel } from "../review/tiles.js";

const KEPT = 500;
/** Letters in the card below the pointer. */
const LETTERS = 240;

export class Singles {
  constructor(page) {
    this.page = page;
    this.known = new Map();
  }

  /** Facts of rows as the server has them: {row, id, picture, crisp, text, given, suggested, verdict}. */
  async of(rows, topic) {
    const missing = rows.filter((row) => !this.known.has(row));
    if (missing.length) {
      const found = await this.page.ask("closer", { rows: missing }, topic);
      if (!found) return [];
      for (const one of found.rows) this.known.set(one.row, one);
    }
    const facts = rows.map((row) => this.known.get(row)).filter(Boolean);
    while (this.known.size > KEPT) this.known.delete(this.known.keys().next().value);
    return facts;
  }

  /** The log has grown. */
  forget() {
    this.known.clear();
  }
}

/** A card beside a point: its picture or text, its labels. */
export class Hover {
  constructor() {
    this.tile = makeTile("div");
    this.suggested = make("span", { class: "label", dir: "auto" });
    this.tile.parts.label.after(make("span", { class: "quiet", text: "→" }), this.suggested);
    this.node = make("div", { class: "hover", role: "status" }, this.tile);
    show(this.node, false);
  }

  hide() {
    show(this.node, false);
  }

  /** example as Singles has it, at [right, down] in a field of so many pixels. */
  show(example, [right, down], { width, height }) {
    const { id, picture, crisp, text, given, suggested } = example;
    const words = text && text.length > LETTERS ? `${text.slice(0, LETTERS)}…` : text;
    fillTile(this.tile, { id, picture, crisp, text: words, label: given, role: "" }, "");
    const differs = suggested !== null && suggested !== given;
    const { label, note } = this.tile.parts;
    writeLabel(label, given, differs ? "given" : "");
    writeLabel(this.suggested, suggested, "suggested");
    for (const node of [this.suggested, this.suggested.previousElementSibling]) show(node, differs);
    write(note, [id, example.verdict].filter(Boolean).join(" · "));
    show(this.node, true);
    const { offsetWidth, offsetHeight } = this.node;
    const left = right + 16 + offsetWidth > width ? right - 16 - offsetWidth : right + 16;
    const top = Math.min(Math.max(4, down - offsetHeight / 2), Math.max(4, height - offsetHeight - 4));
    this.node.style.transform = `translate(${Math.max(4, left)}px, ${top}px)`;
  }
}
