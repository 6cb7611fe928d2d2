/**
 * Decisions on their way to the disk.
 *
 * Each is one entry in localStorage from before the next card is drawn until the server said that it
 * is on disk, or why it is not. Whatever happens in between it is sent at least once; its id makes it
 * one decision. One request at a time, each with all that wait, in the order they were made.
 */

import { afterPaint } from "./paint.js";
import { LONGEST_PAUSE, Refusal, pauses, post } from "./server.js";
import { local, readJson } from "./storage.js";
import { GONE_AFTER, goneAmong } from "./tabs.js";

const MOST = 200;
/** Bytes a browser lets a page send while it closes: 64 KiB in all, with room for headers. */
const FAREWELL = 60_000;
const open = new Map();

/** The outbox of a dataset: one for the page, however often the component comes and goes. */
export function outboxOf(fingerprint, tab) {
  if (!open.has(fingerprint)) open.set(fingerprint, new Outbox(fingerprint, tab));
  return open.get(fingerprint);
}

/** Events: `changed`; `adopted`; `saved` {decisions, undone}; `refused` {decision, why}; `trouble` {said, lasting}. */
export class Outbox extends EventTarget {
  constructor(fingerprint, tab) {
    super();
    this.fingerprint = fingerprint;
    this.tab = tab;
    this.folder = `unsent/${fingerprint}/`;
    this.waiting = this.#kept([tab]);
    this.next = this.waiting.reduce((most, entry) => Math.max(most, entry.number + 1), 0);
    this.since = this.waiting.length ? Date.now() : null;
    this.sending = false;
    this.wake = () => {};
    this.#adopt();
    if (GONE_AFTER) setTimeout(() => this.#adopt(), GONE_AFTER);
    window.addEventListener("online", () => this.wake());
    window.addEventListener("pagehide", () => this.#farewell());
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting.some((entry) => !entry.kept)) event.preventDefault();
    });
    this.#send();
  }

  /** Keep a decision and send it in the background; false when only this page's memory holds it. */
  add(decision, reviewer) {
    const name = `${this.folder}${this.tab}/${String(this.next).padStart(9, "0")}`;
    const entry = { decision, reviewer, name, number: this.next++ };
    entry.kept = local.write(name, JSON.stringify({ decision, reviewer, made: Date.now() }));
    this.waiting.push(entry);
    this.since ??= Date.now();
    this.#tell("changed");
    this.#send();
    return entry.kept;
  }

  /** Ids of the examples that are decided by what waits, and not undone again. */
  get decided() {
    const ids = new Set();
    for (const { decision } of this.waiting) {
      for (const id of decision.ids) decision.action === "undo" ? ids.delete(id) : ids.add(id);
    }
    return [...ids];
  }

  /** Entries in the storage of these tabs, in the order they were made. */
  #kept(tabs) {
    const found = tabs.flatMap((tab) => local.names(`${this.folder}${tab}/`));
    const entries = found.map((name) => ({ ...readJson(local, name, {}), name, kept: true }));
    for (const entry of entries) entry.number = Number(entry.name.split("/").at(-1));
    const whole = entries.filter((entry) => entry.decision?.decision_id);
    return whole.sort((a, b) => a.made - b.made || a.number - b.number);
  }

  /** Decisions of tabs that are gone become this tab's to send; they stay where they are stored. */
  async #adopt() {
    const others = new Set(local.names(this.folder).map((name) => name.split("/").at(-2)));
    others.delete(this.tab);
    const gone = this.#kept(await goneAmong([...others]));
    const known = new Set(this.waiting.map((entry) => entry.name));
    this.waiting.unshift(...gone.filter((entry) => !known.has(entry.name)));
    if (!this.waiting.length) return;
    this.since ??= Date.now();
    this.#tell("changed");
    this.#tell("adopted");
    this.#send();
  }

  /** The oldest that wait, of one reviewer: a request speaks for one person. */
  #batch() {
    const { reviewer } = this.waiting[0];
    const other = this.waiting.findIndex((entry) => entry.reviewer !== reviewer);
    return this.waiting.slice(0, Math.min(MOST, other < 0 ? MOST : other));
  }

  #body(batch) {
    const decisions = batch.map((entry) => entry.decision);
    return { reviewer: batch[0].reviewer, tab: this.tab, decisions };
  }

  async #send() {
    if (this.sending) return;
    this.sending = true;
    await new Promise(afterPaint);
    let pause = pauses();
    while (this.waiting.length) {
      const batch = this.#batch();
      try {
        const answer = await post("review", this.fingerprint, "decisions", this.#body(batch));
        if (!this.#settle(batch, answer)) throw new Error("No word about these decisions.");
        pause = pauses();
      } catch (problem) {
        const lasting = problem instanceof Refusal && problem.lasting;
        this.#tell("trouble", { said: problem.said ?? "", lasting });
        await this.#rest(lasting ? LONGEST_PAUSE : pause.next().value);
      }
    }
    this.sending = false;
  }

  #rest(milliseconds) {
    return new Promise((over) => {
      const timer = setTimeout(over, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        over();
      };
    });
  }

  /** Forget what is on disk or refused; returns how many that were. */
  #settle(batch, answer) {
    const saved = new Set(answer.saved ?? []);
    const why = new Map((answer.refused ?? []).map((one) => [one.decision_id, one.why]));
    const settled = batch.filter(({ decision: { decision_id: id } }) => saved.has(id) || why.has(id));
    for (const entry of settled) local.remove(entry.name);
    this.waiting = this.waiting.filter((entry) => !settled.includes(entry));
    this.since = this.waiting.length ? Date.now() : null;
    const decisions = settled.map((entry) => entry.decision);
    const written = decisions.filter((decision) => saved.has(decision.decision_id));
    for (const decision of decisions) {
      if (!saved.has(decision.decision_id)) {
        this.#tell("refused", { decision, why: why.get(decision.decision_id) });
      }
    }
    this.#tell("saved", { decisions: written, undone: answer.undone ?? {} });
    return settled.length;
  }

  /** A page that closes sends once more; the storage still has it if that fails. */
  #farewell() {
    if (!this.waiting.length) return;
    const body = this.#body(this.#batch());
    if (JSON.stringify(body).length > FAREWELL) return;
    post("review", this.fingerprint, "decisions", body, { keepalive: true }).catch(() => {});
  }

  #tell(kind, detail = null) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}
