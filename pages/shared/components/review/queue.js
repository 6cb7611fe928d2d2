/**
 * The cards to come, fetched before they are asked for.
 *
 * The card on the screen and the next two stay; the rest is replaced by whatever the server thinks
 * best after each decision that reached the disk. One request at a time, and a newer wish waits for
 * it; another view drops it.
 */

import { LONGEST_PAUSE, Refusal, pauses, post } from "../shared/server.js";
import { readJson, session } from "../shared/storage.js";

const WANT = 20;
const STAY = 3;
/** With fewer cards than this the queue is fetched again without waiting for a decision. */
const LOW = 6;
/** Ids and cards that the server takes and gives at a time. */
const MOST = 60;

/** Events: `changed` (another card in front, or news of the progress), `trouble` {said, lasting}. */
export class Queue extends EventTarget {
  constructor(fingerprint, tab) {
    super();
    this.fingerprint = fingerprint;
    this.tab = tab;
    this.reviewer = null;
    /** How many cards of the sequence this tab has had, through every view and reload. */
    this.dealt = readJson(session, this.#counter, 0);
    this.#reset(null);
  }

  get #counter() {
    return `dealt/${this.fingerprint}`;
  }

  #reset(view) {
    this.view = view;
    /** {card, again}: again = put back by an undo, so not a new one of the sequence. */
    this.entries = [];
    /** Ids decided in this view: an answer made before they reached the disk still lists them. */
    this.done = new Set();
    this.progress = null;
    this.request?.abort();
    this.request = null;
    this.wanted = false;
    this.short = false;
  }

  /** Another view from its first card, or from the card with this id; `decided` still waits. */
  load(view, card, decided) {
    this.#reset(view);
    this.asked = card;
    for (const id of decided) this.done.add(id);
    this.refresh();
  }

  get current() {
    return this.entries[0]?.card ?? null;
  }

  get coming() {
    return this.entries.slice(1).map((entry) => entry.card);
  }

  /** True while it is not known whether there are more cards. */
  get loading() {
    return this.entries.length === 0 && this.request !== null;
  }

  /** These examples are decided. */
  remove(ids) {
    for (const id of ids) this.done.add(id);
    if (ids.includes(this.current?.id) && !this.entries[0].again) {
      this.dealt += 1;
      session.write(this.#counter, String(this.dealt));
    }
    this.entries = this.entries.filter((entry) => !this.done.has(entry.card.id));
    if (this.entries.length < LOW && !this.short) this.refresh();
  }

  /** These are open again; the card, if there is one, comes to the front. */
  putBack(ids, card) {
    for (const id of ids) this.done.delete(id);
    this.short = false;
    if (card === null) return;
    this.done.delete(card.id);
    this.entries = this.entries.filter((entry) => entry.card.id !== card.id);
    this.entries.unshift({ card, again: true });
  }

  /** Ask for the order as it is now. */
  refresh() {
    this.short = false;
    if (this.request === null) this.#ask();
    else this.wanted = true;
  }

  close() {
    this.#reset(null);
  }

  async #ask() {
    const request = new AbortController();
    this.request = request;
    const pause = pauses();
    while (!request.signal.aborted) {
      this.wanted = false;
      const stay = this.entries.slice(0, STAY);
      try {
        const answer = await post("review", this.fingerprint, "cards", this.#body(stay), { signal: request.signal });
        if (request.signal.aborted) return;
        this.#take(stay, answer);
        if (this.wanted) continue;
        this.request = null;
        this.#tell("changed");
        return;
      } catch (problem) {
        if (request.signal.aborted) return;
        const lasting = problem instanceof Refusal && problem.lasting;
        this.#tell("trouble", { said: problem.said ?? "", lasting });
        await rest(lasting ? LONGEST_PAUSE : pause.next().value, request.signal);
      }
    }
  }

  #body(stay) {
    const keep = stay.map((entry) => entry.card.id);
    // On another pile than the undecided a decided row may stay, and would be offered again.
    const again = this.view?.pile === "undecided" ? [] : [...this.done].slice(STAY - MOST);
    return {
      view: this.view,
      tab: this.tab,
      reviewer: this.reviewer,
      want: again.length ? MOST : WANT,
      keep: [...keep, ...again],
      seen: this.dealt + stay.filter((entry) => !entry.again).length,
      card: this.asked,
    };
  }

  /** The answer behind what stayed of what was kept; the card on the screen stays in any case. */
  #take(kept, answer) {
    this.asked = null;
    const stay = this.entries.filter((entry, place) => place === 0 || entry.again || kept.includes(entry));
    const known = new Set(stay.map((entry) => entry.card.id));
    const fresh = answer.cards.filter((card) => !known.has(card.id) && !this.done.has(card.id));
    this.entries = [...stay, ...fresh.map((card) => ({ card, again: false }))];
    this.short = answer.cards.length < WANT;
    const { left, total, decided, found, elsewhere } = answer;
    this.progress = { left, total, decided, found, elsewhere };
    if (this.wanted) this.#tell("changed");
  }

  #tell(kind, detail = null) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

/** A pause that ends early when the network comes back or the request is dropped. */
function rest(milliseconds, signal) {
  return new Promise((over) => {
    const end = () => {
      clearTimeout(timer);
      window.removeEventListener("online", end);
      over();
    };
    const timer = setTimeout(end, milliseconds);
    window.addEventListener("online", end);
    signal.addEventListener("abort", end);
  });
}
