/** The rows that are meant, one line each: sorted, ticked, decided, looked at closer. */

import { Bindings } from "../review/bindings.js";
import { afterPaint } from "../review/paint.js";
import { Wording } from "../review/wording.js";
import { Zoom } from "../review/zoom.js";
import { make, show } from "../shared/dom.js";
import { Closer } from "./closer.js";
import { Columns } from "./columns.js";
import { ColumnsMenu } from "./columns_menu.js";
import { Decisions } from "./decisions.js";
import { Duplicates } from "./duplicates.js";
import { Grid } from "./grid.js";
import { Picker } from "./picker.js";
import { Saved } from "./saved.js";
import { TableBar } from "./table_bar.js";
import { Ticks } from "./ticking.js";
import { Windows } from "./windows.js";

const PLAIN = ["keep", "drop", "flag"];
const HINT = "↑ ↓ move · Enter looks closer · Space ticks · K keeps · X drops · F flags · / labels · ⌫ undoes";

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
    this.bindings = new Bindings();
    this.columns = new Columns(about, setup, data.fingerprint);
    this.decisions = new Decisions(page);
    this.saved = new Saved(this.decisions, this.wording);
    this.windows = new Windows((...place) => this.#ask(...place), (answer) => this.#arrived(answer));
    this.ticks = new Ticks(page, (place) => this.windows.row(place), (offset, limit) => this.#body({ offset, limit }));
    this.grid = new Grid(this.wording, about.unit === "pair" ? "pair" : about.media, this.#hands());
    const back = () => this.grid.node.focus({ preventScroll: true });
    this.picker = new Picker(about.classes, this.wording, () => {});
    this.zoom = new Zoom(() => {});
    this.menu = new ColumnsMenu(this.columns, (names) => this.#choose(names), back);
    this.closer = new Closer(page, this.wording, this.decisions, this.#closerHands());
    this.duplicates = new Duplicates(page, this.wording, this.decisions, { closer: (id) => this.#open(id, true) });
    this.bar = new TableBar(this, { columns: () => this.menu.open(this.columns.chosen(state.look)) });
    this.hint = make("p", { class: "quiet hint", text: HINT });
    this.node.append(this.bar.node, this.saved.node, this.grid.node, this.hint, this.duplicates.node, this.closer.node);
    this.node.append(this.picker.node, this.zoom.node, this.menu.node);
    page.on(state, "choice", () => this.#refresh());
    page.on(state, "look", (names) => this.#onLook(names));
    page.on(page, "decided", () => this.#onDecided());
    page.on(page, "row", (id) => this.#open(id, false));
    page.on(this.decisions, "changed", () => this.#onSaid());
    page.on(this.decisions, "saved", (news) => this.saved.add(news));
    this.#showColumns();
    this.#onLook(["listing", "row"]);
    this.#refresh();
  }

  #hands() {
    return {
      row: (place) => this.windows.row(place),
      looks: (row) => ({
        said: row && this.decisions.newer(row.id, row.asked),
        isSaved: row !== undefined && this.decisions.isSaved(row.id),
        wording: this.wording,
        verdicts: this.page.about.verdicts,
      }),
      sort: (by) => this.page.state.show({ sort: this.columns.next(by, this.page.state.look.sort) }),
      act: (what, place, line, event) => this.#act(what, place, line, event),
      key: (event) => this.#onKey(event),
      moved: (first, last) => this.asked !== undefined && this.windows.want(first, last, this.count),
    };
  }

  #closerHands() {
    const { state } = this.page;
    return {
      near: this.setup.near,
      step: (by) => this.#step(by),
      enlarge: (row) => this.zoom.open(row),
      like: (id) => state.show({ sort: { near: id } }),
      select: (ids) => state.draw({ ids }, "new", state.choice.layout),
      go: (id) => this.#open(id, true),
      close: () => this.#shut(),
      undo: () => this.decisions.undo(),
      label: (beside) => this.#pick(this.closer.row, beside, this.closer.asked),
      key: (event) => this.#onCloserKey(event),
    };
  }

  /** What is asked of the rows, whichever window. */
  #body(more) {
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
    return this.page.ask("rows", this.#body({ columns, offset, limit }), `rows ${slot}`);
  }

  /** Other rows, or the same ones with other facts. */
  #refresh() {
    const { parts, typed, named, steps, layout } = this.page.state.choice;
    const drawn = this.scope === "filtered" ? null : [steps, layout];
    const asked = JSON.stringify([parts, typed, named, drawn, this.page.state.look.sort]);
    const others = asked !== this.asked;
    this.asked = asked;
    this.isFresh = this.isFresh || others;
    this.windows.restart(others);
    this.grid.node.classList.toggle("stale", this.isFresh);
    this.node.dataset.loaded = "false";
    this.windows.want(others ? 0 : (this.grid.first ?? 0), others ? 1 : (this.grid.last ?? 1), this.count);
    this.bar.write();
    if (this.page.state.look.listing === "duplicates") this.duplicates.begin();
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
    if (names.includes("listing")) {
      const grouped = look.listing === "duplicates" && this.setup.duplicates;
      show(this.grid.node, !grouped);
      show(this.hint, !grouped);
      show(this.duplicates.node, grouped);
      this.bar.write();
      if (grouped) this.duplicates.begin();
    }
    if (names.includes("columns") || names.includes("sort")) this.#showColumns();
    if (["columns", "sort", "scope"].some((name) => names.includes(name))) this.#refresh();
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

  #open(id, focus) {
    const { state } = this.page;
    if (state.look.row === id) return void this.closer.open(id, focus);
    this.focusing = focus;
    state.show({ row: id });
  }

  #shut() {
    this.page.state.show({ row: null });
    this.closer.hide();
    this.grid.node.focus({ preventScroll: true });
  }

  /** The row before or after, in the table and closer. */
  #step(by) {
    this.grid.go(this.grid.current + by);
    const row = this.windows.row(this.grid.current);
    if (row) this.#open(row.id, true);
  }

  #act(what, place, line, event) {
    const row = this.windows.row(place);
    if (row === undefined) return;
    if (what === "tick") this.#tick(place, event.shiftKey);
    else if (what === "label") this.#pick(row, event.target.closest("button"), row.asked);
    else if (PLAIN.includes(what)) this.#decide(row, what, null, event.timeStamp);
    else if (what === "unfold" && isCut(line, event.target)) line.classList.toggle("unfolded");
    else return this.#open(row.id, what === "open");
    if (what !== "label") this.grid.node.focus({ preventScroll: true });
  }

  async #tick(place, range) {
    await this.ticks.turn(place, range);
    this.grid.refill();
  }

  #pick(row, beside, asked) {
    const said = this.decisions.newer(row.id, asked);
    const now = said?.action === "relabel" ? said.label : row.label;
    const began = performance.now();
    this.picker.open({
      beside,
      id: row.id,
      now,
      likely: [row.suggested, row.given],
      picked: (name) => {
        const action = name === row.given ? "keep" : "relabel";
        const label = action === "keep" ? null : name;
        const why = { ticket: row.ticket ?? this.ticket, seconds: (performance.now() - began) / 1000 };
        this.decisions.decide([row.id], action, label, { ...why, given: row.given });
      },
    });
  }

  #decide(row, action, label, time) {
    const seconds = Number.isFinite(this.grid.since) ? Math.max(0, time - this.grid.since) / 1000 : null;
    this.decisions.decide([row.id], action, label, { ticket: this.ticket, seconds, given: row.given });
  }

  #onKey(event) {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isOwn = event.target.closest("button") && (event.key === "Enter" || event.key === " ");
    if (isOwn || !this.#did(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** What a key means in the table; false = nothing. */
  #did(event) {
    const { grid } = this;
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: grid.scroller.page, PageUp: -grid.scroller.page, Home: -Infinity, End: Infinity };
    if (event.key in moves) {
      const aim = grid.current + moves[event.key];
      grid.go(Math.min(Math.max(0, aim), this.count - 1));
      return true;
    }
    const command = this.bindings.command(event);
    if (command === "undo") {
      if (!event.repeat) this.decisions.undo();
      return true;
    }
    const known = ["Enter", " ", "Escape"].includes(event.key) || PLAIN.includes(command) || command === "find";
    if (!known) return false;
    const row = grid.at(event.timeStamp);
    if (event.repeat) return true;
    if (event.key === "Escape") return this.closer.isOpen && (this.#shut(), true);
    if (row === undefined) return true;
    if (event.key === "Enter") this.#open(row.id, true);
    else if (event.key === " ") this.#tick(grid.current, event.shiftKey);
    else if (command === "find") this.#pick(row, grid.lineOf(grid.current).querySelector(".relabel") ?? grid.lineOf(grid.current), row.asked);
    else this.#decide(row, command, null, event.timeStamp);
    return true;
  }

  #onCloserKey(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const onControl = event.target.closest("button, a, [tabindex='0']") !== null;
    const scrolls = event.target.closest(".text") !== null;
    if (onControl && ["Enter", " "].includes(event.key)) return;
    const command = this.bindings.command(event);
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key === "Escape") this.#shut();
    else if (event.key in steps && !scrolls) this.#step(steps[event.key]);
    else if (event.repeat && command !== null) event.preventDefault();
    else if (command === "undo") this.decisions.undo();
    else if (command === "find") this.#pick(this.closer.row, this.closer.judging.find, this.closer.asked);
    else if (command === "zoom" && this.closer.row) this.zoom.open(this.closer.row);
    else if (command === null || !this.closer.press(command, event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  close() {
    for (const part of [this.windows, this.grid, this.saved]) part?.close();
  }
}

/** Whether a folded text has more than is seen of it. */
function isCut(line, target) {
  if (line.classList.contains("unfolded")) return true;
  const folded = target.closest("[data-do]");
  return folded.scrollHeight > folded.clientHeight + 1;
}
