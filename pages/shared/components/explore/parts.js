/** The parts of a choice in words: what a chip says. */

import { short } from "./svg.js";

/** Names told in full before the rest is only counted. */
const TOLD = 3;

/** A column's title, for a person. */
export function titleOf(page, name) {
  return page.about.columns.find((column) => column.name === name)?.title ?? name;
}

/** What a value of a column is called; null is none. */
export function nameOf(page, column, value) {
  if (value === null) return "none";
  const ours = page.about.columns.some(({ name, source }) => name === column && source === "ours");
  if (!ours) return value === "" ? "(empty)" : value;
  return (column.startsWith("verdict") ? page.about.verdicts[value] : page.about.names[value]) ?? value;
}

/** "given label: cat, dog", "self-confidence below 0.2", "text contains “refund”". */
export function partWords(page, part) {
  const title = titleOf(page, part.column);
  if (part.names) {
    const told = part.names.slice(0, TOLD).map((name) => nameOf(page, part.column, name));
    const rest = part.names.length - told.length;
    return `${title}: ${told.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  }
  if (part.words !== undefined) {
    return part.how === "regex" ? `${title} matches /${part.words}/` : `${title} contains “${part.words}”`;
  }
  return `${title} ${rangeWords(part)}`;
}

/** "below 0.2", "from 0.2", "0.2 to 0.4". */
export function rangeWords({ low, high }) {
  if (low === null && high === null) return "any number";
  if (low === null) return `below ${short(high)}`;
  if (high === null) return `from ${short(low)}`;
  return `${short(low)} to ${short(high)}`;
}
