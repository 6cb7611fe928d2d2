/** The buttons of a card. Each shows its key; which card it means is settled when it is pressed. */

import { keySign } from "./bindings.js";
import { DIGITS } from "./digits.js";
import { make, show, write } from "./dom.js";
import { labelWords } from "./words.js";

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
  constructor(press) {
    const button = (command, words, kind) => makeButton(command, words, press, kind);
    this.accept = button("accept", "", "accept");
    this.keep = button("keep", "Keep");
    const verdicts = [button("drop", "Drop"), button("skip", "Skip"), button("flag", "Flag")];
    this.main = group("main", "Decide", this.accept, this.keep, ...verdicts);
    this.classes = DIGITS.map((digit) => button(`class${digit}`, "", "class"));
    this.likely = group("classes", "Classes, likeliest first", ...this.classes);
    const more = [
      ["undo", "Undo"],
      ["alike", "More like this"],
      ["find", "Find a class"],
      ["note", "Note"],
      ["zoom", "Zoom"],
      ["help", "Keys"],
    ];
    const tools = more.map(([command, words]) => button(command, words, "quiet-button"));
    this.tools = group("tools", "More", ...tools);
    this.node = make("div", { class: "actions" }, this.main, this.likely, this.tools);
  }

  fill({ card, slots }) {
    fillAccept(this.accept, card);
    this.accept.classList.remove("refused");
    this.keep.title = `Keep ${labelWords(card.given)}`;
    slots.forEach((name, place) => {
      const button = this.classes[place];
      show(button, name !== null);
      write(button.words, name ?? "");
      button.title = name ?? "";
      button.classList.toggle("is-given", name !== null && name === card.given);
      button.classList.toggle("is-suggested", name !== null && name === card.suggested);
    });
  }

  /** Enter was pressed, but there is nothing to accept. */
  sayNoSuggestion() {
    write(this.accept.words, "No suggestion to accept: pick a class, or keep");
    this.accept.classList.add("refused");
  }
}

/** What Enter does on this card. */
export function fillAccept(button, card) {
  const none = card.suggested === null;
  button.disabled = none;
  button.classList.toggle("agrees", card.suggested === card.given && !none);
  const words = none ? "No suggestion" : acceptWords(card);
  write(button.words, words);
  button.title = words;
}

/** Accepting a suggestion in words. */
export function acceptWords(card) {
  return card.suggested === card.given ? `Keep ${card.given}` : `Change to ${card.suggested}`;
}
