/**
 * While a hand is still down: what it would choose if it let go now is counted and drawn, but not chosen.
 *
 * One question is in flight, and the next is about wherever the hand is by then; nothing goes into the
 * history, the address or the table. The server drops what is overtaken (explore/held_answers.py).
 */

import { same } from "./state.js";

/** Milliseconds between questions, at least; as long as the last one took is left to other work. */
const PAUSE = 100;

export class Live {
  constructor(page) {
    this.page = page;
    this.before = null; // the choice when the hand came down; null = no hand is down
    this.wanted = null; // makes the choice to ask about next
    this.hand = null; // made the choice that was asked about last
    this.shown = null; // that choice; null = something else is shown
    this.turn = 0;
  }

  /** wanted() = what would be chosen, null = nothing can be said; chart: the one that the hand is on. */
  hold(wanted, chart = null) {
    if (this.before === null) this.before = this.shown = this.page.state.choice;
    Object.assign(this, { wanted, chart });
    if (!this.running) this.#run();
  }

  /** Something else came to be shown: ask again, if a hand is down. Returns whether one is. */
  renew() {
    if (this.before === null) return false;
    this.shown = null;
    this.wanted ??= this.hand;
    if (!this.running) this.#run();
    return true;
  }

  /** The hand let go, having chosen or not; if not, the choice is shown again. */
  letGo() {
    const { before, shown, page } = this;
    if (before === null) return;
    this.before = this.wanted = this.hand = null;
    page.drop("held");
    // It chooses in the same breath, perhaps after this.
    if (shown !== before) queueMicrotask(() => same(page.state.choice, before) && page.again());
  }

  /** The number of a question: larger than all before it, also before a reload. */
  next() {
    this.turn = Math.max(this.turn + 1, Date.now());
    return this.turn;
  }

  async #run() {
    this.running = true;
    while (this.wanted !== null) {
      this.hand = this.wanted;
      this.wanted = null;
      const choice = this.hand();
      if (choice === null || (this.shown !== null && same(choice, this.shown))) continue;
      this.shown = choice;
      const began = performance.now();
      await this.#ask(choice);
      await new Promise((over) => setTimeout(over, Math.max(PAUSE, performance.now() - began)));
    }
    this.running = false;
  }

  async #ask(choice) {
    const { page, before } = this;
    const cards = page.charts.besides(this.chart);
    const specs = cards.map(({ spec }) => spec);
    const body = { choice, charts: specs, map: Boolean(page.map), turn: this.next() };
    const found = await page.askForNumbers("held", body);
    if (!found || found.head.overtaken || this.before !== before) return;
    page.hear(found);
    found.head.charts.forEach((answer, place) => cards[place].spec === specs[place] && cards[place].tell(answer));
  }
}
