/** One row closer: all of it, and the rows nearest to it, beside the page and not instead of it. */

import { children, make, makeClose, show, write } from "../shared/dom.js";
import { fillFields } from "../review/example.js";
import { far } from "../review/evidence.js";
import { showPicture } from "../review/pictures.js";
import { fillTile, makeLabel, makeTile, writeLabel } from "../review/tiles.js";
import { moment } from "../review/words.js";
import { Query } from "../review/pair.js";
import { Judging } from "./judging.js";
import { amount } from "./cells.js";

export class Closer {
  /** hands: {step(by), enlarge(row), like(id), select(ids), go(id), close(), decide…}; see table.js. */
  constructor(page, wording, decisions, hands) {
    Object.assign(this, { page, wording, decisions, hands });
    this.row = null;
    this.title = make("h2", { dir: "auto", tabindex: "-1" });
    const step = (by, sign, words) =>
      make("button", { type: "button", class: "quiet-button", "aria-label": words, title: words, onclick: () => hands.step(by), text: sign });
    const walk = make("div", { class: "walk" }, step(-1, "↑", "The row before (↑)"), step(1, "↓", "The next row (↓)"), makeClose("Close (Escape)", () => hands.close()));
    this.image = make("img", { draggable: "false" });
    const enlarge = () => hands.enlarge(this.row);
    this.picture = make("button", { type: "button", class: "picture", "aria-label": "Enlarge (Z)", onclick: enlarge }, this.image);
    this.text = make("div", { class: "text", dir: "auto", tabindex: "0", role: "group", "aria-label": "Text" });
    this.fields = make("dl", { class: "fields" });
    this.query = new Query();
    this.labels = make("dl", { class: "labels" });
    this.why = make("ul", { class: "why" });
    this.judging = new Judging(wording, (action, label, event) => this.#decide(action, label, event.timeStamp), hands);
    this.nearTitle = make("h3");
    this.near = make("div", { class: "near-grid", role: "group", "aria-label": wording.near });
    const select = () => hands.select([this.row.id, ...this.row.neighbours.map((one) => one.id)]);
    this.select = make("button", { type: "button", class: "quiet-button", text: "Select these", onclick: select });
    this.like = make("button", { type: "button", class: "quiet-button", text: "Sort all by nearness to this", onclick: () => hands.like(this.row.id) });
    this.review = make("a", { class: "link", text: "Review this one" });
    const tools = make("div", { class: "tools" }, this.select, this.like, this.review);
    this.values = make("div", { class: "values" });
    this.earlier = make("ul", { class: "earlier" });
    this.nobody = make("p", { class: "quiet", text: "Nobody has decided on it." });
    this.coming = make("p", { class: "quiet", role: "status", text: "Looking at the row …" });
    this.body = make(
      "div", { class: "inside" }, this.query.node, this.picture, this.text, this.fields, this.labels, this.why, this.judging.node,
      make("section", {}, this.nearTitle, this.near, tools),
      make("section", {}, make("h3", { text: "Decisions on it" }), this.earlier, this.nobody),
      make("section", {}, make("h3", { text: "Columns and scores" }), this.values),
    );
    this.node = make(
      "aside", { class: "closer", popover: "manual", "aria-label": "One row closer", onkeydown: (event) => hands.key(event) },
      make("div", { class: "head" }, this.title, walk), this.coming, this.body,
    );
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
      show(this.body, false);
      show(this.coming, true);
      write(this.coming, "Looking at the row …");
    }
    const answer = await this.page.ask("one_row", { id });
    if (this.wanted !== id) return;
    if (answer === undefined) return write(this.coming, "This row is not to be had. See the line above.");
    const isOther = this.row?.id !== id;
    this.asked = performance.now();
    this.row = answer;
    if (isOther) this.since = this.asked;
    this.fill();
    this.node.dataset.row = id;
    if (isOther) this.node.scrollTop = 0;
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
    const { row, wording } = this;
    if (row === null) return;
    show(this.coming, false);
    show(this.body, true);
    write(this.title, row.id);
    show(this.query.node, Boolean(row.pair));
    if (row.pair) this.query.fill(row);
    show(this.picture, Boolean(row.picture));
    if (row.picture) showPicture(this.image, row, `Example ${row.id}`);
    show(this.text, Boolean(row.text));
    if (this.text.textContent !== (row.text ?? "")) this.text.textContent = row.text ?? "";
    show(this.fields, Boolean(row.fields));
    fillFields(this.fields, row.fields ?? []);
    const said = this.decisions.newer(row.id, this.asked);
    const label = said ? (said.action === "relabel" ? said.label : said.action === "keep" ? row.given : row.label) : row.label;
    const verdict = said?.action ?? row.verdict;
    this.#writeLabels([
      [wording.given, row.given, ""],
      ["Suggested", row.suggested, row.suggested !== null && row.suggested !== row.given ? "suggested" : ""],
      ["In force", label, ""],
    ], verdict, said?.saved === null);
    const reasons = children(this.why, row.why.length, () => make("li", { dir: "auto" }));
    row.why.forEach((one, place) => write(reasons[place], one));
    this.judging.fill(row, verdict, label);
    this.#fillNear();
    this.#fillValues();
    this.#fillEarlier();
    this.review.href = `${this.page.data.reviewUrl}&card=${encodeURIComponent(row.id)}`;
  }

  #writeLabels(labels, verdict, waits) {
    const make2 = () => make("div", {}, make("dt"), make("dd", {}, makeLabel()));
    const rows = children(this.labels, labels.length + 1, make2);
    labels.forEach(([title, name, colour], place) => {
      write(rows[place].firstChild, title);
      const words = name === null && title === "Suggested" ? "–" : this.wording.label(name);
      writeLabel(rows[place].lastChild.firstChild, name, colour, words);
    });
    const [title, words] = rows.at(-1).children;
    write(title, "Verdict");
    const called = this.page.about.verdicts[verdict] ?? verdict;
    writeLabel(words.firstChild, verdict === "undecided" ? null : verdict, "", waits ? `${called} …` : called);
  }

  #fillNear() {
    const { neighbours } = this.row;
    const all = neighbours.length;
    write(this.nearTitle, all ? `${this.wording.near}, their labels and distances` : "It has no neighbours.");
    this.near.classList.toggle("texts", !neighbours.some((one) => one.picture));
    const tiles = children(this.near, all, () => {
      const tile = makeTile("button", { type: "button", onclick: () => this.hands.go(tile.dataset.id) });
      return tile;
    });
    neighbours.forEach((one, place) => {
      fillTile(tiles[place], one, far(one), this.wording.label(one.label));
      tiles[place].dataset.id = one.id;
    });
    show(this.select, all > 0);
    show(this.like, all > 0 && this.hands.near);
  }

  #fillValues() {
    const { values } = this.row;
    const create = () => {
      const gauge = make("span", { class: "gauge", "aria-hidden": "true" }, make("span"));
      return make("div", { class: "value" }, make("span", { class: "name", dir: "auto" }), gauge, make("span", { class: "number", dir: "auto" }));
    };
    const lines = children(this.values, values.length, create);
    values.forEach(({ title, value, share }, place) => {
      const [name, gauge, number] = lines[place].children;
      write(name, title);
      show(gauge, share !== null);
      gauge.firstChild.style.transform = `scaleX(${share ?? 0})`;
      write(number, value === null ? "–" : typeof value === "number" ? amount(value) : String(value));
      lines[place].title = share === null ? title : `${title}: more suspicious than ${Math.round(100 * share)} % of all`;
    });
  }

  #fillEarlier() {
    const { earlier } = this.row;
    show(this.nobody, earlier.length === 0);
    const lines = children(this.earlier, earlier.length, () => make("li", { dir: "auto" }));
    earlier.forEach((one, place) => {
      const note = one.note ? `: “${one.note}”` : "";
      write(lines[place], `${one.reviewer} ${this.wording.said(one, this.row)}, ${moment(one.at)}${note}`);
    });
  }

  /** What a command of the keyboard means here; false = nothing. */
  press(command, event) {
    if (this.row === null) return false;
    const found = this.judging.meaning(command);
    if (found === null) return false;
    this.#decide(...found, event.timeStamp);
    return true;
  }

  #decide(action, label, time) {
    // A key that went down before this row was there was meant for another one.
    if (this.row === null || time < this.since) return;
    const seconds = (time - this.since) / 1000;
    const { id, ticket, given } = this.row;
    this.decisions.decide([id], action, label, { ticket, seconds, given });
    this.fill();
  }
}
