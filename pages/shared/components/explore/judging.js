/** The buttons that decide one row, with the keys of the review. */

import { Bindings } from "../review/bindings.js";
import { makeButton, fillAccept, writeKeys } from "../review/actions.js";
import { DIGITS, assign, placeOfClass } from "../review/digits.js";
import { make, show, write } from "../shared/dom.js";

export class Judging {
  /** decide(action, label, event); hands.label(beside) opens the list of all labels. */
  constructor(wording, decide, hands) {
    this.wording = wording;
    this.bindings = new Bindings();
    const press = (command, event) => {
      if (command === "find") return hands.label(this.find);
      if (command === "undo") return hands.undo();
      const found = this.meaning(command);
      if (found !== null) decide(...found, event);
    };
    this.accept = makeButton("accept", "", press, "accept");
    const plain = [["keep", wording.keep], ["drop", wording.drop], ["flag", "Flag"]];
    this.plain = plain.map(([command, words]) => makeButton(command, words, press));
    this.classes = DIGITS.map((digit) => makeButton(`class${digit}`, "", press, "class"));
    this.find = makeButton("find", "Another label", press);
    this.undo = makeButton("undo", "Undo", press, "quiet-button");
    const verdicts = make("div", { class: "verdicts" }, this.accept, ...this.plain, this.find, this.undo);
    this.likely = make("div", { class: "likely" }, ...this.classes);
    this.node = make("div", { class: "judging", role: "group", "aria-label": "Decide" }, verdicts, this.likely);
    writeKeys(this.node, this.bindings);
    this.bindings.addEventListener("changed", () => writeKeys(this.node, this.bindings));
  }

  /** [action, label] of a command for the row; null = nothing. */
  meaning(command) {
    if (["keep", "drop", "flag"].includes(command)) return [command, null];
    const name = command === "accept" ? this.row?.suggested : this.slots?.[placeOfClass(command)];
    return name === null || name === undefined ? null : this.#labelled(name);
  }

  #labelled(name) {
    return name === this.row.given ? ["keep", null] : ["relabel", name];
  }

  fill(row, verdict, label) {
    this.row = row;
    this.slots = assign(row.classes, new Map());
    fillAccept(this.accept, row, this.wording);
    write(this.plain[0].words, this.wording.keepButton(row));
    this.plain.forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.command === verdict)));
    this.slots.forEach((name, place) => {
      const button = this.classes[place];
      show(button, name !== null);
      if (name === null) return;
      const words = this.wording.label(name);
      write(button.words, words);
      button.title = words;
      button.setAttribute("aria-pressed", String(name === label));
    });
  }
}
