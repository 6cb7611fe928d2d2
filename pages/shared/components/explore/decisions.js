/** Decisions made in the table: on their way, saved, taken back. */

import { Refusal } from "../shared/server.js";
import { randomId } from "../shared/storage.js";

const MEMORY_ONLY =
  "This browser keeps nothing (its storage is full or forbidden): unsaved decisions are lost with " +
  "the page, so wait for “Saved” before you close it.";

/** Events: `changed`; `saved` {decisions, undone}. */
export class Decisions extends EventTarget {
  constructor(page) {
    super();
    this.page = page;
    /** By id what was said here last: {action, label, decision, saved: when of performance.now()}. */
    this.said = new Map();
    /** Undos asked for while another one is on its way: which is the last then is not known yet. */
    this.undos = 0;
    const { outbox } = page;
    page.on(outbox, "saved", (news) => this.#saved(news));
    page.on(outbox, "refused", (news) => this.#refused(news));
    page.on(outbox, "changed", () => this.#tell("changed"));
  }

  /** How many decisions are not on disk yet. */
  get unsaved() {
    return this.page.outbox.waiting.length;
  }

  /** What was said here of a row and an answer of that age cannot know; undefined = nothing. */
  newer(id, asked) {
    const said = this.said.get(id);
    return said && (said.saved === null || said.saved >= asked) ? said : undefined;
  }

  /** Whether the last word on a row was said here and is on disk. */
  isSaved(id) {
    return (this.said.get(id)?.saved ?? null) !== null;
  }

  /** One decision, however many rows: one entry, one undo. given = label that a single row came with. */
  decide(ids, action, label, { ticket, seconds = null, given = undefined }) {
    const before = ids.length === 1 ? this.said.get(ids[0]) : undefined;
    if (before?.saved === null && before.action === action && before.label === label) return;
    const decision = this.#make({ ids, action, label, ticket });
    decision.seconds = seconds === null ? null : Math.round(1000 * seconds) / 1000;
    for (const id of ids) this.said.set(id, { action, label, given, decision, saved: null });
    this.#keep(decision);
  }

  /** Take back the reviewer's last decision, wherever it was made. */
  undo() {
    const { reviewer } = this.page.data;
    const waiting = this.page.outbox.waiting.filter((entry) => entry.reviewer === reviewer);
    const undoing = waiting.filter(({ decision }) => decision.action === "undo");
    if (undoing.some(({ decision }) => decision.undoes === null)) {
      this.undos += 1;
      return;
    }
    const withdrawn = new Set(undoing.map(({ decision }) => decision.undoes));
    const last = waiting
      .map(({ decision }) => decision)
      .findLast(({ action, decision_id: id }) => action !== "undo" && !withdrawn.has(id));
    const undo = this.#make({ ids: last?.ids ?? [], action: "undo", label: null, ticket: null });
    undo.undoes = last?.decision_id ?? null;
    if (last) this.#forget(last);
    this.#keep(undo);
  }

  #make(facts) {
    return { decision_id: randomId(), note: "", seconds: null, undoes: null, ...facts };
  }

  #keep(decision) {
    const { outbox, data } = this.page;
    if (!outbox.add(decision, data.reviewer)) this.#warn(MEMORY_ONLY);
  }

  #forget({ ids, decision_id: name }) {
    for (const id of ids) {
      if (this.said.get(id)?.decision.decision_id === name) this.said.delete(id);
    }
  }

  #saved(news) {
    const now = performance.now();
    for (const { ids, decision_id: name, action } of news.decisions) {
      for (const id of ids) {
        const said = this.said.get(id);
        if (said?.decision.decision_id === name) said.saved = now;
        else if (action === "undo" && said?.saved !== null) this.said.delete(id);
      }
      const again = news.undone[name]?.id;
      if (action === "undo" && again !== undefined) this.said.delete(again);
      else if (action === "undo" && ids.length === 0) this.said.clear();
    }
    this.#tell("saved", news);
    this.#tell("changed");
    if (this.undos > 0 && !this.page.outbox.waiting.length) {
      this.undos -= 1;
      this.undo();
    }
  }

  #refused({ decision, why }) {
    this.#forget(decision);
    this.undos = 0;
    const which = decision.ids.length ? `Not saved for ${decision.ids.slice(0, 3).join(", ")}: ` : "";
    this.#warn(which + (why ?? "The server did not say why."));
    this.#tell("changed");
  }

  #warn(said) {
    this.page.complain(new Refusal(422, said), "decisions");
  }

  #tell(kind, detail = null) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}
