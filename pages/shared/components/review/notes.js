/** A note on a card; it goes with the next decision on that card. */

import { make, show } from "../shared/dom.js";

export class Notes {
  /** left() is called when the person is done writing. */
  constructor(left) {
    this.drafts = new Map();
    this.id = null;
    this.field = make("textarea", {
      rows: "2",
      dir: "auto",
      maxlength: "2000",
      "aria-label": "Note, kept with the next decision on this card",
      placeholder: "Kept with the next decision on this card. Escape goes back to the keys.",
      oninput: () => this.drafts.set(this.id, this.field.value),
      onkeydown: (event) => {
        if (event.key !== "Escape" || event.isComposing) return;
        event.stopPropagation();
        left();
      },
    });
    this.node = make("label", { class: "note", hidden: true }, make("span", { text: "Note" }), this.field);
  }

  /** Another card is on the screen: its draft, if it has one. */
  turnTo(id) {
    this.id = id;
    this.field.value = this.drafts.get(id) ?? "";
    show(this.node, this.drafts.has(id));
  }

  write() {
    show(this.node, true);
    this.field.focus();
  }

  /** The note that goes with a decision on this card. */
  take(id) {
    const note = (this.drafts.get(id) ?? "").trim();
    this.drafts.delete(id);
    return note;
  }

  /** An undone decision gives its note back. */
  giveBack(id, note) {
    if (note) this.drafts.set(id, note);
  }
}
