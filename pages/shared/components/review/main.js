/**
 * The review card: a prefetched queue in the browser, decisions sent behind it.
 *
 * Streamlit calls mount at every run of the page with the same parentElement; the review lives as long
 * as that element does.
 */

import { Review } from "./review.js";
import { make } from "../shared/dom.js";
import { thisTab } from "../shared/tabs.js";

const STYLE = new URL("./card.css", import.meta.url);
/** Milliseconds that an unstyled card is held back for its style sheet. */
const STYLE_PATIENCE = 1_000;
const mounted = new WeakMap();

/** component = {data, parentElement, …}; returns the function that takes it away again. */
export function mount({ data, parentElement }) {
  const known = mounted.get(parentElement);
  if (known === undefined) mounted.set(parentElement, new Mounted(parentElement, data));
  else known.update(data);
  return () => {
    mounted.get(parentElement)?.close();
    mounted.delete(parentElement);
  };
}

export default mount;

class Mounted {
  constructor(parent, data) {
    this.data = data;
    this.host = make("div");
    const style = make("link", { rel: "stylesheet", href: STYLE.href });
    this.host.append(style);
    parent.append(this.host);
    this.#start(style);
  }

  async #start(style) {
    const styled = new Promise((over) => {
      for (const kind of ["load", "error"]) style.addEventListener(kind, over);
      setTimeout(over, STYLE_PATIENCE);
    });
    const [tab] = await Promise.all([thisTab(), styled]);
    if (this.closed) return;
    this.review = new Review(this.data, tab);
    this.host.append(this.review.screen.node);
  }

  update(data) {
    const other = data.fingerprint !== this.data.fingerprint;
    this.data = data;
    if (this.review === undefined) return;
    if (!other) return this.review.update(data);
    this.review.close();
    this.review = new Review(data, this.review.tab);
    this.host.append(this.review.screen.node);
  }

  close() {
    this.closed = true;
    this.review?.close();
    this.host.remove();
  }
}
