/** What is on the screen: the card in front of the queue, a wait, or the summary. */

import { Address } from "./address.js";
import { Appearances } from "./appearances.js";
import { RecentDigits } from "./digits.js";
import { markCard } from "./marks.js";
import { VisibleTime } from "../shared/paint.js";
import { Pictures } from "./pictures.js";

/** Cards whose pictures are loaded before they come. */
const AHEAD = 5;

export class Showing {
  /** sum(end) = what the summary shows; end = no card is left. */
  constructor(fingerprint, screen, queue, sum) {
    this.screen = screen;
    this.queue = queue;
    this.sum = sum;
    this.digits = new RecentDigits(fingerprint);
    this.pictures = new Pictures();
    this.clock = new VisibleTime();
    this.address = new Address();
    this.appearances = new Appearances((appearance) => this.#painted(appearance));
    this.restart();
  }

  /** Another view: whatever was there is over. */
  restart() {
    /** True while the person looks at the summary of their own accord. */
    this.finished = false;
    this.mode = "loading";
  }

  /** The appearance that was visible at a time; null when no card was. */
  at(time) {
    return this.appearances.at(time);
  }

  /** The card on the screen, null when there is none. */
  get card() {
    return this.appearances.seen?.card ?? null;
  }

  /** Seconds that a person could look at an appearance until that time. */
  seconds(appearance, time) {
    return Math.max(0, this.clock.at(time) - appearance.began) / 1000;
  }

  /** Draw the card in front of the queue, unless it is there already. */
  turn() {
    const card = this.finished ? null : this.queue.current;
    this.pictures.prepare(this.queue.coming.slice(0, AHEAD));
    if (card === null) this.#turnEmpty();
    else if (this.appearances.newest?.card !== card || this.mode !== "card") {
      this.mode = "card";
      const appearance = this.appearances.begin(card, this.digits.slots(card.classes));
      this.screen.fill(appearance);
    }
    this.screen.status.writeProgress(card, this.queue.progress);
  }

  /** No card: the person is done, the queue is at its end, or the server is slow. */
  #turnEmpty() {
    const known = this.queue.progress !== null && !this.queue.loading;
    // At the end the summary stays while the server is asked whether more has come.
    if (this.mode !== "summary") this.mode = this.finished || known ? "summary" : "loading";
    this.appearances.begin(null, []);
    this.screen.mode(this.mode);
    this.summarise();
  }

  /** The numbers of the summary anew, if it is there. */
  summarise() {
    if (this.mode !== "summary") return;
    const end = this.queue.current === null;
    this.screen.summarise(this.sum(end));
    if (end) this.address.follow(null);
  }

  finish() {
    this.finished = true;
    this.turn();
  }

  goOn() {
    this.finished = false;
    this.turn();
    this.screen.focus();
  }

  #painted(appearance) {
    const { card, since } = appearance;
    if (card === null) return;
    appearance.began = this.clock.at(since);
    this.screen.painted(appearance);
    this.address.follow(card.id);
    markCard(card.id);
  }

  close() {
    this.clock.close();
    this.address.close();
  }
}
