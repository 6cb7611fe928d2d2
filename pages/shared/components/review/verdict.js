/** What is said about a card: labels, the reasons, what moved it up, what was decided before. */

import { children, make, show, write } from "../shared/dom.js";
import { makeLabel, writeLabel } from "./tiles.js";
import { rankWords } from "./pair.js";
import { moment } from "./words.js";

const NO_SUGGESTION = "No suggestion on this one: judge for yourself";

export class Verdict {
  constructor(wording) {
    this.wording = wording;
    this.given = makeLabel();
    this.suggested = makeLabel();
    this.remark = make("span", { class: "quiet" });
    this.why = make("ul", { class: "why" });
    this.ranks = make("ul", { class: "number" });
    this.moved = make("span");
    this.earlier = make("ul", { class: "earlier" });
    this.lines = new Map();
    this.node = make(
      "dl",
      { class: "verdict" },
      this.#line(wording.given, this.given),
      this.#line("Suggestion", this.suggested, this.remark),
      this.#line("Why here", this.why),
      this.#line("Ranks", this.ranks),
      this.#line("Moved up", this.moved),
      this.#line("Earlier", this.earlier),
    );
  }

  #line(title, ...content) {
    const line = make("div", {}, make("dt", { text: title }), make("dd", {}, ...content));
    this.lines.set(title, line);
    return line;
  }

  fill(card) {
    this.#fillLabels(card);
    write(this.remark, remark(card));
    show(this.lines.get("Why here"), card.why.length > 0);
    fillList(this.why, card.why);
    const ranks = card.pair?.ranks ?? [];
    show(this.lines.get("Ranks"), ranks.length > 0);
    fillList(this.ranks, ranks.map(rankWords));
    show(this.lines.get("Moved up"), card.moved !== null);
    write(this.moved, card.moved === null ? "" : movedWords(card.moved, this.wording));
    // Of a dispute the last words stand above.
    show(this.lines.get("Earlier"), card.earlier.length > 0 && !card.dispute);
    fillList(this.earlier, card.earlier.map((one) => earlierWords(one, card, this.wording)));
    this.node.scrollTop = 0;
  }

  #fillLabels(card) {
    const { wording } = this;
    const [known, role] = card.pair ? [wording.soFar(card), ""] : [wording.label(card.given), "given"];
    writeLabel(this.given, card.given, role, known);
    show(this.suggested, card.suggested !== null);
    if (card.suggested === null) return;
    writeLabel(this.suggested, card.suggested, "suggested", wording.label(card.suggested));
  }
}

function remark(card) {
  if (card.suggested === null) return NO_SUGGESTION;
  return card.suggested === card.given ? (card.pair ? "as it is known" : "agrees with the given label") : "";
}

function movedWords({ places, because, said }, wording) {
  const up = places === 1 ? "1 place" : `${places.toLocaleString("en")} places`;
  return `${up}, because ${because}, which is like it, was ${wording.done[said] ?? said}`;
}

function earlierWords({ reviewer, action, label, at, note }, card, wording) {
  const said = `${reviewer}: ${wording.said({ action, label }, card)}`;
  return [said, moment(at), note ? `“${note}”` : ""].filter(Boolean).join(" · ");
}

function fillList(list, lines) {
  const items = children(list, lines.length, () => make("li", { dir: "auto" }));
  lines.forEach((line, place) => write(items[place], line));
}
