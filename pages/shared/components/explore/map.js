/** The map of all rows: every point of a layout, coloured, to be looked at closely and chosen from. */

import { make } from "../shared/dom.js";
import { markMap } from "../review/marks.js";
import { count, several } from "../review/words.js";
import { Above } from "./above.js";
import { short } from "./camera.js";
import { Field } from "./field.js";
import { Gestures } from "./gestures.js";
import { PASSES, SELECTED } from "./layers.js";
import { FilterLegend } from "./legend_filter.js";
import { MapControls } from "./map_controls.js";
import { MapData } from "./map_data.js";
import { handsOf, wishesOf } from "./map_hands.js";
import { HELP, MapNote } from "./map_note.js";
import { Pointing } from "./pointing.js";
import { polygonOf, simplified } from "./polygons.js";
import { Singles } from "./singles.js";
import { drawnInto } from "./state.js";

export class Map {
  constructor(page) {
    this.page = page;
    this.mode = "move";
    this.field = new Field(page.about.n);
    this.data = new MapData(page, this.field);
    this.singles = new Singles(page);
    this.above = new Above(this.data, this.singles);
    this.pointing = new Pointing(page, this.data, this.singles, this.above.hover);
    this.legend = new FilterLegend(page, this.data);
    this.note = new MapNote();
    this.controls = new MapControls(wishesOf(this));
    this.field.node.append(this.above.node);
    const help = make("p", { class: "unseen", id: "map-help", text: HELP });
    this.field.node.setAttribute("aria-label", `Map of ${several(page.about.n, page.about.unit)}`);
    this.field.node.setAttribute("aria-describedby", "map-help");
    this.node = make("div", { class: "map", "data-painted": "0" }, this.controls.node, this.field.node, this.note.node, this.legend.node, help);
    this.gestures = new Gestures(this.field.node, handsOf(this));
    this.#listen();
    this.controls.offer(page.about);
    this.#layOut();
    this.#look(["colour", "size", "marks", "view"]);
    this.#choose();
  }

  #listen() {
    const { page, field, data } = this;
    page.on(page.state, "choice", () => this.#choose());
    page.on(page.state, "look", (names) => this.#look(names));
    page.on(page, "about", () => this.#offer());
    page.on(page, "decided", () => this.#decided());
    page.on(page, "again", () => this.#choose());
    page.on(field, "painted", (detail) => this.#painted(detail));
    page.on(field, "moved", () => this.above.follow());
    page.on(field, "still", () => this.#still());
    page.on(data, "layout", () => this.#arrived());
    page.on(data, "legend", () => this.#writeLegend());
    page.on(data, "marked", (words) => this.#say({ marked: words }));
  }

  /** What a drag does from now on: move, lasso or box. */
  setMode(mode) {
    this.mode = mode;
    this.field.node.dataset.mode = mode;
    this.#writeControls();
  }

  /** Nothing is selected. */
  clear() {
    this.page.state.choose({ steps: [], layout: "" });
  }

  #writeControls() {
    const { look, choice } = this.page.state;
    Object.assign(this.node.dataset, { view: look.view ? JSON.stringify(look.view) : "", steps: choice.steps.length });
    this.controls.write({ ...look, layout: this.data.layout, mode: this.mode, hasSelection: choice.steps.length > 0 });
  }

  /** The layout that is wished for where it is there, else the best one. */
  #layOut() {
    const { layouts } = this.page.about;
    const { layout } = this.page.state.look;
    return this.data.show(layouts.includes(layout) ? layout : layouts[0]);
  }

  /** Another layout has become ready. Nobody's view or drawing is pulled from under their hands. */
  #offer() {
    this.controls.offer(this.page.about);
    const { look, choice } = this.page.state;
    const busy = look.layout === null && (look.view !== null || choice.layout === this.data.layout);
    if (!busy) this.#layOut();
    this.#choose();
  }

  #arrived() {
    this.node.dataset.layout = this.data.layout;
    this.field.view = this.page.state.look.view;
    this.#outline();
    this.#writeControls();
  }

  #look(names) {
    const { look } = this.page.state;
    if (names.includes("layout")) this.#layOut();
    if (names.includes("colour")) this.data.colour(look.colour ?? this.controls.given, this.controls.given);
    if (names.includes("size")) this.data.size(look.size);
    if (names.includes("marks")) this.data.mark(look.marks);
    if (names.includes("view") && !this.#isSeen(look.view)) this.field.look(look.view);
    this.#writeControls();
  }

  #isSeen(view) {
    return JSON.stringify(view) === JSON.stringify(this.#view());
  }

  /** The view in short numbers; null = all of it. */
  #view() {
    return this.field.view && short(this.field.camera);
  }

  #choose() {
    this.#outline();
    this.#writeControls();
    this.#writeLegend();
    return this.data.choose(this.page.state.choice);
  }

  /** Polygons of another layout mean nothing here; what they selected stays selected. */
  #outline() {
    const { steps, layout } = this.page.state.choice;
    this.field.set({ steps: layout === this.data.layout ? steps.filter(({ polygon }) => polygon) : [] });
  }

  #decided() {
    const { look, choice } = this.page.state;
    this.singles.forget();
    if (this.data.legend?.changes) this.data.colour(this.data.legend.by, this.controls.given);
    if (look.marks) this.data.mark(look.marks);
    if (choice.parts.length || choice.typed) this.data.choose(choice);
  }

  /** A line around points is done. */
  drawn(points, op) {
    if (points.length < 3) return;
    this.page.state.draw(this.#stepOf(points), op, this.data.layout);
  }

  /** What would be chosen if the line that is being drawn ended here; null = nothing else. */
  held(points, op) {
    if (points.length < 3) return null;
    const { choice } = this.page.state;
    const change = drawnInto(choice, this.#stepOf(points), op, this.data.layout);
    return change && { ...choice, ...change };
  }

  #stepOf(points) {
    return { polygon: polygonOf(this.field.camera, simplified(points)) };
  }

  #writeLegend() {
    const colour = this.legend.write();
    if (colour !== undefined) this.node.dataset.colour = colour;
  }

  /** The view rests: keep it, and say what there is to see. */
  async #still() {
    if (this.data.isPale) this.data.paint();
    if (!this.#isSeen(this.page.state.look.view)) this.page.state.show({ view: this.#view() });
    const words = await this.above.look();
    if (words !== null) this.#say({ view: words });
  }

  #painted({ points, share, renderer, fresh }) {
    const { dataset } = this.node;
    Object.assign(dataset, { points, renderer, painted: Number(dataset.painted) + 1 });
    const { counts, hasSelection } = this.data.layers;
    dataset.filtered = counts[PASSES] + counts[SELECTED];
    dataset.selected = hasSelection ? counts[SELECTED] : "";
    if (fresh) markMap(points);
    const slower = "painted by the processor, slower than by a graphics card";
    this.note.pass(share);
    this.#say({ renderer: renderer === "webgl" ? "" : slower });
  }

  /** Say it below the map, beside what always stands there. */
  #say(change) {
    const { layers, trust } = this.data;
    const out = layers && !this.field.data.showsOut ? layers.counts[0] : 0;
    this.note.say({ ...change, trust: layers && trust, hidden: out ? `${count(out)} filtered out are not drawn` : "" });
  }

  close() {
    this.field.close();
    this.pointing.close();
  }
}
