/** What the map shows, as the server sends it: places once per layout, the rest when it changes. */

import { layersOf, rowsOfBits } from "./layers.js";
import { Near } from "./near.js";
import { paletteOf } from "./palette.js";
import { inkOf, isDark } from "./theme.js";

/**
 * Events: `layout` (other places), `layers` (other rows pass or are selected), `legend` (other colours),
 * `marked` (detail: what has an outline, in words).
 */
export class MapData extends EventTarget {
  constructor(page, field) {
    super();
    this.page = page;
    this.field = field;
    this.layouts = new Map();
    this.layout = null;
    this.legend = null;
  }

  get n() {
    return this.page.about.n;
  }

  /** Show another layout. */
  async show(layout) {
    this.wanted = layout;
    if (!this.layouts.has(layout)) {
      const found = await this.page.askForNumbers("places", { layout });
      if (!found) return;
      this.layouts.set(layout, { ...found.head, places: new Float32Array(found.body, 0, 2 * this.n) });
    }
    const { places, low, high, trust } = this.layouts.get(layout);
    if (this.layout === layout || this.wanted !== layout) return;
    this.layout = layout;
    this.trust = trust;
    this.near = new Near(places, { low, high });
    this.field.set({ places, box: { low, high }, density: this.near.density });
    this.#tell("layout");
  }

  /** Which rows pass and are selected. Nothing is asked where that is all of them. */
  async choose(choice) {
    const { parts, typed, named, steps } = choice;
    if (!parts.length && !typed && named === null && !steps.length) return this.lay();
    this.asked = choice;
    const found = await this.page.askForNumbers("masks", { choice });
    if (this.asked !== choice) return;
    // What cannot be asked is said above; the map shows what it showed, or all of it.
    if (found || !this.layers) this.lay(found?.head, found?.body);
  }

  /** Show masks as the server sends them; none = all rows pass. Those still on their way are overtaken. */
  lay(head, body) {
    this.asked = null;
    this.layers = layersOf(this.n, head, body);
    this.field.set({ layers: this.layers });
    this.#tell("layers");
  }

  /** by: a column's name; plain: one that is certain to be there. */
  async colour(by, plain) {
    this.wish = by;
    const found = await this.page.askForNumbers("colours", { by });
    if (!found && this.wish === by && !this.legend && by !== plain) return this.colour(plain, plain);
    if (!found) return;
    this.legend = found.head;
    this.codes = new Uint8Array(found.body, 0, this.n);
    this.field.set({ codes: this.codes });
    this.paint();
  }

  /** Colours for what the page looks like now; also when it has become dark. */
  paint() {
    if (!this.legend) return;
    const ink = inkOf(this.field.node);
    const dark = isDark(ink);
    this.dark = dark;
    this.field.set({ palette: paletteOf(this.legend, dark), ink, dark });
    this.#tell("legend");
  }

  /** Whether the page's colours are others than those painted with. */
  get isPale() {
    return this.legend && String(inkOf(this.field.node)) !== String(this.field.data.ink);
  }

  /** by: a column of numbers, null = all alike. */
  async size(by) {
    const found = by === null ? null : await this.page.askForNumbers("colours", { by }, "sizes");
    if (found === undefined || found?.head.kind === "groups") return;
    this.field.set({ amounts: found && new Uint8Array(found.body, 0, this.n) });
  }

  /** which: "found", "suspected" or null. */
  async mark(which) {
    const found = which === null ? null : await this.page.askForNumbers("marks", { which });
    if (found === undefined) return;
    this.field.set({ marked: found ? rowsOfBits(found.body, this.n) : new Uint32Array() });
    this.#tell("marked", found?.head.words ?? "");
  }

  #tell(kind, detail = null) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}
