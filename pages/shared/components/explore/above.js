/** What lies above the points: names of groups, the few single points in view, the card below the pointer. */

import { make } from "../shared/dom.js";
import { count, several } from "../review/words.js";
import { boxInView, toScreen } from "./camera.js";
import { OUT } from "./layers.js";
import { Names, densest } from "./names.js";
import { groupColours } from "./palette.js";
import { MOST, Reveal } from "./reveal.js";
import { Hover } from "./singles.js";

export class Above {
  constructor(data, singles) {
    Object.assign(this, { data, singles });
    this.names = new Names();
    this.reveal = new Reveal();
    this.hover = new Hover();
    this.node = make("div", { class: "above" }, this.names.node, this.reveal.node, this.hover.node);
  }

  /** The view moves: what is there moves with it. */
  follow() {
    const { camera, radius } = this.data.field;
    this.hover.hide();
    this.names.place(camera);
    this.crowded = this.reveal.place(camera, radius);
  }

  /** The view rests: find what is in it. What is shown of it, in words; null = it moves again. */
  async look() {
    const { legend, codes, layers, field } = this.data;
    const { places } = field.data;
    const { view, camera, radius } = field;
    const groups = legend.named ? legend.names.length : 0;
    const called = (code) => legend.called?.[code] ?? legend.names[code];
    const spots = densest(camera, places, codes, layers.kind, groups);
    this.names.set(spots, called, groupColours(groups, this.data.dark));
    this.names.place(camera);
    const rows = this.#rowsInView(camera, places, layers.kind);
    if (rows.length === 0) {
      this.reveal.clear();
      return "";
    }
    const facts = await this.singles.of(rows, "in view");
    if (field.view !== view || facts.length === 0) return null;
    this.reveal.set(facts, places);
    this.crowded = this.reveal.place(camera, radius);
    const hidden = this.crowded ? `, ${count(this.crowded)} without room for theirs` : "";
    return `${several(rows.length, "point")} in view${hidden}`;
  }

  /** Those that are not filtered out; none where they are many. */
  #rowsInView(camera, places, kind) {
    const seen = (this.data.near.inBox(boxInView(camera), MOST) ?? []).filter((row) => {
      const [right, down] = toScreen(camera, places[2 * row], places[2 * row + 1]);
      return kind[row] !== OUT && right >= 0 && down >= 0 && right <= camera.width && down <= camera.height;
    });
    return seen.length > MOST ? [] : seen;
  }
}
