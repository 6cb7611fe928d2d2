/** The lines above a card: what is saved, how far the review is, and what went wrong. */

import { make, makeClose, show, write } from "../shared/dom.js";
import { count, several } from "./words.js";

/** Milliseconds after which a decision that still waits says that it is being sent again. */
const LATE = 3_000;
/** Ids of examples in data-saved. */
const NEWEST = 50;

export class Status {
  constructor(root, undo) {
    this.root = root;
    this.saved = [];
    this.words = "Each decision is saved as you make it.";
    this.mark = make("b");
    this.line = make("span", { dir: "auto" });
    this.again = make("span", { class: "again", text: "Undo" });
    const named = { type: "button", class: "saved", title: "Undo the last decision" };
    const tap = make("button", { ...named, onclick: undo }, this.mark, this.line, this.again);
    this.progress = make("p", { class: "progress number" });
    this.spoken = make("p", { class: "unseen", role: "status" });
    this.card = make("p", { class: "unseen", role: "status" });
    this.messages = make("div", { class: "messages", role: "alert" });
    const lines = [tap, this.progress, this.spoken, this.card, this.messages];
    this.node = make("header", { class: "top" }, ...lines);
    this.root.dataset.saved = "";
    this.writeSaved(0, null);
  }

  /** These examples' decisions are on disk, newest last. */
  addSaved(ids, words) {
    const fresh = new Set(ids);
    this.saved = [...this.saved.filter((id) => !fresh.has(id)), ...fresh].slice(-NEWEST);
    this.root.dataset.saved = this.saved.join(" ");
    this.words = words;
  }

  /** The mark: saved, or how many decisions wait and since when (of Date.now). */
  writeSaved(unsaved, since) {
    this.root.dataset.unsaved = unsaved;
    clearTimeout(this.timer);
    const late = unsaved > 0 && Date.now() - since >= LATE;
    if (unsaved > 0 && !late) this.timer = setTimeout(() => this.writeSaved(unsaved, since), LATE);
    this.mark.classList.toggle("waiting", unsaved > 0);
    if (unsaved > 0) {
      write(this.mark, `${count(unsaved)} not saved yet`);
      write(this.line, late ? "trying again" : "");
    } else {
      write(this.mark, this.saved.length ? "✓ Saved" : "");
      write(this.line, this.words);
    }
    show(this.again, unsaved > 0 || this.saved.length > 0);
    // Only what lasts is worth interrupting a screen reader for.
    if (unsaved === 0) write(this.spoken, this.saved.length ? `Saved: ${this.words}` : "");
    else if (late) write(this.spoken, `${several(unsaved, "decision")} not saved yet, trying again`);
  }

  /** How far the review is. */
  writeProgress(card, progress) {
    const words = [];
    if (card && card.place !== null) words.push(`No. ${count(card.place)} of ${count(card.of)}`);
    // Of a named list its own rows are counted, not all.
    const listed = progress && card && progress.total < card.of ? ` of ${count(progress.total)}` : "";
    if (progress) words.push(`${count(progress.decided)}${listed} decided`);
    const { found = null, elsewhere = 0 } = progress ?? {};
    if (found) words.push(`found ${count(found.found)} of ${count(found.total)} planted errors`);
    if (elsewhere) words.push(`${count(elsewhere)} with other people`);
    write(this.progress, words.join(" · "));
  }

  /** A sentence that stays until it is dismissed; the same one is not said twice. */
  warn(said) {
    const shown = [...this.messages.children].map((message) => message.firstElementChild.textContent);
    if (!said || shown.includes(said)) return;
    const text = make("span", { dir: "auto", text: said });
    const message = make("div", { class: "message" }, text, makeClose("Dismiss", () => message.remove()));
    this.messages.append(message);
  }

  close() {
    clearTimeout(this.timer);
  }
}
