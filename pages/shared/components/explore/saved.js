/** The line that says what is on the disk, and takes the last decision back. */

import { make, show, write } from "../shared/dom.js";
import { count } from "../review/words.js";

/** Ids in data-saved. */
const NEWEST = 50;
/** Milliseconds after which a decision that still waits says that it is being sent again. */
const LATE = 3_000;

export class Saved {
  constructor(decisions, wording) {
    this.decisions = decisions;
    this.wording = wording;
    this.ids = [];
    this.words = "Each decision is saved as you make it.";
    this.mark = make("b");
    this.line = make("span", { dir: "auto" });
    const title = "Take back your last decision (⌫)";
    const undo = { text: "Undo", title, onclick: () => decisions.undo() };
    this.undo = make("button", { type: "button", class: "quiet-button", ...undo });
    const said = make("span", { class: "said", role: "status" }, this.mark, this.line);
    this.node = make("div", { class: "saved-line", "data-saved": "", "data-unsaved": "0" }, said, this.undo);
    show(this.undo, false);
  }

  /** What the outbox told: {decisions, undone}. */
  add({ decisions, undone }) {
    for (const decision of decisions) {
      const again = undone[decision.decision_id]?.id;
      const ids = again === undefined ? decision.ids : [again];
      this.ids = [...this.ids.filter((id) => !ids.includes(id)), ...ids].slice(-NEWEST);
      this.words = again === undefined ? this.#told(decision) : `${again} is as before`;
    }
    this.node.dataset.saved = this.ids.join(" ");
  }

  #told(decision) {
    const { given } = this.decisions.said.get(decision.ids[0]) ?? {};
    return this.wording.told(decision, decision.ids.length === 1 ? given : undefined);
  }

  write() {
    const { unsaved } = this.decisions;
    const { since } = this.decisions.page.outbox;
    this.node.dataset.unsaved = unsaved;
    clearTimeout(this.timer);
    const late = unsaved > 0 && Date.now() - since >= LATE;
    if (unsaved > 0 && !late) this.timer = setTimeout(() => this.write(), LATE);
    this.mark.classList.toggle("waiting", unsaved > 0);
    write(this.mark, unsaved > 0 ? `${count(unsaved)} not saved yet` : this.ids.length ? "✓ Saved" : "");
    write(this.line, unsaved > 0 ? (late ? "trying again" : "") : this.words);
    show(this.undo, unsaved > 0 || this.ids.length > 0);
  }

  close() {
    clearTimeout(this.timer);
  }
}
