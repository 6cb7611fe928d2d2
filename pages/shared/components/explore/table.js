/** The rows that are meant, one line each: sorted, ticked, decided, looked at closer. */

import { afterPaint } from "../shared/paint.js";
import { Wording } from "../review/wording.js";
import { Zoom } from "../review/zoom.js";
import { make, show } from "../shared/dom.js";
import { Closer } from "./closer.js";
import { Columns } from "./columns.js";
import { ColumnsMenu } from "./columns_menu.js";
import { Decisions } from "./decisions.js";
import { Duplicates } from "./duplicates.js";
import { Grid } from "./grid.js";
import { Hands } from "./hands.js";
import { Picker } from "./picker.js";
import { Saved } from "./saved.js";
import { TableBar } from "./table_bar.js";
import { Windows } from "./windows.js";

const HINT =
  "↑ ↓ move · Enter looks closer · Space ticks · K keeps · X drops · F flags · / labels · ⌫ undoes";

export class Table {
  constructor(page) {
    this.page = page;
    this.count = 0;
    this.node = make("section", { class: "table", "aria-label": "Rows" });
    this.#begin();
  }

  async #begin() {
    const { page } = this;
    const { about, data, state } = page;
    const setup = await page.ask("table", {});
    if (!setup || page.stop.signal.aborted) return;
    this.setup = setup;
    this.wording = new Wording({ unit: about.unit, classes: about.classes, names: about.names });
    this.columns = new Columns(about, setup, data.fingerprint);
    this.decisions = new Decisions(page);
    this.saved = new Saved(this.decisions, this.wording);
    const arrived = (answer) => this.#arrived(answer);
    this.windows = new Windows((...place) => this.#ask(...place), arrived);
    this.hands = new Hands(this);
    const kind = about.unit === "pair" ? "pair" : about.media;
    this.grid = new Grid(this.wording, kind, this.#gridHands());
    const back = () => this.grid.node.focus({ preventScroll: true });
    this.picker = new Picker(about.classes, this.wording, () => {});
    this.zoom = new Zoom(() => {});
    this.menu = new ColumnsMenu(this.columns, (names) => this.#choose(names), back);
    this.closer = new Closer(page, this.wording, this.decisions, this.hands.closer());
    const looks = { closer: (id) => this.open(id, true) };
    this.duplicates = new Duplicates(page, this.wording, this.decisions, looks);
    const menu = () => this.menu.open(this.columns.chosen(state.look));
    this.bar = new TableBar(this, { columns: menu });
    this.hint = make("p", { class: "quiet hint", text: HINT });
    const parts = [this.bar, this.saved, this.grid, this.duplicates, this.closer];
    this.node.append(...parts.map(({ node }) => node));
    this.grid.node.after(this.hint);
    this.node.append(this.picker.node, this.zoom.node, this.menu.node);
    page.on(state, "choice", () => this.#refresh());
    page.on(state, "look", (names) => this.#onLook(names));
    page.on(page, "decided", () => this.#onDecided());
    page.on(page, "row", (id) => this.open(id, false));
    page.on(this.decisions, "changed", () => this.#onSaid());
    page.on(this.decisions, "saved", (news) => this.saved.add(news));
    this.#showColumns();
    this.#onLook(["listing", "row"]);
    this.#refresh();
    this.#onSaid();
  }

  #gridHands() {
    const { state } = this.page;
    return {
      row: (place) => this.windows.row(place),
      looks: (row) => ({
        said: row && this.decisions.newer(row.id, row.asked),
        isSaved: row !== undefined && this.decisions.isSaved(row.id),
        wording: this.wording,
        verdicts: this.page.about.verdicts,
      }),
      sort: (by) => state.show({ sort: this.columns.next(by, state.look.sort) }),
      act: (what, place, line, event) => this.hands.act(what, place, line, event),
      key: (event) => this.hands.onKey(event),
      moved: (first, last) => {
        if (this.asked !== undefined) this.windows.want(first, last, this.count);
      },
    };
  }

  /** What is asked of the rows, whichever window. */
  body(more) {
    const { choice, look } = this.page.state;
    return { choice, sort: look.sort, scope: this.scope, ...more };
  }

  /** "filtered" or "selected" where somebody said so and it makes a difference. */
  get scope() {
    const { choice, look } = this.page.state;
    return choice.steps.length ? (look.scope ?? "") : "";
  }

  #ask(offset, limit, slot) {
    const columns = this.columns.values(this.page.state.look);
    return this.page.ask("rows", this.body({ columns, offset, limit }), `rows ${slot}`);
  }

  /** Other rows, or the same ones with other facts. */
  #refresh() {
    const { choice, look } = this.page.state;
    const { parts, typed, named, steps, layout } = choice;
    // A first tick makes "filtered" of nothing selected, and the rows are the same.
    const drawn = this.scope === "filtered" || steps.length === 0 ? null : [steps, layout];
    const asked = JSON.stringify([parts, typed, named, drawn, look.sort]);
    const others = asked !== this.asked;
    this.asked = asked;
    this.isFresh = this.isFresh || others;
    this.windows.restart(others);
    this.grid.node.classList.toggle("stale", this.isFresh);
    this.node.dataset.loaded = "false";
    const { first = 0, last = 1 } = others ? {} : this.grid;
    this.windows.want(first, last, this.count);
    this.bar.write();
    if (look.listing === "duplicates") this.duplicates.begin();
  }

  #arrived(answer) {
    this.bar.tellComing(answer.coming ?? "");
    if (answer.coming !== undefined) return;
    const fresh = this.isFresh;
    this.isFresh = false;
    this.count = answer.total;
    this.ticket = answer.ticket;
    this.node.dataset.total = answer.total;
    this.grid.node.classList.remove("stale");
    if (fresh || answer.total !== this.grid.count) this.grid.setCount(answer.total, fresh);
    this.grid.refill();
    this.bar.write();
    if (!this.grid.isWhole) return;
    this.node.dataset.loaded = "true";
    if (fresh) afterPaint(() => performance.mark("second-look-table"));
  }

  #showColumns() {
    const { look } = this.page.state;
    this.grid.setColumns(this.columns.shown(look), look.sort);
  }

  #choose(names) {
    this.columns.remember(names);
    this.page.state.show({ columns: names });
  }

  #onLook(names) {
    const { look } = this.page.state;
    if (names.includes("row")) {
      if (look.row === null) this.closer.hide();
      else if (look.row !== this.closer.wanted) this.closer.open(look.row, Boolean(this.focusing));
      this.focusing = false;
    }
    if (names.includes("listing")) this.#list(look.listing === "duplicates" && this.setup.duplicates);
    if (names.includes("columns") || names.includes("sort")) this.#showColumns();
    if (["columns", "sort", "scope"].some((name) => names.includes(name))) this.#refresh();
  }

  #list(grouped) {
    show(this.grid.node, !grouped);
    show(this.hint, !grouped);
    show(this.duplicates.node, grouped);
    this.bar.write();
    if (grouped) this.duplicates.begin();
  }

  #onDecided() {
    this.#refresh();
    this.closer.refresh();
  }

  #onSaid() {
    this.grid.refill();
    this.saved.write();
    if (this.closer.row !== null) this.closer.fill();
  }

  /** Look at a row closer; the address says which. focus: the keyboard goes there as well. */
  open(id, focus) {
    const { state } = this.page;
    if (state.look.row === id) return void this.closer.open(id, focus);
    this.focusing = focus;
    state.show({ row: id });
  }

  close() {
    for (const part of [this.windows, this.grid, this.saved]) part?.close();
  }
}
