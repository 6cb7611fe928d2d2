/** The card on the screen in the address: a link brings it back. */

/** Browsers count changes of the address, and refuse more than about ten in a second. */
const PAUSE = 250;

export class Address {
  constructor() {
    this.written = -Infinity;
    this.timer = null;
    this.flush = () => this.#write();
    window.addEventListener("pagehide", this.flush);
  }

  /** Id of the card that the address names; null when it names none. */
  static get card() {
    return new URL(location.href).searchParams.get("card");
  }

  /** Name this card; null = none. */
  follow(id) {
    this.id = id;
    if (this.timer !== null) return;
    const pause = PAUSE - (performance.now() - this.written);
    if (pause <= 0) this.#write();
    else this.timer = setTimeout(this.flush, pause);
  }

  #write() {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.id === undefined) return;
    const url = new URL(location.href);
    if (url.searchParams.get("card") === this.id) return;
    if (this.id === null) url.searchParams.delete("card");
    else url.searchParams.set("card", this.id);
    this.written = performance.now();
    try {
      history.replaceState(history.state, "", url);
    } catch {
      // Too many changes for this browser: the next card writes again.
    }
  }

  close() {
    clearTimeout(this.timer);
    window.removeEventListener("pagehide", this.flush);
  }
}
