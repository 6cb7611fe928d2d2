/** Near duplicates as groups side by side: keep one of each, or give all the same label. */

import { children, make, show, write } from "../shared/dom.js";
import { fillTile, makeTile } from "../review/tiles.js";
import { several, count } from "../review/words.js";

export class Duplicates {
  /** hands: {closer(id)}. */
  constructor(page, wording, decisions, hands) {
    Object.assign(this, { page, wording, decisions, hands });
    this.groups = [];
    this.said = make("p", { class: "quiet number", role: "status" });
    this.list = make("div", { class: "groups" });
    this.more = make("button", { type: "button", text: "Show more", onclick: () => this.#fetch(this.groups.length) });
    this.node = make("div", { class: "duplicates", hidden: true }, this.said, this.list, this.more);
    decisions.addEventListener("changed", () => this.#fill());
  }

  /** Look for the groups among the rows of the choice, from the first on. */
  begin() {
    if (this.groups.length === 0) write(this.said, "Looking for near duplicates …");
    this.#fetch(0);
  }

  async #fetch(offset) {
    const { choice } = this.page.state;
    const answer = await this.page.ask("duplicates", { choice, offset });
    if (answer === undefined) return;
    this.asked = performance.now();
    const before = offset > 0 ? this.groups : [];
    const kept = new Map(this.groups.map((group) => [group.ids.join("\n"), group.kept]));
    this.groups = [...before, ...answer.groups];
    for (const group of answer.groups) group.kept = kept.get(group.ids.join("\n")) ?? group.ids[0];
    Object.assign(this, { total: answer.total, ticket: answer.ticket });
    const differ = answer.conflicts ? `, ${count(answer.conflicts)} with labels that differ` : "";
    const found = `${several(answer.total, "group")} of near duplicates (${this.wording.rows(answer.rows)})${differ}`;
    write(this.said, answer.total ? found : "No near duplicates among these rows.");
    this.node.dataset.total = answer.total;
    this.#fill();
  }

  #fill() {
    if (this.asked === undefined) return;
    const cards = children(this.list, this.groups.length, () => this.#makeGroup());
    this.groups.forEach((group, place) => this.#fillGroup(cards[place], group));
    show(this.more, this.groups.length < this.total);
  }

  #makeGroup() {
    const parts = { title: make("h3", { dir: "auto" }), tiles: make("div", { class: "alike" }) };
    parts.rest = make("span", { class: "quiet" });
    const button = (kind, act) =>
      make("button", { type: "button", class: kind, onclick: () => act(node.group) });
    parts.keep = button("", (group) => this.#keepOne(group));
    parts.same = button("", (group) => this.#sameLabel(group));
    parts.closer = button("quiet-button", (group) => this.hands.closer(group.kept));
    write(parts.closer, "Look closer");
    const tools = make("div", { class: "tools" }, parts.keep, parts.same, parts.closer, parts.rest);
    const node = make("section", { class: "group" }, parts.title, parts.tiles, tools);
    node.parts = parts;
    return node;
  }

  #fillGroup(node, group) {
    const { parts } = node;
    node.group = group;
    node.dataset.ids = group.ids.join(" ");
    node.setAttribute("aria-label", `${group.ids.length} alike`);
    const others = group.ids.length - 1;
    write(parts.title, `${several(group.ids.length, "row")} alike${group.conflict ? ", labels differ" : ""}`);
    parts.title.classList.toggle("conflict", group.conflict);
    parts.tiles.classList.toggle("texts", !group.tiles.some((one) => one.picture));
    const tiles = children(parts.tiles, group.tiles.length, (place) =>
      makeTile("button", { type: "button", onclick: () => this.#mark(node.group, place) }),
    );
    const dropped = group.ids.filter((id) => this.decisions.newer(id, this.asked)?.action === "drop");
    group.tiles.forEach((one, place) => {
      const isKept = one.id === group.kept;
      const note = dropped.includes(one.id) ? "dropped" : isKept ? "keep" : "";
      fillTile(tiles[place], one, note, this.wording.label(one.label));
      tiles[place].setAttribute("aria-pressed", String(isKept));
      tiles[place].setAttribute("aria-label", `Keep ${one.id}, label ${this.wording.label(one.label)}`);
    });
    const isDone = group.ids.some((id) => this.decisions.newer(id, this.asked) !== undefined);
    const rest = others === 1 ? "other" : `${count(others)} others`;
    write(parts.keep, `Keep this one, drop the ${rest}`);
    parts.keep.disabled = parts.same.disabled = isDone;
    show(parts.same, group.conflict && group.usual !== null);
    if (group.usual !== null) write(parts.same, `All the same label: ${this.wording.label(group.usual)}`);
    const hidden = group.ids.length - group.tiles.length;
    const waits = isDone ? "on its way" : "";
    write(parts.rest, [hidden > 0 ? `and ${count(hidden)} more` : "", waits].filter(Boolean).join(" · "));
  }

  #mark(group, place) {
    group.kept = group.tiles[place].id;
    this.#fill();
  }

  #keepOne(group) {
    const others = group.ids.filter((id) => id !== group.kept);
    this.decisions.decide(others, "drop", null, { ticket: this.ticket });
    this.#fill();
  }

  #sameLabel(group) {
    this.decisions.decide(group.others, "relabel", group.usual, { ticket: this.ticket });
    this.#fill();
  }
}
