/** The painter for this browser: WebGL2 where it has it and something to run it on, else its own memory. */

import { make } from "../shared/dom.js";
import { PainterCanvas } from "./painter_canvas.js";
import { PainterGl } from "./painter_gl.js";

/** Milliseconds that a lost context is waited for: a laptop that wakes up gives it back. */
const PATIENCE = 2_000;
/**
 * Points up to which WebGL is used where it is only imitated by the processor: our own painter is there
 * some twenty times faster (1,000,000 points: 0.1 s against 2 s on two busy cores).
 */
const MOST_IMITATED = 20_000;
const IMITATION = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** A painter on a canvas of its own, for n points. changed(): it was replaced, or lost all that it was given. */
export class Painters {
  constructor(n, changed) {
    this.n = n;
    this.changed = changed;
    this.node = make("div", { class: "painted" });
    this.#begin(true);
  }

  #begin(mayGl) {
    this.canvas = make("canvas", { "aria-hidden": "true" });
    try {
      if (!mayGl) throw new Error("not wanted");
      this.painter = new PainterGl(this.canvas, (name) => this.n <= MOST_IMITATED || !IMITATION.test(name));
      this.#watch(this.canvas);
    } catch {
      this.painter?.close();
      // What has had a WebGL context cannot be painted another way.
      this.canvas = make("canvas", { "aria-hidden": "true" });
      this.painter = new PainterCanvas(this.canvas);
    }
    this.node.replaceChildren(this.canvas);
  }

  #watch(canvas) {
    canvas.addEventListener("webglcontextlost", (event) => {
      if (this.closed) return;
      event.preventDefault();
      this.waiting = setTimeout(() => this.#replace(false), PATIENCE);
    });
    canvas.addEventListener("webglcontextrestored", () => {
      clearTimeout(this.waiting);
      this.#replace(true);
    });
  }

  #replace(mayGl) {
    if (this.closed) return;
    this.#begin(mayGl);
    this.changed();
  }

  close() {
    this.closed = true;
    clearTimeout(this.waiting);
    this.painter.close();
  }
}
