/** The buttons of a card. Each shows its key; which card it means is settled when it is pressed. */

import { keySign } from "./bindings.js";
import { DIGITS } from "./digits.js";
import { make, show, write } from "../shared/dom.js";

/** A button that is pressed by a command's key. */
export function makeButton(command, words, press, kind = "") {
  const sign = make("kbd", { "aria-hidden": "true" });
  const said = make("span", { class: "words", dir: "auto", text: words });
  const onclick = (event) => press(command, event);
  const named = { type: "button", class: kind, "data-command": command };
  const button = make("button", { ...named, onclick }, said, sign);
  button.words = said;
  return button;
}

/** Buttons that belong together, named for a screen reader. */
function group(name, title, ...buttons) {
  return make("div", { class: name, role: "group", "aria-label": title }, ...buttons);
}

/** Write the present keys on every button below a node. */
export function writeKeys(node, bindings) {
  for (const button of node.querySelectorAll("[data-command]")) {
    const key = bindings.key(button.dataset.command);
    const sign = button.querySelector("kbd");
    if (sign) write(sign, keySign(key));
    button.setAttribute("aria-keyshortcuts", key);
  }
}

/** Accept, keep, drop, skip, flag; the classes; undo and the rest. */
export class Actions {
  constructor(press, wording) {
    const button = (command, words, kind) => makeButton(command, words, press, kind);
    this.wording = wording;
    this.accept = button("accept", "", "accept");
    this.keep = button("keep", wording.keep);
    const verdicts = [button("drop", wording.drop), button("skip", "Skip"), button("flag", "Flag")];
    verdicts[0].title = wording.dropTitle;
    this.main = group("main", "Decide", this.accept, this.keep, ...verdicts);
    this.classes = DIGITS.map((digit) => button(`class${digit}`, "", "class"));
    this.likely = group("classes", "Classes, likeliest first", ...this.classes);
    const more = [
      ["undo", "Undo"],
      ["alike", "More like this"],
      wording.isPair ? ["whole", "Whole query"] : ["find", "Find a class"],
      ["note", "Note"],
      ["zoom", "Zoom"],
      ["help", "Keys"],
    ];
    const tools = more.map(([command, words]) => button(command, words, "quiet-button"));
    this.tools = group("tools", "More", ...tools);
    this.node = make("div", { class: "actions" }, this.main, this.likely, this.tools);
  }

  fill({ card, slots }) {
    fillAccept(this.accept, card, this.wording);
    this.accept.classList.remove("refused");
    write(this.keep.words, this.wording.keepButton(card));
    this.keep.title = this.wording.keepTitle(card);
    slots.forEach((name, place) => {
      const button = this.classes[place];
      show(button, name !== null);
      const words = name === null ? "" : this.wording.label(name);
      write(button.words, words);
      button.title = words;
      button.classList.toggle("is-given", name !== null && name === card.given);
      button.classList.toggle("is-suggested", name !== null && name === card.suggested);
    });
  }

  /** Enter was pressed, but there is nothing to accept. */
  sayNoSuggestion() {
    const [pick, keep] = this.wording.isPair ? ["a grade", "say not relevant"] : ["a class", "keep"];
    write(this.accept.words, `No suggestion to accept: pick ${pick}, or ${keep}`);
    this.accept.classList.add("refused");
  }
}

/** What Enter does on this card. */
export function fillAccept(button, card, wording) {
  const none = card.suggested === null;
  button.disabled = none;
  button.classList.toggle("agrees", card.suggested === card.given && !none);
  const words = none ? "No suggestion" : wording.accept(card);
  write(button.words, words);
  button.title = words;
}
