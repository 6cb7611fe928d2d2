/** What is said about a card: labels, the reasons, what moved it up, what was decided before. */

import { children, make, show, write } from "./dom.js";
import { makeLabel, writeLabel } from "./tiles.js";
import { DONE, labelWords, moment } from "./words.js";

const NO_SUGGESTION = "No suggestion on this one: judge for yourself";

export class Verdict {
  constructor() {
    this.given = makeLabel();
    this.suggested = makeLabel();
    this.remark = make("span", { class: "quiet" });
    this.why = make("ul", { class: "why" });
    this.moved = make("span");
    this.earlier = make("ul", { class: "earlier" });
    this.lines = new Map();
    this.node = make(
      "dl",
      { class: "verdict" },
      this.#line("Given label", this.given),
      this.#line("Suggestion", this.suggested, this.remark),
      this.#line("Why here", this.why),
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
    writeLabel(this.given, card.given, "given");
    show(this.suggested, card.suggested !== null);
    if (card.suggested !== null) writeLabel(this.suggested, card.suggested, "suggested");
    write(this.remark, remark(card));
    show(this.lines.get("Why here"), card.why.length > 0);
    fillList(this.why, card.why);
    show(this.lines.get("Moved up"), card.moved !== null);
    write(this.moved, card.moved === null ? "" : movedWords(card.moved));
    show(this.lines.get("Earlier"), card.earlier.length > 0);
    fillList(this.earlier, card.earlier.map(earlierWords));
    this.node.scrollTop = 0;
  }
}

function remark(card) {
  if (card.suggested === null) return NO_SUGGESTION;
  return card.suggested === card.given ? "agrees with the given label" : "";
}

function movedWords({ places, because, said }) {
  const up = places === 1 ? "1 place" : `${places.toLocaleString("en")} places`;
  return `${up}, because ${because}, which is like it, was ${DONE[said] ?? said}`;
}

function earlierWords({ reviewer, action, label, at, note }) {
  const what = action === "relabel" ? `relabelled to ${labelWords(label)}` : (DONE[action] ?? action);
  const said = `${reviewer}: ${what}`;
  return [said, moment(at), note ? `“${note}”` : ""].filter(Boolean).join(" · ");
}

function fillList(list, lines) {
  const items = children(list, lines.length, () => make("li", { dir: "auto" }));
  lines.forEach((line, place) => write(items[place], line));
}
