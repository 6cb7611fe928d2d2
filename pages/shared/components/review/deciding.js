/** From a decision to the disk and back: made, kept, sent, saved, refused, undone. */

import { markKey, markSaved } from "./marks.js";
import { randomId } from "../shared/storage.js";

const MEMORY_ONLY =
  "This browser keeps nothing (its storage is full or forbidden): unsaved decisions are lost with " +
  "the page, so wait for “Saved” before you close it.";
/** The first three of them. */
const firstOf = (ids) => ids.slice(0, 3).join(", ") + (ids.length > 3 ? " …" : "");

const NO_CARD = "There was nothing left to undo, or it was one decision about many examples.";

export class Deciding {
  constructor({ queue, outbox, sitting, screen, showing, wording }) {
    Object.assign(this, { queue, outbox, sitting, screen, showing, wording });
    this.reviewer = null;
    /** Given labels of the examples decided here, for the line that says what was saved. */
    this.given = new Map();
    /** Ids of decisions on their way that settle what others disagree on. */
    this.settling = new Set();
  }

  /** Decide the card of an appearance; label null = none goes with this action. */
  one(appearance, action, label, time) {
    const { card, decision: before } = appearance;
    // The same key twice before the next card was there: one decision.
    if (before?.action === action && before?.label === label) return;
    const decision = this.#make([card.id], action, label, card.ticket);
    appearance.decision = decision;
    this.given.set(card.id, card.given);
    if (card.dispute?.settles && action !== "skip") this.settling.add(decision.decision_id);
    this.#send(decision, appearance, time);
  }

  /** Decide many examples at once, from the grid of one appearance: one entry, one undo. */
  many(ids, appearance, action, label, ticket, time) {
    this.#send(this.#make(ids, action, label, ticket), appearance, time);
  }

  #make(ids, action, label, ticket) {
    const decision_id = randomId();
    return { decision_id, ids, action, label, note: "", seconds: 0, ticket, undoes: null };
  }

  /** Keep it in the browser, and only then turn to the next card. */
  #send(decision, appearance, time) {
    const { card } = appearance;
    const isIn = decision.ids.includes(card.id);
    decision.seconds = Math.round(1000 * this.showing.seconds(appearance, time)) / 1000;
    if (isIn) decision.note = this.screen.notes.take(card.id);
    this.#keep(decision);
    this.sitting.add(decision, isIn ? card : null);
    this.queue.remove(decision.ids);
    this.showing.turn();
    markKey(time, card.id, decision);
  }

  #keep(decision) {
    if (!this.outbox.add(decision, this.reviewer)) this.screen.status.warn(MEMORY_ONLY);
  }

  /** Undo the last decision of this page, else the reviewer's last one that the server knows. */
  undo(time) {
    const last = this.sitting.takeBack();
    const decision = this.#make(last?.decision.ids ?? [], "undo", null, null);
    decision.undoes = last?.decision.decision_id ?? null;
    this.#keep(decision);
    if (last !== null) this.#reopen(last.decision.ids, last.card, last.decision.note);
    markKey(time, last?.card?.id ?? null, decision);
  }

  /** These are open again; the card comes back to the screen. */
  #reopen(ids, card, note = "") {
    this.showing.finished = false;
    if (card !== null) this.screen.notes.giveBack(card.id, note);
    this.queue.putBack(ids, card);
    this.showing.turn();
  }

  /** Decided in a tab that is gone, or before this page was loaded again. */
  leaveOut() {
    this.queue.remove(this.outbox.decided);
    this.showing.turn();
  }

  /** These are on disk. */
  saved({ decisions, undone }) {
    for (const decision of decisions) {
      const { ids, action, undoes, decision_id: id } = decision;
      const told = this.wording.told(decision, this.given.get(ids[0]));
      this.screen.status.addSaved(ids, this.settling.delete(id) ? `Settled: ${told}` : told);
      markSaved(decision);
      if (action !== "undo" || undoes !== null) continue;
      // Undone by the server: this page no longer remembered what.
      if (undone[id]) this.#reopen([undone[id].id], undone[id]);
      else this.screen.status.warn(NO_CARD);
    }
    this.writeStatus();
    if (decisions.length) this.queue.refresh();
  }

  /** The server will not take it: say why, and offer the example again. */
  refused({ decision, why }) {
    this.sitting.forget(decision.decision_id);
    if (decision.action !== "undo") this.queue.putBack(decision.ids, null);
    this.queue.refresh();
    const which = decision.action === "undo" ? "" : `Not saved for ${firstOf(decision.ids)}: `;
    this.screen.status.warn(which + (why ?? "The server did not say why."));
  }

  writeStatus() {
    this.screen.status.writeSaved(this.outbox.waiting.length, this.outbox.since);
    this.showing.summarise();
  }
}
