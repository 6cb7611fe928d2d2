/** Pointing at single points: the card below the pointer, and a click that selects. */

import { toData, toScreen } from "./camera.js";
import { OUT } from "./layers.js";

/** Pixels from the pointer to the point that is meant. */
const REACH = 12;
/** Milliseconds that the pointer rests before a card is asked for. */
const PAUSE = 60;

export class Pointing {
  constructor(page, data, singles, card) {
    Object.assign(this, { page, data, singles, card });
    this.row = -1;
  }

  /** The row that is meant by a place on the screen; -1 = none. */
  rowAt(place) {
    const { camera, data } = this.data.field;
    const isThere = (row) => data.layers.kind[row] !== OUT;
    return this.data.near.nearest(...toData(camera, ...place), REACH / camera.k, isThere);
  }

  hover(place) {
    clearTimeout(this.timer);
    this.row = -1;
    this.card.hide();
    if (place) this.timer = setTimeout(() => this.#show(this.rowAt(place)), PAUSE);
  }

  async #show(row) {
    this.row = row;
    if (row < 0) return;
    const [facts] = await this.singles.of([row], "hover");
    if (!facts || this.row !== row) return;
    const { camera, data } = this.data.field;
    this.card.show(facts, toScreen(camera, data.places[2 * row], data.places[2 * row + 1]), camera);
  }

  /** Select the point; a plain click also asks to see it closer. */
  async click(place, op) {
    const row = this.rowAt(place);
    if (row < 0) return;
    const [facts] = await this.singles.of([row], "click");
    if (!facts) return;
    this.page.state.draw({ ids: [facts.id] }, op, this.data.layout);
    if (op === "new") this.page.tell("row", facts.id);
  }

  close() {
    clearTimeout(this.timer);
  }
}
