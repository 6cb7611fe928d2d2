/** What a press or a key means in the table, and in the closer look beside it. */

import { Bindings } from "../review/bindings.js";
import { Ticks } from "./ticking.js";

const PLAIN = ["keep", "drop", "flag"];
const CONTROLS = "button, a, [tabindex='0']";

export class Hands {
  constructor(table) {
    this.table = table;
    this.page = table.page;
    this.bindings = new Bindings();
    const row = (place) => table.windows.row(place);
    this.ticks = new Ticks(this.page, row, (offset, limit) => table.body({ offset, limit }));
  }

  /** What the closer look does elsewhere on the page. */
  closer() {
    const { table } = this;
    const { state } = this.page;
    return {
      near: table.setup.near,
      step: (by) => this.#step(by),
      enlarge: (row) => table.zoom.open(row),
      like: (id) => state.show({ sort: { near: id } }),
      select: (ids) => state.draw({ ids }, "new", state.choice.layout),
      go: (id) => table.open(id, true),
      close: () => this.#shut(),
      undo: () => table.decisions.undo(),
      label: (beside) => this.#pick(table.closer.row, beside, table.closer.asked),
      key: (event) => this.#onCloserKey(event),
    };
  }

  #shut() {
    this.page.state.show({ row: null });
    this.table.closer.hide();
    this.#back();
  }

  #back() {
    this.table.grid.node.focus({ preventScroll: true });
  }

  /** The row before or after, in the table and closer. */
  #step(by) {
    const { grid, windows } = this.table;
    grid.go(grid.current + by);
    const row = windows.row(grid.current);
    if (row) this.table.open(row.id, true);
  }

  /** A press on something of a line: "tick", "label", "unfold", "open" or an action. */
  act(what, place, line, event) {
    const row = this.table.windows.row(place);
    if (row === undefined) return;
    if (what === "tick") this.ticks.turn(place, event.shiftKey);
    else if (what === "label") return this.#pick(row, event.target.closest("button"), row.asked);
    else if (PLAIN.includes(what)) this.#decide(row, what, event.timeStamp);
    else if (what === "unfold" && isCut(line, event.target)) line.classList.toggle("unfolded");
    else return this.table.open(row.id, true);
    this.#back();
  }

  #pick(row, beside, asked) {
    const { decisions, picker } = this.table;
    const said = decisions.newer(row.id, asked);
    const began = performance.now();
    const picked = (name) => {
      const kept = name === row.given;
      const ticket = row.ticket ?? this.table.ticket;
      const why = { ticket, seconds: (performance.now() - began) / 1000, given: row.given };
      decisions.decide([row.id], kept ? "keep" : "relabel", kept ? null : name, why);
    };
    const now = said?.action === "relabel" ? said.label : row.label;
    picker.open({ beside, id: row.id, now, likely: [row.suggested, row.given], picked });
  }

  #decide(row, action, time) {
    const { grid, decisions, ticket } = this.table;
    const seconds = Math.max(0, time - grid.from) / 1000;
    decisions.decide([row.id], action, null, { ticket, seconds, given: row.given });
  }

  onKey(event) {
    if (event.defaultPrevented || isOther(event)) return;
    const presses = event.key === "Enter" || event.key === " ";
    if ((presses && event.target.closest("button")) || !this.#did(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** What a key does in the table; false = nothing. */
  #did(event) {
    const { grid, count, closer, decisions } = this.table;
    const { page } = grid.scroller;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -count, End: count };
    const command = this.bindings.command(event);
    if (event.key in steps) grid.go(grid.current + steps[event.key]);
    else if (event.key === "Escape" && closer.isOpen) this.#shut();
    else if (command === "undo") event.repeat || decisions.undo();
    else if ([" ", "Enter"].includes(event.key) || [...PLAIN, "find"].includes(command)) {
      // The row that was on the screen when the key went down, or none.
      const row = event.repeat ? undefined : grid.at(event.timeStamp);
      if (row !== undefined) this.#doTo(row, command, event);
    } else return false;
    return true;
  }

  #doTo(row, command, event) {
    const { grid } = this.table;
    if (event.key === "Enter") this.table.open(row.id, true);
    else if (event.key === " ") this.ticks.turn(grid.current, event.shiftKey);
    else if (command === "find") {
      const line = grid.lineOf(grid.current);
      this.#pick(row, line.querySelector(".relabel") ?? line, row.asked);
    } else this.#decide(row, command, event.timeStamp);
  }

  #onCloserKey(event) {
    if (event.defaultPrevented || isOther(event)) return;
    const { closer, decisions, zoom } = this.table;
    const presses = event.key === "Enter" || event.key === " ";
    if (presses && event.target.closest(CONTROLS)) return;
    const command = this.bindings.command(event);
    const step = event.target.closest(".text") ? undefined : { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") this.#shut();
    else if (step !== undefined) this.#step(step);
    else if (closer.row === null || command === null) return;
    else if (!event.repeat) {
      if (command === "undo") decisions.undo();
      else if (command === "find") this.#pick(closer.row, closer.judging.find, closer.asked);
      else if (command === "zoom") zoom.open(closer.row);
      else if (!closer.press(command, event)) return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

/** A key with another meaning than ours. */
const isOther = (event) => event.isComposing || event.ctrlKey || event.metaKey || event.altKey;

/** Whether a folded text has more than is seen of it. */
function isCut(line, target) {
  if (line.classList.contains("unfolded")) return true;
  const folded = target.closest("[data-do]");
  return folded.scrollHeight > folded.clientHeight + 1;
}
