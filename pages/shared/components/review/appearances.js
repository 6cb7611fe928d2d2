/**
 * Which card a person was looking at when a key went down.
 *
 * An appearance is one showing of one card. It counts from the moment it was painted: a key that went
 * down before that was meant for the card before, however late the browser hands it over.
 */

import { afterPaint } from "../shared/paint.js";

export class Appearances {
  /** painted(appearance) is called once it is on the screen. */
  constructor(painted) {
    this.painted = painted;
    this.newest = null;
    /** On the screen now, and what was there before it. */
    this.seen = null;
    this.before = null;
  }

  /** A card was just drawn into the page (null: no card). slots are its classes by digit. */
  begin(card, slots) {
    const appearance = { card, slots, since: null, decision: null };
    this.newest = appearance;
    afterPaint((now) => {
      if (this.newest !== appearance) return;
      appearance.since = now;
      this.before = this.seen;
      this.seen = appearance;
      this.painted(appearance);
    });
    return appearance;
  }

  /** The appearance that was visible at a time of performance.now(); null when none was. */
  at(time) {
    if (this.seen === null) return null;
    const visible = time >= this.seen.since ? this.seen : this.before;
    return visible?.card ? visible : null;
  }
}
