/** A table of one column's groups: sizes, suspects, and whose scores differ. A click filters. */

import { make, show, write } from "../shared/dom.js";
import { count } from "../review/words.js";
import { pick, pickedOf } from "./bars.js";
import { nameOf } from "./parts.js";
import { short } from "./svg.js";

const HEADS = [
  ["name", "group", "The group"],
  ["rows", "rows", "Rows: of what is selected, or of all that passes"],
  ["suspected", "suspected", "Rows for which another label is likelier than the given one"],
  ["found", "found", "Rows relabelled or dropped so far"],
  ["share", "share", "Suspected rows over all rows of the group"],
  ["mean", "mean", "Mean of the default score; an arrow where it differs from that of all rows by more than chance"],
];
const STEP = 50;

export class Groups {
  constructor(page, { columns: [name], title }, again) {
    this.page = page;
    this.name = name;
    this.title = title;
    this.again = again;
    this.sort = { sort: "suspected", rising: false };
    this.most = null;
    const heads = HEADS.map(([by, words, about]) => {
      const button = make("button", { type: "button", class: "quiet-button", title: about, text: words, onclick: () => this.#sortBy(by) });
      return make("th", { scope: "col", "data-by": by }, button);
    });
    this.body = make("tbody");
    this.table = make("table", { class: "groups number" }, make("thead", {}, make("tr", {}, ...heads)), this.body);
    this.more = make("button", { type: "button", class: "quiet-button", onclick: () => this.#showMore() });
    this.clear = make("button", { type: "button", class: "quiet-button", text: "Clear", "aria-label": `Clear ${title}`, onclick: () => page.state.withPart(name) });
    this.said = make("span", { class: "quiet" });
    const foot = make("div", { class: "foot" }, this.more, this.clear, this.said);
    this.node = make("div", { class: "drawn" }, make("div", { class: "across", tabindex: "0", role: "region", "aria-label": title }, this.table), foot);
  }

  fill(answer) {
    const { groups, more, score } = answer;
    const picked = pickedOf(this.page, this.name);
    const focused = this.node.getRootNode().activeElement?.dataset?.group;
    this.body.replaceChildren(...groups.map((group, place) => this.#row(group, place, picked, score)));
    this.body.querySelector(`[data-group="${focused}"]`)?.focus();
    for (const head of this.table.tHead.rows[0].cells) {
      const { by } = head.dataset;
      show(head, by !== "mean" || score !== null);
      if (by === this.sort.sort) head.setAttribute("aria-sort", this.sort.rising ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
    show(this.more, more > 0);
    write(this.more, `… ${count(more)} more`);
    show(this.clear, picked.length > 0);
    write(this.said, score === null || score.overall === null ? "" : `mean ${score.title} of all: ${short(score.overall)}; ${score.first} first`);
  }

  #row(group, place, picked, score) {
    const words = nameOf(this.page, this.name, group.name);
    const choose = (event) => pick(this.page, this.name, group.name, event.shiftKey || event.ctrlKey || event.metaKey);
    const button = make("button", { type: "button", class: `quiet-button words${group.name === null ? " none" : ""}`, dir: "auto", title: words, "data-group": place, "aria-pressed": String(picked.includes(group.name)), text: words, onclick: choose });
    const cells = [group.rows, group.suspected, group.found].map((number) => make("td", { text: count(number) }));
    cells.push(make("td", { text: group.share === null ? "–" : `${(group.share * 100).toFixed(1)} %` }));
    if (score !== null) cells.push(meanCell(group, score));
    return make("tr", {}, make("th", { scope: "row" }, button), ...cells);
  }

  #sortBy(by) {
    const rising = this.sort.sort === by ? !this.sort.rising : by === "name";
    this.sort = { sort: by, rising };
    this.#again();
  }

  #showMore() {
    this.most = (this.most ?? 0) + STEP;
    this.#again();
  }

  #again() {
    this.again(this.most === null ? this.sort : { ...this.sort, most: this.most });
  }
}

/** The mean, and an arrow where it lies apart; what lies at the suspicious end stands out. */
function meanCell({ mean, differs }, { first }) {
  const cell = make("td", { text: mean === null ? "–" : short(Number(mean.toPrecision(3))) });
  if (!differs) return cell;
  const worse = (differs > 0) === (first === "highest");
  const words = `${differs > 0 ? "above" : "below"} the mean of all by more than chance`;
  cell.append(make("span", { class: `apart${worse ? " worse" : ""}`, title: words, role: "img", "aria-label": words, text: differs > 0 ? " ▲" : " ▼" }));
  return cell;
}
