/** What was done in this sitting, and where to go from here. */

import { children, make, show, write } from "../shared/dom.js";
import { count, several } from "./words.js";

const ACTIONS = ["relabel", "keep", "drop", "skip", "flag"];

export class Summary {
  constructor(goOn, wording) {
    this.wording = wording;
    this.title = make("h2", { tabindex: "-1" });
    this.said = make("p");
    this.table = make("tbody");
    this.link = make("a", { class: "link", text: "Export the clean copy" });
    this.goOn = make("button", { type: "button", class: "accept", text: "Go on", onclick: goOn });
    const onward = make("div", { class: "main" }, this.goOn, this.link);
    const parts = [this.title, this.said, make("table", {}, this.table), onward];
    this.node = make("section", { class: "summary", hidden: true }, ...parts);
  }

  /** Draw the numbers; `end` = no card is left here. */
  fill({ sitting, progress, end, unsaved, exportUrl }) {
    write(this.title, end ? "No card is left here" : "This sitting");
    write(this.said, endWords(end, progress, unsaved));
    const { actions, decisions, seconds, perMinute } = sitting.summary();
    const made = ACTIONS.filter((action) => actions[action]);
    const lines = [["decisions", count(decisions)]];
    lines.push(...made.map((action) => [this.wording.done[action], count(actions[action])]));
    if (seconds !== null) lines.push(["seconds per decision (median)", seconds.toFixed(1)]);
    if (perMinute !== null) lines.push([this.wording.isPair ? "positives found per minute" : "errors found per minute", perMinute.toFixed(1)]);
    const create = () => make("tr", {}, make("th", { scope: "row" }), make("td"));
    const rows = children(this.table, lines.length, create);
    lines.forEach(([words, number], place) => {
      write(rows[place].children[0], words);
      write(rows[place].children[1], number);
    });
    show(this.goOn, !end);
    this.link.href = exportUrl;
  }
}

function endWords(end, progress, unsaved) {
  const { elsewhere = 0, left = 0 } = progress ?? {};
  const words = [];
  if (end && elsewhere) words.push(`${several(elsewhere, "card")} with other people at the moment.`);
  if (!end) words.push(`${several(left, "card")} left in this view.`);
  const waiting = `${several(unsaved, "decision")} not saved yet: leave this page open.`;
  return [...words, unsaved ? waiting : "Everything is saved."].join(" ");
}
