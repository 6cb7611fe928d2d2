/** The card on the screen in the address: a link brings it back. */

/** Browsers refuse changes of the address beyond about a hundred in thirty seconds. */
const MOST = 80;
const WITHIN = 30_000;
const PAUSE = 400;

export class Address {
  constructor() {
    /** When it was written, of performance.now(), within the last half minute. */
    this.written = [];
    this.timer = null;
  }

  /** Id of the card that the address names; null when it names none. */
  static get card() {
    return new URL(location.href).searchParams.get("card");
  }

  /** Name this card, null = none; at once, unless there were too many of late. */
  follow(id) {
    this.id = id;
    if (this.timer !== null) return;
    const now = performance.now();
    this.written = this.written.filter((time) => now - time < WITHIN);
    if (this.written.length < MOST) this.#write();
    else this.timer = setTimeout(() => this.#write(), PAUSE);
  }

  #write() {
    this.timer = null;
    const url = new URL(location.href);
    if (url.searchParams.get("card") === this.id) return;
    if (this.id === null) url.searchParams.delete("card");
    else url.searchParams.set("card", this.id);
    this.written.push(performance.now());
    try {
      history.replaceState(history.state, "", url);
    } catch {
      // Too many changes for this browser: the next card writes again.
    }
  }

  close() {
    clearTimeout(this.timer);
  }
}
