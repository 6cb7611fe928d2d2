/**
 * Field: the painted part of the map. It paints when something changed and never before the last paint is
 * done; where painting is slow it shows a part of the points while the view moves, and says so.
 *
 * Events: `painted` (detail {points, share, renderer, fresh}); `moved`: another camera; `still`: the view
 * rests, or what is shown has changed.
 */

import { make } from "../shared/dom.js";
import { cameraOf } from "./camera.js";
import { layersToDraw, radiusOf, toneOf } from "./density.js";
import { OUT } from "./layers.js";
import { Painters } from "./painters.js";
import { drawPen } from "./pen.js";

/** Milliseconds without a movement after which the view rests. */
const RESTS = 180;
/** Milliseconds that a paint may take while the view moves. */
const SMOOTH = 33;
/** Points that are shown in any case while it moves. */
const FEWEST = 20_000;
const UPLOADED = ["places", "codes", "amounts", "layers", "palette"];
const FINEST = 2;

export class Field extends EventTarget {
  /** n: points there are. */
  constructor(n) {
    super();
    this.pen = make("canvas", { class: "pen", "aria-hidden": "true" });
    this.painters = new Painters(n, () => this.#again());
    this.node = make("div", { class: "field", tabindex: "0", role: "application" });
    this.node.append(this.painters.node, this.pen);
    this.data = { box: { low: [0, 0], high: [1, 1] }, amounts: null, marked: new Uint32Array(), steps: [], stroke: null, showsOut: true, dark: false, ink: [0, 0, 0] };
    this.view = null;
    this.pace = 0; // milliseconds per point, as measured
    this.points = 0; // painted last
    this.n = n;
    this.watch = new ResizeObserver(() => {
      this.dispatchEvent(new CustomEvent("moved"));
      this.change();
    });
    this.watch.observe(this.node);
  }

  /** Whether there is enough to paint. */
  get isReady() {
    const { places, layers, codes, palette } = this.data;
    return Boolean(places && layers && codes && palette) && this.node.clientWidth > 0;
  }

  get camera() {
    const { clientWidth, clientHeight } = this.node;
    return cameraOf(this.view, this.data.box, clientWidth || 1, clientHeight || 1);
  }

  get radius() {
    return radiusOf(this.n, this.camera);
  }

  /**
   * Show something else: places with box and density, codes, amounts, palette with dark and ink, layers
   * (as layersOf makes them), marked, steps, stroke, showsOut.
   */
  set(change) {
    Object.assign(this.data, change);
    for (const name of UPLOADED) if (name in change) this.painters.painter.set(name, change[name]);
    this.fresh ||= UPLOADED.some((name) => name in change);
    this.change();
  }

  /** Look from elsewhere; view as camera.js has it. */
  look(view) {
    this.view = view;
    this.isMoving = true;
    this.dispatchEvent(new CustomEvent("moved"));
    this.change();
  }

  /** Something is another: paint soon, and all of it when it rests. */
  change() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#rest(), RESTS);
    this.node.dataset.resting = "false";
    this.#paint();
  }

  async #rest() {
    const { timer } = this;
    if (this.isMoving) {
      this.isMoving = false;
      this.#paint();
    }
    await this.painting;
    if (!this.isReady || this.timer !== timer) return;
    this.dispatchEvent(new CustomEvent("still"));
    this.node.dataset.resting = "true";
  }

  /** The painter is another: it knows nothing yet. */
  #again() {
    for (const name of UPLOADED) if (this.data[name] !== undefined) this.painters.painter.set(name, this.data[name]);
    this.fresh = true;
    this.#paint();
  }

  #paint() {
    this.isDirty = true;
    this.painting ??= this.#paintAll();
  }

  async #paintAll() {
    while (this.isDirty && !this.closed) {
      await new Promise((over) => requestAnimationFrame(over));
      if (this.closed || !this.isReady) break;
      this.isDirty = false;
      await this.#once();
    }
    this.painting = null;
  }

  async #once() {
    const { camera, radius, data } = this;
    const { fresh, isMoving } = this;
    this.fresh = false;
    const { painter } = this.painters;
    const ratio = Math.min(FINEST, window.devicePixelRatio || 1);
    const layers = layersToDraw(data.layers, data.showsOut);
    const all = layers.reduce((sum, { count }) => sum + count, 0);
    const most = this.pace ? Math.max(FEWEST, SMOOTH / this.pace) : all;
    const share = isMoving && all > most ? most / all : 1;
    const tone = toneOf(data.density, camera.k, radius);
    const wanted = { camera, ratio, radius, tone, layers, share, ink: data.ink, dark: data.dark };
    const picture = JSON.stringify(wanted);
    const isThere = !fresh && picture === this.picture; // another outline or stroke: the pen's work alone
    this.picture = picture;
    const began = performance.now();
    if (!isThere) this.points = painter.paint(wanted);
    const { points } = this;
    const isOut = (row) => data.layers.kind[row] === OUT;
    drawPen(this.pen, camera, ratio, { ...data, isOut, radius, moving: isMoving });
    // A context that was lost paints nothing; whoever comes after it paints again.
    if (!(await painter.finished())) return;
    if (points >= FEWEST && !isThere) this.pace = (performance.now() - began) / points;
    const detail = { points, share, renderer: painter.name, fresh };
    this.dispatchEvent(new CustomEvent("painted", { detail }));
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.watch.disconnect();
    this.painters.close();
  }
}
