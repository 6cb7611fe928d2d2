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
  const facts = { class: `cell ${column.kind}`, role: "gridcell", "data-title": column.title };
  const node = make("div", facts, ...(PARTS[column.kind] ?? PARTS.category)(column, wording));
  node.column = column;
  return node;
}

const button = (attributes, ...parts) => make("button", { type: "button", tabindex: "-1", ...attributes }, ...parts);

const PARTS = {
  tick: () => [button({ role: "checkbox", class: "ticking", "aria-checked": "false", "aria-label": "Ticked", "data-do": "tick" })],
  image: () => [make("img", { decoding: "async", draggable: "false", alt: "" })],
  text: () => [make("div", { class: "asked", dir: "auto", "data-do": "unfold" }), make("div", { class: "folded", dir: "auto", "data-do": "unfold" })],
  tagged: ({ role }) =>
    role === "label_now"
      ? [button({ class: "relabel", "data-do": "label" }, makeLabel(), make("span", { class: "turn", "aria-hidden": "true", text: "⌄" }))]
      : [makeLabel()],
  verdict: () => [make("span", { dir: "auto" }), make("b", { class: "mark" })],
  score: () => [make("span", { class: "number" }), make("span", { class: "gauge", "aria-hidden": "true" }, make("span"))],
  number: () => [make("span", { class: "number" })],
  distance: () => [make("span", { class: "number" })],
  id: () => [make("span", { dir: "auto" })],
  words: () => [make("div", { class: "folded", dir: "auto", "data-do": "unfold" })],
  category: () => [make("span", { dir: "auto" })],
  decide: (column, wording) =>
    ACTIONS.map(([action, sign]) => {
      const words = { keep: wording.keep, drop: wording.drop, flag: "Flag" }[action];
      return button({ class: "quick", "data-do": action, "aria-label": words, title: words }, sign);
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
  const label = said ? (said.action === "relabel" ? said.label : said.action === "keep" ? row.given : row.label) : row.label;
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
    const name = role === "given" ? row.given : role === "suggested" ? row.suggested : label;
    const differs = role === "suggested" ? name !== row.given : name !== null && name === row.suggested && name !== row.given;
    const colour = role === "given" ? "" : differs ? "suggested" : "";
    const badge = role === "label_now" ? cell.firstChild.firstChild : cell.firstChild;
    const words = name === null && role === "suggested" ? "–" : wording.label(name);
    writeLabel(badge, name, colour, words);
    if (role !== "label_now") return;
    const waits = said?.saved === null ? ", not saved yet" : "";
    cell.firstChild.setAttribute("aria-label", `Label in force ${words}${waits}. Change the label of ${row.id}`);
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
  decide: (cell, { row, verdict }) => {
    for (const one of cell.children) one.setAttribute("aria-pressed", String(one.dataset.do === verdict && row !== undefined));
  },
};

function fillWords(cell, row) {
  const value = row.values[cell.column.name];
  const words = value === null || value === undefined ? "" : String(value);
  write(cell.firstChild, words);
  cell.title = words.slice(0, 200);
}

/** A number as short as it can be told apart; what is not known is a dash. */
export function amount(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value)) return value.toLocaleString("en", { useGrouping: Math.abs(value) >= 10_000 });
  return Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toPrecision(3);
}
