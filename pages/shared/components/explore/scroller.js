/**
 * Scrolling through any number of lines of one height, of which a screenful exists.
 *
 * Browsers cap how tall an element may be, at 16 to 33 million pixels. Above `TALLEST` the scroll bar
 * therefore says only about where one is: small moves go pixel by pixel, a long one (the bar was
 * dragged) goes to its share of the whole, and when it is quiet the bar is put where it belongs.
 */

import { make } from "../shared/dom.js";

const TALLEST = 8_000_000;
/** Milliseconds without a move after which the bar is put right. */
const QUIET = 160;
/** Lines beyond the edges that exist already. */
const SPARE = 4;

export class Scroller {
  /** heading stays on top; moved(first, last) is told which lines are to be shown, last excluded. */
  constructor(node, heading, moved) {
    this.node = node;
    this.heading = heading;
    this.moved = moved;
    this.sizer = make("div", { class: "sizer", role: "presentation" });
    node.append(heading, this.sizer);
    this.count = 0;
    this.height = 1;
    this.top = 0;
    this.bar = 0;
    node.addEventListener("scroll", () => this.#onScroll());
    this.watch = new ResizeObserver(() => this.#tell());
    this.watch.observe(node);
  }

  /** So many lines of this height; top = pixels from the first, kept where it still fits. */
  measure(count, height, top = this.top) {
    this.count = count;
    this.height = height;
    this.sizer.style.height = `${Math.min(this.whole, TALLEST)}px`;
    this.#goTo(top);
  }

  /** Pixels of all lines together. */
  get whole() {
    return this.count * this.height;
  }

  get view() {
    return Math.max(0, this.node.clientHeight - this.heading.offsetHeight);
  }

  /** Lines that fit on the screen. */
  get page() {
    return Math.max(1, Math.floor(this.view / this.height));
  }

  /** Where a line is inside the sizer, in pixels. */
  place(line) {
    return Math.round(line * this.height - this.top + this.bar);
  }

  /** Scroll just so far that the whole line is seen. */
  reveal(line) {
    const [from, to] = [line * this.height, (line + 1) * this.height];
    if (from < this.top) this.#goTo(from);
    else if (to > this.top + this.view) this.#goTo(to - this.view);
  }

  get #furthest() {
    return Math.max(0, this.whole - this.view);
  }

  /** How far the bar goes. */
  get #length() {
    return Math.max(0, Math.min(this.whole, TALLEST) - this.view);
  }

  #goTo(top) {
    this.top = Math.min(Math.max(0, top), this.#furthest);
    this.#putBar();
    this.#tell();
  }

  /** The bar where it belongs. */
  #putBar() {
    const ratio = this.#furthest > 0 ? this.#length / this.#furthest : 0;
    this.bar = Math.round(this.top * ratio);
    if (Math.abs(this.node.scrollTop - this.bar) >= 1) this.node.scrollTop = this.bar;
    this.bar = this.node.scrollTop;
  }

  #onScroll() {
    const { scrollTop } = this.node;
    const step = scrollTop - this.bar;
    if (step === 0) return;
    this.bar = scrollTop;
    if (this.whole <= TALLEST) this.top = scrollTop;
    else if (Math.abs(step) < 2 * this.view) this.top += step;
    else this.top = (scrollTop / Math.max(1, this.#length)) * this.#furthest;
    this.top = Math.min(Math.max(0, this.top), this.#furthest);
    this.#tell();
    if (this.whole <= TALLEST) return;
    clearTimeout(this.timer);
    const atEnd = scrollTop <= 0 || scrollTop >= this.#length;
    this.timer = setTimeout(
      () => {
        this.#putBar();
        this.#tell();
      },
      atEnd ? 0 : QUIET,
    );
  }

  #tell() {
    const first = Math.max(0, Math.floor(this.top / this.height) - SPARE);
    const last = Math.min(this.count, Math.ceil((this.top + this.view) / this.height) + SPARE);
    this.moved(first, Math.max(first, last));
  }

  close() {
    clearTimeout(this.timer);
    this.watch.disconnect();
  }
}
