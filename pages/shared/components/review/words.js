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

/** The same of pairs: what a verdict says of the passage. */
export const PAIR_DONE = {
  ...DONE,
  keep: "not relevant",
  relabel: "grade changed",
  drop: "duplicate of a positive",
};

/** A label, or the words for its absence. */
export const labelWords = (name) => name ?? "no label";

export const count = (number) => number.toLocaleString("en");

/** "1 decision", "2,000 decisions". */
export const several = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** A moment of the log, in the reader's own time zone. */
export function moment(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  return at.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}
