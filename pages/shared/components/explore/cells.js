/** One line of the table: its cells, made once for a set of columns and filled with row after row. */

import { make, show, write } from "../shared/dom.js";
import { showPicture } from "../review/pictures.js";
import { makeLabel, writeLabel } from "../review/tiles.js";

/** Decisions by a press, with the command whose key does the same. */
export const ACTIONS = [
  ["keep", "✓"],
  ["drop", "✕"],
  ["flag", "⚑"],
];

/** A line for these columns; wording says what labels and verdicts are called. */
export function makeLine(columns, wording) {
  const cells = columns.map((column) => makeCell(column, wording));
  const node = make("div", { class: "line", role: "row" }, ...cells);
  node.cells = cells;
  return node;
}

function makeCell(column, wording) {
  const facts = { class: `cell ${column.kind}`, role: "gridcell", "data-title": column.short ?? column.title };
  const node = make("div", facts, ...(PARTS[column.kind] ?? PARTS.category)(column, wording));
  node.column = column;
  return node;
}

const button = (attributes, ...parts) =>
  make("button", { type: "button", tabindex: "-1", ...attributes }, ...parts);
const words = (attributes = {}) => make("span", { dir: "auto", ...attributes });
const folded = (kind = "folded") => make("div", { class: kind, dir: "auto", "data-do": "unfold" });
const number = () => make("span", { class: "number" });

const PARTS = {
  tick: () => [button({ role: "checkbox", class: "ticking", "aria-checked": "false", "data-do": "tick" })],
  image: () => [make("img", { decoding: "async", draggable: "false", alt: "" })],
  text: () => [folded("asked"), folded()],
  tagged: ({ role }) => {
    if (role !== "label_now") return [makeLabel()];
    const turn = make("span", { class: "turn", "aria-hidden": "true", text: "⌄" });
    return [button({ class: "relabel", "data-do": "label" }, makeLabel(), turn)];
  },
  verdict: () => [words(), make("b", { class: "mark" })],
  score: () => [number(), make("span", { class: "gauge", "aria-hidden": "true" }, make("span"))],
  number: () => [number()],
  distance: () => [number()],
  id: () => [words()],
  words: () => [folded()],
  category: () => [words()],
  decide: (column, wording) =>
    ACTIONS.map(([action, sign]) => {
      const title = { keep: wording.keep, drop: wording.drop, flag: "Flag" }[action];
      return button({ class: "quick", "data-do": action, "aria-label": title, title }, sign);
    }),
};

/** Fill a line; row undefined = on its way. said = what was decided here since the row was fetched. */
export function fillLine(line, row, { said, isSaved, wording, verdicts }) {
  line.classList.toggle("coming", row === undefined);
  line.classList.remove("unfolded");
  line.dataset.row = row?.id ?? "";
  const verdict = said?.action ?? row?.verdict;
  line.dataset.verdict = verdict ?? "";
  line.setAttribute("aria-selected", String(Boolean(row?.ticked)));
  if (row === undefined) return;
  const label = labelNow(row, said);
  const facts = { row, said, isSaved, label, verdict, wording, verdicts };
  for (const cell of line.cells) (FILL[cell.column.kind] ?? FILL.category)(cell, facts);
}

const FILL = {
  tick: (cell, { row }) => {
    const [box] = cell.children;
    box.setAttribute("aria-checked", String(row.ticked));
    box.setAttribute("aria-label", `Tick ${row.id}`);
  },
  image: (cell, { row }) => {
    const [image] = cell.children;
    show(image, Boolean(row.picture));
    if (row.picture) showPicture(image, row, "");
  },
  text: (cell, { row }) => {
    const [asked, folded] = cell.children;
    show(asked, Boolean(row.query));
    write(asked, row.query ?? "");
    write(folded, row.text ?? "");
  },
  tagged: (cell, { row, label, said, wording }) => {
    const { role } = cell.column;
    const name = { given: row.given, suggested: row.suggested, label_now: label }[role];
    const isNew = role !== "given" && name !== null && name !== row.given && name === row.suggested;
    const badge = role === "label_now" ? cell.firstChild.firstChild : cell.firstChild;
    const called = name === null && role === "suggested" ? "–" : wording.label(name);
    writeLabel(badge, name, isNew ? "suggested" : "", called);
    if (role !== "label_now") return;
    const waits = said?.saved === null ? ", not saved yet" : "";
    const spoken = `Label in force ${called}${waits}. Change the label of ${row.id}`;
    cell.firstChild.setAttribute("aria-label", spoken);
  },
  verdict: (cell, { said, isSaved, verdict, verdicts }) => {
    const [words, mark] = cell.children;
    write(words, verdict === "undecided" ? "" : (verdicts[verdict] ?? verdict));
    const waits = said?.saved === null;
    write(mark, waits ? "…" : isSaved ? "✓" : "");
    mark.title = waits ? "Not saved yet" : isSaved ? "Saved" : "";
    mark.classList.toggle("waiting", waits);
  },
  score: (cell, { row }) => {
    const [number, gauge] = cell.children;
    const share = row.shares[cell.column.name];
    write(number, amount(row.values[cell.column.name]));
    show(gauge, share !== null && share !== undefined);
    gauge.firstChild.style.transform = `scaleX(${share ?? 0})`;
    const more = Number.isFinite(share) ? `More suspicious than ${Math.round(100 * share)} % of all` : "";
    cell.title = more && `${cell.column.title}: ${more.toLowerCase()}`;
  },
  number: (cell, { row }) => write(cell.firstChild, amount(row.values[cell.column.name])),
  distance: (cell, { row }) => write(cell.firstChild, amount(row.distance)),
  id: (cell, { row }) => {
    write(cell.firstChild, row.id);
    cell.title = row.id;
  },
  category: (cell, { row }) => fillWords(cell, row),
  words: (cell, { row }) => fillWords(cell, row),
  decide: (cell, { verdict }) => {
    for (const one of cell.children) one.setAttribute("aria-pressed", String(one.dataset.do === verdict));
  },
};

function fillWords(cell, row) {
  const value = row.values[cell.column.name];
  const words = value === null || value === undefined ? "" : String(value);
  write(cell.firstChild, words);
  cell.title = words.slice(0, 200);
}

/** The label in force of a row, of which something newer may have been said here. */
export function labelNow(row, said) {
  if (said?.action === "relabel") return said.label;
  return said?.action === "keep" ? row.given : row.label;
}

/** A number as short as it can be told apart; what is not known is a dash. */
export function amount(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value)) return value.toLocaleString("en", { useGrouping: size >= 10_000 });
  return size >= 1e5 || size < 1e-3 ? value.toExponential(2) : value.toPrecision(3);
}
