/**
 * How a component comes onto the page and leaves it.
 *
 * Streamlit calls mount at every run of the page with the same parentElement; what was built lives as
 * long as that element does.
 */

import { make } from "./dom.js";
import { thisTab } from "./tabs.js";

/** Milliseconds that an unstyled component is held back for its style sheets. */
const STYLE_PATIENCE = 1_000;

/**
 * The mount of a component. styles: addresses of its sheets. build(data, tab) returns
 * {node, update(data), close()}; another dataset is another one.
 */
export function mountable(styles, build) {
  const mounted = new WeakMap();
  return ({ data, parentElement }) => {
    const known = mounted.get(parentElement);
    if (known === undefined) mounted.set(parentElement, new Mounted(parentElement, data, styles, build));
    else known.update(data);
    return () => {
      mounted.get(parentElement)?.close();
      mounted.delete(parentElement);
    };
  };
}

class Mounted {
  constructor(parent, data, styles, build) {
    this.data = data;
    this.build = build;
    this.host = make("div");
    const sheets = styles.map((href) => make("link", { rel: "stylesheet", href }));
    this.host.append(...sheets);
    parent.append(this.host);
    this.#start(sheets);
  }

  async #start(sheets) {
    const styled = sheets.map(
      (sheet) =>
        new Promise((over) => {
          for (const kind of ["load", "error"]) sheet.addEventListener(kind, over);
          setTimeout(over, STYLE_PATIENCE);
        }),
    );
    [this.tab] = await Promise.all([thisTab(), ...styled]);
    if (!this.closed) this.#show();
  }

  #show() {
    this.shown = this.build(this.data, this.tab);
    this.host.append(this.shown.node);
  }

  update(data) {
    const other = data.fingerprint !== this.data.fingerprint;
    this.data = data;
    if (this.shown === undefined) return;
    if (!other) return this.shown.update(data);
    this.shown.close();
    this.#show();
  }

  close() {
    this.closed = true;
    this.shown?.close();
    this.host.remove();
  }
}
