/** One row closer: all of it, and the rows nearest to it, beside the page and not instead of it. */

import { fillFields } from "../review/example.js";
import { Query } from "../review/pair.js";
import { showPicture } from "../review/pictures.js";
import { makeLabel, writeLabel } from "../review/tiles.js";
import { children, make, makeClose, show, write } from "../shared/dom.js";
import { labelNow } from "./cells.js";
import { Known, Near } from "./closer_parts.js";
import { Judging } from "./judging.js";

const NOT_THERE = "This row is not to be had. The line at the top of the page says why.";

const quiet = (words, sign, onclick) =>
  make("button", { type: "button", class: "quiet-button", "aria-label": words, title: words, onclick, text: sign });

export class Closer {
  /** hands: see `Hands.closer`. */
  constructor(page, wording, decisions, hands) {
    Object.assign(this, { page, wording, decisions, hands });
    this.row = null;
    this.title = make("h2", { dir: "auto", tabindex: "-1" });
    const before = quiet("The row before (↑)", "↑", () => hands.step(-1));
    const after = quiet("The next row (↓)", "↓", () => hands.step(1));
    const close = makeClose("Close (Escape)", () => hands.close());
    const head = make("div", { class: "head" }, this.title, make("div", { class: "walk" }, before, after, close));
    this.image = make("img", { draggable: "false" });
    const enlarge = () => hands.enlarge(this.row);
    const named = { type: "button", class: "picture", "aria-label": "Enlarge (Z)", onclick: enlarge };
    this.picture = make("button", named, this.image);
    const spoken = { dir: "auto", tabindex: "0", role: "group", "aria-label": "Text" };
    this.text = make("div", { class: "text", ...spoken });
    this.fields = make("dl", { class: "fields" });
    this.query = new Query();
    this.labels = make("dl", { class: "labels" });
    this.why = make("ul", { class: "why" });
    const decide = (action, label, event) => this.#decide(action, label, event.timeStamp);
    this.judging = new Judging(wording, decide, hands);
    this.near = new Near(page, wording, hands);
    this.known = new Known(wording);
    this.coming = make("p", { class: "quiet", role: "status" });
    const example = [this.query.node, this.picture, this.text, this.fields];
    const said = [this.labels, this.why, this.judging.node, this.near.node, ...this.known.nodes];
    this.body = make("div", { class: "inside" }, ...example, ...said);
    const facts = { class: "closer", popover: "manual", "aria-label": "One row closer" };
    this.node = make("aside", { ...facts, onkeydown: hands.key }, head, this.coming, this.body);
  }

  get isOpen() {
    return this.node.matches(":popover-open");
  }

  /** Show the row with an id; focus: the keyboard goes there as well. */
  async open(id, focus) {
    this.wanted = id;
    if (this.node.isConnected && !this.isOpen) this.node.showPopover();
    if (focus) this.title.focus({ preventScroll: true });
    if (this.row?.id !== id) {
      write(this.title, id);
      this.row = null;
      this.node.dataset.row = "";
      show(this.body, false);
      show(this.coming, true);
      write(this.coming, "Looking at the row …");
    }
    const asked = performance.now();
    const answer = await this.page.ask("one_row", { id });
    if (this.wanted !== id) return;
    if (answer === undefined) return write(this.coming, NOT_THERE);
    const isOther = this.row === null;
    this.asked = asked;
    this.row = answer;
    this.fill();
    this.node.dataset.row = id;
    if (!isOther) return;
    this.since = performance.now();
    this.node.scrollTop = 0;
  }

  hide() {
    this.wanted = null;
    this.row = null;
    this.node.dataset.row = "";
    if (this.isOpen) this.node.hidePopover();
  }

  /** The same row anew: something was decided. */
  refresh() {
    if (this.isOpen && this.wanted) this.open(this.wanted, false);
  }

  fill() {
    const { row, page } = this;
    if (row === null) return;
    show(this.coming, false);
    show(this.body, true);
    write(this.title, row.id);
    this.#fillExample(row);
    const said = this.decisions.newer(row.id, this.asked);
    const label = labelNow(row, said);
    const verdict = said?.action ?? row.verdict;
    this.#fillLabels(row, label, verdict, said?.saved === null);
    const reasons = children(this.why, row.why.length, () => make("li", { dir: "auto" }));
    row.why.forEach((one, place) => write(reasons[place], one));
    this.judging.fill(row, verdict, label);
    this.near.fill(row, `${page.data.reviewUrl}&card=${encodeURIComponent(row.id)}`);
    this.known.fill(row);
  }

  #fillExample(row) {
    show(this.query.node, Boolean(row.pair));
    if (row.pair) this.query.fill(row);
    show(this.picture, Boolean(row.picture));
    if (row.picture) showPicture(this.image, row, `Example ${row.id}`);
    show(this.text, Boolean(row.text));
    write(this.text, row.text ?? "");
    show(this.fields, Boolean(row.fields));
    fillFields(this.fields, row.fields ?? []);
  }

  #fillLabels(row, label, verdict, waits) {
    const { wording, page } = this;
    const differs = row.suggested !== null && row.suggested !== row.given;
    const called = page.about.verdicts[verdict] ?? verdict;
    const likely = row.suggested === null ? "–" : wording.label(row.suggested);
    const lines = [
      [wording.given, row.given, "", wording.label(row.given)],
      ["Suggested", row.suggested, differs ? "suggested" : "", likely],
      ["In force", label, "", wording.label(label)],
      ["Verdict", verdict === "undecided" ? null : verdict, "", waits ? `${called} …` : called],
    ];
    const create = () => make("div", {}, make("dt"), make("dd", {}, makeLabel()));
    const rows = children(this.labels, lines.length, create);
    lines.forEach(([title, name, colour, words], place) => {
      write(rows[place].firstChild, title);
      writeLabel(rows[place].lastChild.firstChild, name, colour, words);
    });
  }

  /** What a command of the keyboard does here; false = nothing. */
  press(command, event) {
    const meant = this.row === null ? null : this.judging.meaning(command);
    if (meant === null) return false;
    this.#decide(...meant, event.timeStamp);
    return true;
  }

  #decide(action, label, time) {
    // A key that went down before this row was there was meant for another one.
    if (this.row === null || time < this.since) return;
    const { id, ticket, given } = this.row;
    this.decisions.decide([id], action, label, { ticket, seconds: (time - this.since) / 1000, given });
    this.fill();
  }
}
