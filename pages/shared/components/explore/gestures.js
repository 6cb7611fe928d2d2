/**
 * Fingers, mouse and keys on the map: they move, zoom and turn the view, draw, or point at something.
 *
 * on: {mode(), look(view), camera(), stroke(points | null, op), drawn(points, op), click(place, op),
 * hover(place | null), all(), escape(), set(mode)}; places are [right, down] in pixels of the field, op is
 * "new", "add" or "subtract".
 */

import { moved, turned, zoomed } from "./camera.js";
import { boxBetween } from "./polygons.js";

/** Pixels within which a press that moves is still a click. */
const STILL = 4;
const KEY_STEP = 60;
const KEY_ZOOM = 1.4;
const KEY_TURN = Math.PI / 24;
const WHEEL = 0.0016;
const WHEEL_TURN = 0.002;

const opOf = ({ shiftKey, altKey }) => (altKey ? "subtract" : shiftKey ? "add" : "new");

export class Gestures {
  constructor(node, on) {
    this.node = node;
    this.on = on;
    this.down = new Map();
    this.doing = null;
    const listen = (kind, handle) => node.addEventListener(kind, handle, { passive: false });
    listen("pointerdown", (event) => this.#press(event));
    listen("pointermove", (event) => this.#move(event));
    listen("pointerup", (event) => this.#lift(event));
    listen("pointercancel", (event) => this.#lift(event, true));
    listen("pointerleave", () => this.on.hover(null));
    listen("wheel", (event) => this.#wheel(event));
    listen("dblclick", (event) => (event.preventDefault(), this.on.all()));
    listen("keydown", (event) => this.#key(event));
    listen("keyup", (event) => event.key === " " && (this.space = false));
    listen("blur", () => (this.space = false));
  }

  #place({ clientX, clientY }) {
    const { left, top } = this.node.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  #press(event) {
    if (event.button > 1) return;
    event.preventDefault();
    this.node.focus({ preventScroll: true });
    this.node.setPointerCapture(event.pointerId);
    this.on.hover(null);
    const place = this.#place(event);
    this.down.set(event.pointerId, place);
    if (this.down.size > 1) {
      this.on.stroke(null);
      this.doing = { what: "pinch" };
      return;
    }
    const draws = this.on.mode() !== "move" || event.shiftKey || event.altKey;
    const what = draws && !this.space && event.button === 0 ? "draw" : "move";
    this.doing = { what, from: place, points: [place], op: opOf(event), far: false };
  }

  #move(event) {
    const place = this.#place(event);
    if (!this.down.has(event.pointerId)) return this.on.hover(place);
    const before = this.down.get(event.pointerId);
    if (this.doing?.what === "pinch") return this.#pinch(event.pointerId, before, place);
    this.down.set(event.pointerId, place);
    const { doing } = this;
    if (!doing) return;
    if (Math.hypot(place[0] - doing.from[0], place[1] - doing.from[1]) > STILL) doing.far = true;
    if (!doing.far) return;
    if (doing.what === "move") {
      this.on.look(moved(this.on.camera(), place[0] - before[0], place[1] - before[1]));
      return;
    }
    // A fast hand is seen more often than the screen is painted.
    const seen = event.getCoalescedEvents?.() ?? [];
    doing.points.push(...(seen.length ? seen : [event]).map((one) => this.#place(one)));
    this.on.stroke(this.#stroke(), doing.op);
  }

  #stroke() {
    const { points, from } = this.doing;
    return this.on.mode() === "box" ? boxBetween(from, points.at(-1)) : points;
  }

  #pinch(id, before, place) {
    const [, still] = [...this.down].find(([other]) => other !== id) ?? [];
    this.down.set(id, place);
    if (!still) return;
    const [was, is] = [before, place].map(([a, b]) => [a - still[0], b - still[1]]);
    const factor = Math.hypot(...is) / (Math.hypot(...was) || 1);
    const angle = Math.atan2(was[1], was[0]) - Math.atan2(is[1], is[0]);
    // The finger that rests holds its place; the other one takes its own with it.
    this.on.look(zoomed(this.on.camera(), factor || 1, ...still));
    this.on.look(turned(this.on.camera(), Math.atan2(Math.sin(angle), Math.cos(angle)), ...still));
  }

  #lift(event, cancelled = false) {
    if (!this.down.delete(event.pointerId)) return;
    const { doing } = this;
    if (doing?.what === "pinch") {
      if (this.down.size === 0) this.doing = null;
      return;
    }
    const stroke = doing?.what === "draw" && doing.far ? this.#stroke() : null;
    this.doing = null;
    this.on.stroke(null);
    if (!doing || cancelled) return;
    if (stroke) this.on.drawn(stroke, doing.op);
    else if (!doing.far) this.on.click(doing.from, opOf(event));
  }

  #wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    // With Shift some systems turn the wheel sideways.
    const by = (event.deltaY || event.deltaX) * lines;
    const place = this.#place(event);
    const camera = this.on.camera();
    if (event.shiftKey) return this.on.look(turned(camera, by * WHEEL_TURN, ...place));
    const factor = Math.exp(-Math.max(-400, Math.min(400, by)) * WHEEL * (event.ctrlKey ? 5 : 1));
    this.on.look(zoomed(camera, factor, ...place));
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.target !== this.node) return;
    if (!this.#keyed(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #keyed({ key }) {
    const camera = this.on.camera();
    const middle = [camera.width / 2, camera.height / 2];
    const arrows = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const modes = { m: "move", l: "lasso", b: "box" };
    if (key in arrows) this.on.look(moved(camera, ...arrows[key].map((one) => one * KEY_STEP)));
    else if (key === "+" || key === "=") this.on.look(zoomed(camera, KEY_ZOOM, ...middle));
    else if (key === "-") this.on.look(zoomed(camera, 1 / KEY_ZOOM, ...middle));
    else if (key === "[") this.on.look(turned(camera, KEY_TURN, ...middle));
    else if (key === "]") this.on.look(turned(camera, -KEY_TURN, ...middle));
    else if (key === "0" || key === "Home") this.on.all();
    else if (key.toLowerCase() in modes) this.on.set(modes[key.toLowerCase()]);
    else if (key === " ") this.space = true;
    else if (key === "Escape") this.#escape();
    else return false;
    return true;
  }

  /** A stroke that is being drawn is given up; else the selection. */
  #escape() {
    if (this.doing?.what !== "draw" || !this.doing.far) return this.on.escape();
    this.doing = null;
    this.on.stroke(null);
  }
}
