/** A histogram in three layers; a drag over it is a range. */

import { make, show, write } from "../shared/dom.js";
import { count, several } from "../review/words.js";
import { brushable } from "./brush.js";
import { Ends } from "./ends.js";
import { isLogarithmic } from "./heights.js";
import { partsWith } from "./state.js";
import { drawing, short } from "./svg.js";

/** Of the drawing, in its own units; it is stretched to the width there is. */
const HIGH = 100;
/** What is there at all is seen, however little it is. */
const LEAST = 1.5;

export class Histogram {
  constructor(page, { name: chart, columns: [name], title }) {
    this.page = page;
    this.name = name;
    this.title = title;
    const { first = "" } = page.about.columns.find((column) => column.name === name) ?? {};
    this.first = first;
    this.layers = ["all", "filtered", "selected"].map((layer) => drawing("path", { class: layer }));
    this.brush = drawing("rect", { class: "brush", y: 0, height: HIGH });
    this.svg = drawing("svg", { viewBox: `0 0 1 ${HIGH}`, preserveAspectRatio: "none", role: "img" }, ...this.layers, this.brush);
    this.said = make("div", { class: "tip number", hidden: true });
    this.plot = make("div", { class: "plot" }, this.svg, this.said);
    this.ticks = ["start", "end"].map((end) => make("span", { class: `tick ${end}` }));
    this.middle = make("span", { class: "way", text: first ? (first === "lowest" ? "← review first" : "review first →") : "" });
    const axis = make("div", { class: "axis quiet number" }, this.ticks[0], this.middle, this.ticks[1]);
    this.ends = new Ends(title, (range) => this.#choose(range));
    this.none = make("button", { type: "button", class: "quiet-button none", hidden: true, onclick: () => this.#chooseNone() });
    this.clear = make("button", { type: "button", class: "quiet-button", text: "Clear", onclick: () => page.state.withPart(name), "aria-label": `Clear ${title}` });
    this.empty = make("p", { class: "quiet", hidden: true, text: "No row has a value here." });
    this.node = make("div", { class: "drawn" }, this.plot, axis, this.empty, make("div", { class: "foot" }, this.ends.node, this.clear, this.none));
    brushable(this.plot, {
      flat: true,
      present: () => this.#box(),
      drawn: (box) => this.#drawBrush(box === null ? null : this.#snapped(box)),
      held: (box) => page.live.hold(() => this.#held(box), chart),
      done: (box) => this.#done(box),
      letGo: () => page.live.letGo(),
    });
    this.plot.addEventListener("pointermove", (event) => this.#tell(event));
    this.plot.addEventListener("pointerleave", () => show(this.said, false));
  }

  fill(answer) {
    this.answer = answer;
    const { edges, all, filtered, selected, below, above, none } = answer;
    const size = Math.max(edges.length - 1, 0);
    show(this.plot, size > 0);
    show(this.empty, size === 0);
    show(this.middle, this.first !== "");
    const tall = Math.max(...filtered, 1);
    this.#draw(this.layers[0], all, Math.max(...all, 1), 0);
    this.#draw(this.layers[1], filtered, tall, LEAST);
    this.#draw(this.layers[2], selected ?? [], tall, LEAST);
    if (size > 0) {
      write(this.ticks[0], `${below ? "≤ " : ""}${short(edges[0])}`);
      write(this.ticks[1], `${above ? "≥ " : ""}${short(edges[size])}`);
    }
    const passing = filtered.reduce((sum, one) => sum + one, 0);
    const chosen = selected === null ? "" : `, ${several(selected.reduce((sum, one) => sum + one, 0), "row")} selected`;
    this.svg.setAttribute("aria-label", `Histogram of ${this.title}: ${several(passing, "row")} pass${chosen}; the highest bar is ${count(tall)}`);
    show(this.none, none.all > 0);
    write(this.none, `${count(none.filtered)} without a value`);
    this.none.setAttribute("aria-pressed", String(this.#part()?.names !== undefined));
    const part = this.#part();
    this.ends.fill(part?.names ? undefined : part);
    show(this.clear, part !== undefined);
    this.#drawBrush(this.#box());
  }

  /** The heights mean something else. */
  redraw() {
    if (this.answer) this.fill(this.answer);
  }

  #part() {
    return this.page.state.choice.parts.find(({ column }) => column === this.name);
  }

  #draw(path, counts, tall, least) {
    const wide = 1 / Math.max(counts.length, 1);
    const steps = counts.map((one, place) => {
      if (one === 0) return "";
      const share = isLogarithmic() ? Math.log1p(one) / Math.log1p(tall) : one / tall;
      const high = Math.max(share * HIGH, least);
      return `M${place * wide} ${HIGH}v${-high}h${wide * 0.94}v${high}z`;
    });
    path.setAttribute("d", steps.join(""));
  }

  /** The chosen range as parts of the width, or null. */
  #box() {
    const part = this.#part();
    if (!this.answer || part === undefined || part.names || this.answer.edges.length < 2) return null;
    const { edges } = this.answer;
    const [least, most] = [edges[0], edges.at(-1)];
    const place = (value, otherwise) => (value === null ? otherwise : Math.min(Math.max((value - least) / (most - least), 0), 1));
    return [[place(part.low, 0), 0], [place(part.high, 1), 1]];
  }

  #drawBrush(box) {
    this.brush.setAttribute("x", box === null ? 0 : box[0][0]);
    this.brush.setAttribute("width", box === null ? 0 : Math.max(box[1][0] - box[0][0], 0.004));
    this.plot.classList.toggle("brushed", box !== null);
  }

  /** Bins that a box touches: the first, and the one after the last. */
  #bins([[from], [to]]) {
    const size = this.answer.edges.length - 1;
    // An end that lies on an edge, but for the last digits, is that edge.
    const first = Math.min(Math.floor(from * size + 1e-6), size - 1);
    return [first, Math.max(Math.ceil(to * size - 1e-6), first + 1)];
  }

  #snapped(box) {
    const size = this.answer.edges.length - 1;
    const [first, last] = this.#bins(box);
    return [[first / size, 0], [last / size, 1]];
  }

  #done(box) {
    if (!this.answer || this.answer.edges.length < 2) return;
    if (box === null) return this.page.state.withPart(this.name);
    this.#choose(this.#range(box));
  }

  /** What would be chosen with this box; null = that cannot be said. */
  #held(box) {
    if (!this.answer || this.answer.edges.length < 2) return null;
    const { choice } = this.page.state;
    return { ...choice, parts: partsWith(choice.parts, this.name, this.#partOf(this.#range(box))) };
  }

  /** The ends of the bins that a box touches; null = no end there. */
  #range(box) {
    const { edges } = this.answer;
    const [first, last] = this.#bins(box);
    return { low: first === 0 ? null : edges[first], high: last === edges.length - 1 ? null : edges[last] };
  }

  /** A range as a condition; without an end it is none. */
  #partOf({ low, high }) {
    return low === null && high === null ? null : { column: this.name, low, high };
  }

  #choose(range) {
    this.page.state.withPart(this.name, this.#partOf(range));
  }

  #chooseNone() {
    const pressed = this.#part()?.names !== undefined;
    this.page.state.withPart(this.name, pressed ? null : { column: this.name, names: [null] });
  }

  /** The bin below the pointer in numbers. */
  #tell(event) {
    if (!this.answer || this.answer.edges.length < 2) return;
    const { edges, all, filtered, selected } = this.answer;
    const { left, width } = this.plot.getBoundingClientRect();
    const at = Math.min(Math.max((event.clientX - left) / width, 0), 1);
    const place = Math.min(Math.floor(at * (edges.length - 1)), edges.length - 2);
    const chosen = selected === null ? "" : `, ${count(selected[place])} selected`;
    write(this.said, `${short(edges[place])} – ${short(edges[place + 1])}: ${count(filtered[place])} of ${count(all[place])}${chosen}`);
    this.said.style.setProperty("--at", at);
    show(this.said, true);
  }
}
