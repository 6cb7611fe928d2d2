/** From a click on a group of the legend to a filter. */

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
