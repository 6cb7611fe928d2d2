/** Words and numbers as the rest of the application writes them. */

export const DONE = {
  keep: "kept",
  relabel: "relabelled",
  drop: "dropped",
  skip: "skipped",
  flag: "flagged",
  adjudicate: "needs adjudication",
  undecided: "undecided",
  undo: "undone",
};

/** A label, or the words for its absence. */
export const labelWords = (name) => name ?? "no label";

export const count = (number) => number.toLocaleString("en");

/** "1 decision", "2,000 decisions". */
export const several = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** What a decision did: "digit-0012 relabelled: 4 → 9". */
export function told(decision, given) {
  const { action, ids, label } = decision;
  const into = label === null ? "" : `→ ${label}`;
  if (ids.length === 0) return "Last decision undone";
  if (action === "undo") {
    return ids.length === 1 ? `${ids[0]} is open again` : `${count(ids.length)} examples are as before`;
  }
  const who = ids.length === 1 ? ids[0] : several(ids.length, "example");
  if (ids.length > 1) return `${who} ${DONE[action]} ${into}`.trim();
  const change = given === undefined ? into : `${labelWords(given)} ${into}`;
  return change.trim() ? `${who} ${DONE[action]}: ${change.trim()}` : `${who} ${DONE[action]}`;
}

/** A moment of the log, in the reader's own time zone. */
export function moment(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  return at.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

/** What a card is about, for a screen reader. */
export function announced(card) {
  const place = card.place === null ? "Next card" : `Card ${count(card.place)}`;
  const given = `given ${labelWords(card.given)}`;
  return [place, given, card.suggested === null ? "no suggestion" : `suggested ${card.suggested}`].join(", ");
}
