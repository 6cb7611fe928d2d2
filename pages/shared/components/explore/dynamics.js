/** Confidence against variability: where a row lies says whether it is easy, ambiguous or hard. */

import { make, show, write } from "../shared/dom.js";
import { count, several } from "../review/words.js";
import { brushable } from "./brush.js";
import { Ends } from "./ends.js";
import { short } from "./svg.js";

/** Regions as in the paper: sure and steady, unsteady, unsure and steady. */
const REGIONS = [["easy", "easy"], ["ambiguous", "ambiguous"], ["hard", "hard: often a wrong label"]];

export class Dynamics {
  constructor(page, { name: chart, columns: [across, up] }) {
    this.page = page;
    this.names = [across, up];
    this.canvas = make("canvas", { role: "img" });
    this.brush = make("i", { class: "box", hidden: true });
    this.said = make("div", { class: "tip number", hidden: true });
    const regions = REGIONS.map(([name, words]) => make("span", { class: `region ${name}`, "aria-hidden": "true", text: words }));
    this.plot = make("div", { class: "plot" }, this.canvas, ...regions, this.brush, this.said);
    this.marks = ["left", "right", "bottom", "top"].map((end) => make("span", { class: `tick ${end}` }));
    const [left, right, bottom, top] = this.marks;
    this.side = make("div", { class: "side quiet number" }, top, make("span", { class: "way", text: "confidence →" }), bottom);
    const below = make("div", { class: "axis quiet number" }, left, make("span", { class: "way", text: "variability →" }), right);
    this.ends = [new Ends("variability", (range) => this.#chooseOne(0, range)), new Ends("confidence", (range) => this.#chooseOne(1, range))];
    this.clear = make("button", { type: "button", class: "quiet-button", text: "Clear", "aria-label": "Clear confidence and variability", onclick: () => this.#choose([null, null]) });
    this.none = make("span", { class: "quiet" });
    const rows = this.ends.map(({ node }, axis) => make("div", { class: "pair" }, make("span", { class: "quiet", text: ["variability", "confidence"][axis] }), node));
    this.node = make("div", { class: "drawn" }, make("div", { class: "sides" }, this.side, this.plot), below, make("div", { class: "foot" }, ...rows, this.clear, this.none));
    brushable(this.plot, {
      present: () => this.#box(),
      drawn: (box) => this.#drawBrush(box === null ? null : this.#snapped(box)),
      held: (box) => page.live.hold(() => this.#held(box), chart),
      done: (box) => this.#done(box),
      letGo: () => page.live.letGo(),
    });
    this.plot.addEventListener("pointermove", (event) => this.#tell(event));
    this.plot.addEventListener("pointerleave", () => show(this.said, false));
    this.resized = new ResizeObserver(() => this.answer && this.#draw());
    this.resized.observe(this.plot);
    page.stop.signal.addEventListener("abort", () => this.resized.disconnect());
  }

  fill(answer) {
    this.answer = answer;
    const { across, up, filtered, none } = answer;
    this.axes = [across, up];
    const has = across.edges.length > 1 && up.edges.length > 1;
    show(this.plot, has);
    [across, across, up, up].forEach(({ edges }, place) => write(this.marks[place], has ? short(place % 2 ? edges.at(-1) : edges[0]) : ""));
    const passing = filtered.reduce((sum, one) => sum + one, 0);
    this.canvas.setAttribute("aria-label", `Confidence against variability of ${several(passing, "row")}`);
    write(this.none, none > 0 ? `${count(none)} without values` : "");
    this.ends.forEach((ends, axis) => ends.fill(this.#part(axis)));
    show(this.clear, this.names.some((_, axis) => this.#part(axis) !== undefined));
    if (has) this.#draw();
    this.#drawBrush(this.#box());
  }

  #part(axis) {
    return this.page.state.choice.parts.find(({ column }) => column === this.names[axis]);
  }

  #draw() {
    const { clientWidth, clientHeight } = this.plot;
    if (clientWidth === 0) return;
    const sharp = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(clientWidth * sharp);
    this.canvas.height = Math.round(clientHeight * sharp);
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const style = getComputedStyle(this.node);
    this.#paint(pen, this.answer.filtered, style.getPropertyValue("--passing"));
    if (this.answer.selected) this.#paint(pen, this.answer.selected, style.getPropertyValue("--selected"));
  }

  #paint(pen, counts, colour) {
    const [wide, high] = this.axes.map(({ edges }) => edges.length - 1);
    const [across, down] = [this.canvas.width / wide, this.canvas.height / high];
    const most = Math.log1p(Math.max(...counts, 1));
    pen.fillStyle = colour;
    counts.forEach((rows, place) => {
      if (rows === 0) return;
      const [x, y] = [place % wide, high - 1 - Math.floor(place / wide)];
      pen.globalAlpha = 0.15 + 0.85 * (Math.log1p(rows) / most);
      const [left, top] = [Math.round(x * across), Math.round(y * down)];
      pen.fillRect(left, top, Math.round((x + 1) * across) - left, Math.round((y + 1) * down) - top);
    });
    pen.globalAlpha = 1;
  }

  #box() {
    if (!this.axes || this.names.every((_, axis) => this.#part(axis) === undefined)) return null;
    const ends = this.axes.map(({ edges }, axis) => {
      const part = this.#part(axis);
      if (part === undefined || part.names) return [0, 1];
      const place = (value, otherwise) => (value === null ? otherwise : Math.min(Math.max((value - edges[0]) / (edges.at(-1) - edges[0]), 0), 1));
      return [place(part.low, 0), place(part.high, 1)];
    });
    return [0, 1].map((end) => ends.map((one) => one[end]));
  }

  /** Bins on both axes that a box touches: [first, after the last] each. */
  #bins([from, to]) {
    return this.axes.map(({ edges }, axis) => {
      const size = edges.length - 1;
      const first = Math.min(Math.floor(from[axis] * size + 1e-6), size - 1);
      return [first, Math.max(Math.ceil(to[axis] * size - 1e-6), first + 1)];
    });
  }

  #snapped(box) {
    const bins = this.#bins(box);
    return [0, 1].map((end) => bins.map((one, axis) => one[end] / (this.axes[axis].edges.length - 1)));
  }

  #drawBrush(box) {
    show(this.brush, box !== null);
    if (box === null) return;
    const [[x0, y0], [x1, y1]] = box;
    Object.assign(this.brush.style, { left: `${x0 * 100}%`, width: `${(x1 - x0) * 100}%`, bottom: `${y0 * 100}%`, height: `${(y1 - y0) * 100}%` });
  }

  #done(box) {
    if (this.#isEmpty) return;
    this.#choose(box === null ? [null, null] : this.#ranges(box));
  }

  /** What would be chosen with this box; null = that cannot be said. */
  #held(box) {
    return this.#isEmpty ? null : { ...this.page.state.choice, parts: this.#partsOf(this.#ranges(box)) };
  }

  get #isEmpty() {
    return !this.axes || this.axes.some(({ edges }) => edges.length < 2);
  }

  /** On both axes the ends of the bins that a box touches; null = no end there. */
  #ranges(box) {
    return this.#bins(box).map(([first, last], axis) => {
      const { edges } = this.axes[axis];
      return { low: first === 0 ? null : edges[first], high: last === edges.length - 1 ? null : edges[last] };
    });
  }

  #chooseOne(axis, range) {
    const both = this.names.map((_, at) => {
      const part = this.#part(at);
      return part === undefined || part.names ? null : { low: part.low, high: part.high };
    });
    both[axis] = range;
    this.#choose(both);
  }

  /** Both columns at once: one step back. */
  #choose(ranges) {
    this.page.state.choose({ parts: this.#partsOf(ranges) });
  }

  /** All parts with these ranges in the place of the present ones. Without an end it is no condition. */
  #partsOf(ranges) {
    const others = this.page.state.choice.parts.filter(({ column }) => !this.names.includes(column));
    const parts = ranges.flatMap((range, axis) => (range === null || (range.low === null && range.high === null) ? [] : [{ column: this.names[axis], ...range }]));
    return [...others, ...parts];
  }

  #tell(event) {
    if (this.#isEmpty) return;
    const { left, top, width, height } = this.plot.getBoundingClientRect();
    const parts = [(event.clientX - left) / width, 1 - (event.clientY - top) / height];
    const [x, y] = parts.map((part, axis) => Math.min(Math.max(Math.floor(part * (this.axes[axis].edges.length - 1)), 0), this.axes[axis].edges.length - 2));
    const place = y * (this.axes[0].edges.length - 1) + x;
    const [across, up] = this.axes.map(({ edges }, axis) => `${short(edges[[x, y][axis]])}–${short(edges[[x, y][axis] + 1])}`);
    write(this.said, `variability ${across}, confidence ${up}: ${several(this.answer.filtered[place], "row")}`);
    this.said.style.setProperty("--at", Math.min(Math.max(parts[0], 0), 1));
    show(this.said, true);
  }
}
