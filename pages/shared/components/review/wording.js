/** What rows, labels and verdicts are called here: those of examples, or of pairs of query and passage. */

import { disputeWords } from "./dispute.js";
import { DONE, PAIR_DONE, count, labelWords, several } from "./words.js";

const EXAMPLE = {
  unit: "example",
  given: "Given label",
  keep: "Keep",
  drop: "Drop",
  near: "Nearest examples",
  speaks: { against: "Speak against the given label", for: "Speak for it" },
  alike: "More like this",
  dropTitle: "Drop the example",
  commands: {},
  done: DONE,
};
const PAIR = {
  unit: "pair",
  given: "So far",
  keep: "Not relevant",
  drop: "Duplicate",
  near: "Nearest other candidates of this query",
  speaks: { against: "Say that it is relevant", for: "Say that it is not" },
  alike: "More like this passage",
  dropTitle: "A duplicate of a known positive",
  commands: {
    accept: "Relevant: the suggested grade",
    keep: "Not relevant: as it is judged",
    drop: "Duplicate of a known positive",
    alike: "Passages like this one",
    find: "Find a grade",
  },
  done: PAIR_DONE,
};

/** "1 · relevant" as a sentence of its own: "Relevant". */
function meaning(name) {
  const words = name.slice(name.indexOf("·") + 1).trim();
  return words.charAt(0).toLocaleUpperCase("en") + words.slice(1);
}

export class Wording {
  /** data of the component: {unit, classes, names: by class what it is called}. */
  constructor({ unit = "example", classes, names = {} }) {
    Object.assign(this, unit === "pair" ? PAIR : EXAMPLE);
    this.names = new Map(Object.entries(names));
    this.hasTwoGrades = classes.length === 2;
  }

  get isPair() {
    return this.unit === "pair";
  }

  /** What a label is called. */
  label(name) {
    return this.names.get(name) ?? (this.isPair && name === null ? "not judged" : labelWords(name));
  }

  /** Whether a pair is known to be relevant: then keeping it is not saying that it is not. */
  #isRelevant(name) {
    return this.isPair && Number(name) > 0;
  }

  /** What keeping the given label says. */
  keepButton(card) {
    return this.#isRelevant(card.given) ? "As it is" : this.keep;
  }

  /** The same, with the label that is kept. */
  keepTitle(card) {
    if (!this.isPair) return `Keep ${this.label(card.given)}`;
    return this.#isRelevant(card.given) ? `Stays ${this.label(card.given)}` : this.keep;
  }

  /** Accepting a suggestion in words. */
  accept({ given, suggested }) {
    if (!this.isPair) return suggested === given ? `Keep ${given}` : `Change to ${suggested}`;
    const name = this.label(suggested);
    if (suggested === given) return `Stays ${name}`;
    return this.hasTwoGrades ? meaning(name) : `Relevant: ${name}`;
  }

  rows(number) {
    return several(number, this.unit);
  }

  /** What a decision did: "digit-0012 relabelled: 4 → 9", "q3/d17: relevant". */
  told(decision, given) {
    const { action, ids, label } = decision;
    if (ids.length === 0) return "Last decision undone";
    const who = ids.length === 1 ? ids[0] : this.rows(ids.length);
    if (action === "undo") {
      return ids.length === 1 ? `${who} is open again` : `${who} are as before`;
    }
    if (this.isPair) return `${who}: ${this.#verdict(action, label, given)}`;
    const into = label === null ? "" : `→ ${label}`;
    if (ids.length > 1) return `${who} ${DONE[action]} ${into}`.trim();
    const change = given === undefined ? into : `${labelWords(given)} ${into}`;
    return change.trim() ? `${who} ${DONE[action]}: ${change.trim()}` : `${who} ${DONE[action]}`;
  }

  /** What somebody said of a pair; given undefined = not known here. */
  #verdict(action, label, given) {
    if (action === "relabel") return this.label(label);
    const stays = action === "keep" && given !== undefined && this.#isRelevant(given);
    return stays ? `stays ${this.label(given)}` : this.done[action];
  }

  /** An earlier decision on a card. */
  said({ action, label }, card) {
    if (this.isPair) return this.#verdict(action, label, card.given);
    return action === "relabel" ? `relabelled to ${labelWords(label)}` : (DONE[action] ?? action);
  }

  /** What a card is about, for a screen reader. */
  announced(card) {
    const place = card.place === null ? "Next card" : `Card ${count(card.place)}`;
    const given = this.isPair ? this.soFar(card) : `given ${labelWords(card.given)}`;
    const suggested = card.suggested === null ? "no suggestion" : `suggested ${this.label(card.suggested)}`;
    const dispute = card.dispute ? disputeWords(card.dispute) : [];
    return [place, given, suggested, ...dispute].join(", ");
  }

  /** What is known of a pair. */
  soFar({ given, pair }) {
    if (pair.twin !== null) return `${this.label(given)}, for it repeats ${pair.twin}`;
    return pair.judged ? `judged ${this.label(given)}` : "nobody judged it";
  }
}
