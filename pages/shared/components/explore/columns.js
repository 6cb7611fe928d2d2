/** The columns of the table: which there are, which are shown, how wide, and in which order rows come. */

import { local, readJson } from "../shared/storage.js";

/** Pixels at the least, and how much of what is left: by kind. */
const WIDTHS = {
  tick: [38, 0],
  image: [76, 0],
  text: [210, 5],
  id: [84, 1],
  tagged: [86, 1],
  choosing: [108, 1.2],
  verdict: [78, 0.6],
  score: [82, 0.6],
  number: [84, 0.4],
  category: [96, 0.8],
  words: [170, 2],
  distance: [80, 0],
  decide: [112, 0],
};
/** Our columns of labels, with what their titles say where room is short. */
const LABELS = { given: "given", suggested: "suggested", label_now: "in force" };

/** setup: the server's answer to `table`; about: to `about`. */
export class Columns {
  constructor(about, setup, fingerprint) {
    this.about = about;
    this.setup = setup;
    this.name = `columns/${fingerprint}`;
    this.role = new Map(Object.entries(setup.ours).map(([role, name]) => [name, role]));
    this.byName = new Map(about.columns.map((column) => [column.name, column]));
  }

  /** Names of those that can be chosen, in the order of the dataset. */
  get all() {
    return this.about.columns;
  }

  /** Names chosen here or in the address, else remembered, else the usual ones. */
  chosen(look) {
    const wanted = look.columns ?? readJson(local, this.name, null) ?? this.setup.usual;
    return wanted.filter((name) => this.byName.has(name));
  }

  remember(names) {
    local.write(this.name, JSON.stringify(names));
  }

  /** What the table shows: {name, title, kind, sorts: name to sort by or null, value: of the server}. */
  shown(look) {
    const isPicture = this.about.media === "image";
    const example = isPicture ? { title: "picture", kind: "image" } : { title: "example", kind: "text" };
    const chosen = this.chosen(look).map((name) => this.#shown(name));
    const near = look.sort?.near || look.sort?.words;
    return [
      { name: "", title: "ticked", kind: "tick" },
      { name: "", ...example },
      { name: "", title: "id", kind: "id", sorts: this.setup.id },
      ...(near ? [{ name: "", title: "distance", kind: "distance" }] : []),
      ...chosen,
      { name: "", title: "decide", kind: "decide" },
    ];
  }

  #shown(name) {
    const column = this.byName.get(name);
    const role = this.role.get(name);
    const facts = { name, title: column.title, sorts: column.kind === "other" ? null : name };
    if (role in LABELS) return { ...facts, kind: "tagged", role, short: LABELS[role] };
    if (role === "verdict") return { ...facts, kind: "verdict" };
    const kind = column.source === "score" ? "score" : column.kind;
    return { ...facts, kind: kind === "text" || kind === "other" ? "words" : kind, value: true };
  }

  /** Names whose values the server is to send. */
  values(look) {
    return this.shown(look).filter((column) => column.value).map((column) => column.name);
  }

  /** The order after a press on a title: the telling end first, then the other, then the list's own. */
  next(sorts, sort) {
    const column = this.byName.get(sorts);
    const first = column?.first === "highest" || (column?.kind === "number" && column.source === "yours");
    if (sort?.by !== sorts) return { by: sorts, descending: first };
    return Boolean(sort.descending) === first ? { by: sorts, descending: !first } : null;
  }
}

/** Widths of a line as CSS has them, and pixels at the least. */
export function widths(columns) {
  const all = columns.map(({ kind, role }) => WIDTHS[role === "label_now" ? "choosing" : kind]);
  const template = all.map(([least, share]) => (share ? `minmax(${least}px, ${share}fr)` : `${least}px`));
  return { template: template.join(" "), least: all.reduce((sum, [least]) => sum + least, 0) };
}
