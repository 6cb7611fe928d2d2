/** Which columns the table shows: all there are, with a search, ticked or not. */

import { make, makeClose, makeDialog, show, write } from "../shared/dom.js";
import { matches, prepare } from "../review/matching.js";

const GROUPS = [
  ["ours", "Labels and verdicts"],
  ["score", "Scores"],
  ["yours", "Your columns"],
];

export class ColumnsMenu {
  /** changed(names) is called with every tick. */
  constructor(columns, changed, closed) {
    this.changed = changed;
    this.columns = columns;
    this.prepared = prepare(columns.all.map((column) => column.title));
    const named = { "aria-label": "Find a column", placeholder: "Find a column" };
    const oninput = () => this.#filter();
    this.field = make("input", { type: "search", ...named, autocomplete: "off", oninput });
    this.none = make("p", { class: "quiet", hidden: true, text: "No column has that in its name." });
    this.boxes = new Map();
    const groups = GROUPS.map(([source, title]) => this.#group(source, title));
    const usual = () => this.#turn(columns.setup.usual);
    const again = make("button", { type: "button", class: "quiet-button", text: "The usual ones", onclick: usual });
    const close = makeClose("Close", () => this.node.close());
    const top = make("div", { class: "head" }, make("h2", { text: "Columns" }), close);
    const parts = [top, this.field, ...groups.filter(Boolean), this.none, again];
    this.node = makeDialog("columns", "Columns of the table", closed, ...parts);
    this.node.addEventListener("keydown", (event) => event.stopPropagation());
  }

  #group(source, title) {
    const inside = this.columns.all.filter((column) => column.source === source);
    if (inside.length === 0) return null;
    const lines = inside.map((column) => {
      const box = make("input", { type: "checkbox", onchange: () => this.#onTick(column.name, box.checked) });
      this.boxes.set(column.name, box);
      const words = make("span", { dir: "auto", text: column.title });
      const finds = make("span", { class: "quiet", text: column.finds });
      const line = make("label", { class: "choice" }, box, words, finds);
      line.title = column.name;
      line.said = column.title;
      return line;
    });
    return make("fieldset", {}, make("legend", { text: title }), ...lines);
  }

  open(names) {
    this.names = names;
    this.#write();
    this.field.value = "";
    this.#filter();
    this.node.showModal();
    this.field.focus();
  }

  #onTick(name, ticked) {
    const others = this.names.filter((one) => one !== name);
    this.#turn(ticked ? [...others, name] : others);
  }

  #turn(names) {
    this.names = names;
    this.#write();
    this.changed(names);
  }

  #write() {
    for (const [name, box] of this.boxes) box.checked = this.names.includes(name);
  }

  #filter() {
    const found = new Set(matches(this.prepared, this.field.value));
    for (const line of this.node.querySelectorAll(".choice")) show(line, found.has(line.said));
    for (const group of this.node.querySelectorAll("fieldset")) {
      show(group, [...group.querySelectorAll(".choice")].some((line) => !line.hidden));
    }
    show(this.none, found.size === 0);
    write(this.none, "No column has that in its name.");
  }
}
