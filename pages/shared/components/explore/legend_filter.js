/** From a click on a group of the legend to a filter. */

import { Legend } from "./legend.js";

/** Whether the filter is by this group: an entry {name, sql}. */
export function isFilteredBy(legend, choice, { name, sql }) {
  if (sql) return choice.typed === sql;
  return namesOf(legend, choice).includes(name);
}

/**
 * The change: {typed} where the group is a condition in words, else {part}, null = no longer filtered by.
 * more: this group too, or this one no longer, and the others as they are.
 */
export function filteredBy(legend, choice, entry, more) {
  const on = isFilteredBy(legend, choice, entry);
  if (entry.sql) {
    const ours = [...legend.sql, legend.noneSql];
    if (on) return { typed: "" };
    return { typed: !choice.typed || ours.includes(choice.typed) ? entry.sql : `(${choice.typed}) AND ${entry.sql}` };
  }
  const names = namesOf(legend, choice);
  const others = names.filter((one) => one !== entry.name);
  let next = [entry.name];
  if (more) next = on ? others : [...names, entry.name];
  else if (on && others.length === 0) next = [];
  return { part: next.length ? { column: legend.column, names: next } : null };
}

const namesOf = ({ column }, { parts }) => parts.find((part) => part.column === column)?.names ?? [];

/** The legend of the map, whose entries filter the page. */
export class FilterLegend {
  constructor({ state }, data) {
    this.state = state;
    this.data = data;
    this.legend = new Legend((entry, more) => this.#filterBy(entry, more));
    this.node = this.legend.node;
  }

  /** Name of the column that gives the colours; undefined while there is none. */
  write() {
    const { legend, dark } = this.data;
    if (legend) this.legend.write(legend, dark, (entry) => isFilteredBy(legend, this.state.choice, entry));
    return legend?.by;
  }

  #filterBy(entry, more) {
    const { legend } = this.data;
    const change = filteredBy(legend, this.state.choice, entry, more);
    if (change.typed !== undefined) this.state.choose(change);
    else this.state.withPart(legend.column, change.part);
  }
}
