/** The rows of the table, fetched a window at a time where somebody looks. */

/** Rows of one answer. */
const SIZE = 60;
const AT_ONCE = 2;
/** Windows kept, of which the longest unseen goes first. */
const KEPT = 40;
/** Milliseconds until what is being prepared, and what got no answer, is asked for again. */
const SOON = 700;
const LATER = 5_000;
const SLOTS = Array.from({ length: AT_ONCE }, (_, slot) => slot);

export class Windows {
  /** ask(offset, limit, slot) fetches one; arrived(answer) is told when it is there. */
  constructor(ask, arrived) {
    this.ask = ask;
    this.arrived = arrived;
    this.era = 0;
    this.kept = new Map();
    this.free = [...SLOTS];
    this.coming = new Set();
    this.wanted = [];
  }

  /** What was fetched is out of date: shown until the new is there; others = of other rows then. */
  restart(others) {
    this.era += 1;
    this.others = this.others || others;
    this.coming.clear();
    // Whatever asks with a slot next takes the place of what asked with it before.
    this.free = [...SLOTS];
  }

  /** The row at a place: {…facts, asked: when}; undefined while it is on its way. */
  row(place) {
    return this.kept.get(Math.floor(place / SIZE))?.rows[place % SIZE];
  }

  /** Fetch what holds these places, and the window ahead of them. */
  want(first, last, count) {
    const from = Math.floor(first / SIZE);
    const to = Math.floor(Math.max(first, last - 1) / SIZE);
    const ahead = from >= (this.from ?? 0) ? to + 1 : from - 1;
    this.from = from;
    const seen = Array.from({ length: to - from + 1 }, (_, step) => from + step);
    this.wanted = [...seen, ahead].filter((one) => one >= 0 && (one === 0 || one * SIZE < count));
    this.#pump();
  }

  #pump() {
    for (const window of this.wanted) {
      if (this.free.length === 0) return;
      const isFresh = this.kept.get(window)?.era === this.era;
      if (!isFresh && !this.coming.has(window)) this.#fetch(window, this.free.pop());
    }
  }

  async #fetch(window, slot) {
    const { era } = this;
    const asked = performance.now();
    this.coming.add(window);
    const answer = await this.ask(window * SIZE, SIZE, slot);
    if (era !== this.era || this.closed) return;
    this.free.push(slot);
    if (answer?.rows === undefined) {
      if (answer) this.arrived(answer);
      setTimeout(() => this.#again(era, window), answer ? SOON : LATER);
      return;
    }
    this.coming.delete(window);
    if (this.others) this.kept.clear();
    this.others = false;
    for (const row of answer.rows) row.asked = asked;
    this.kept.delete(window);
    this.kept.set(window, { rows: answer.rows, era });
    for (const old of this.kept.keys()) {
      if (this.kept.size <= KEPT) break;
      if (!this.wanted.includes(old)) this.kept.delete(old);
    }
    this.arrived(answer);
    this.#pump();
  }

  #again(era, window) {
    if (era !== this.era || this.closed) return;
    this.coming.delete(window);
    this.#pump();
  }

  close() {
    this.closed = true;
  }
}
