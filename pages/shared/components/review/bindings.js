/** Which key does what: the table, the person's own changes, and which keys cannot be had. */

import { DIGITS } from "./digits.js";
import { local, readJson } from "../shared/storage.js";

const NAME = "keys";

/** Every command with its key, its words and the unit it is for (null = both), in the help's order. */
export const COMMANDS = [
  ["accept", "Enter", "Accept the suggestion"],
  ["keep", "k", "Keep the given label"],
  ["drop", "x", "Drop the example"],
  ["skip", "Space", "Skip: decide later"],
  ["flag", "f", "Flag for a talk"],
  ["undo", "Backspace", "Undo the last decision"],
  ["alike", "m", "More like this"],
  ["whole", "w", "The whole query as a list", "pair"],
  ["find", "/", "Find a class by name"],
  ["note", "n", "Write a note"],
  ["zoom", "z", "Zoom in or out"],
  ["help", "?", "Show or change the keys"],
  ["all", "a", "More like this: tick all or none"],
  ["sort", "s", "More like this: nearest or least sure first"],
  ...DIGITS.map((digit, place) => [`class${digit}`, digit, `Class button ${place + 1}`]),
].map(([name, key, words, unit = null]) => ({ name, key, words, unit }));

const REFUSED = {
  c: "C belongs to Streamlit, which clears its caches with it.",
  r: "R belongs to Streamlit, which runs the page again with it.",
  Escape: "Escape closes what is open.",
  Tab: "Tab moves between the buttons.",
};
const MOVING = /^(Arrow|Page|Home$|End$|F\d+$)/;
const MODIFIERS = new Set(
  "Shift Control Alt AltGraph Meta CapsLock NumLock Dead Process Unidentified".split(" "),
);
const SIGNS = { Enter: "Enter", Space: "Space", Backspace: "⌫", Delete: "Del" };

/** The name of a pressed key; null for a modifier on its own. */
export function keyName(event) {
  if (MODIFIERS.has(event.key)) return null;
  return event.key === " " ? "Space" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/** What stands on that place of a Latin keyboard, for keyboards that type something else there. */
function placeName(event) {
  if (event.shiftKey) return null;
  const [, digit] = /^(?:Digit|Numpad)(\d)$/.exec(event.code) ?? [];
  if (digit) return digit;
  const [, letter] = /^Key([A-Z])$/.exec(event.code) ?? [];
  return letter && event.key.codePointAt(0) > 127 ? letter.toLowerCase() : null;
}

/** How a key is written on a button. */
export const keySign = (key) => SIGNS[key] ?? (key.length === 1 ? key.toUpperCase() : key);

/** Event: `changed`. */
export class Bindings extends EventTarget {
  constructor() {
    super();
    const changes = readJson(local, NAME, {});
    this.keys = new Map(COMMANDS.map(({ name, key }) => [name, key]));
    for (const [name, key] of Object.entries(changes)) {
      if (this.keys.has(name) && typeof key === "string") this.keys.set(name, key);
    }
  }

  key(command) {
    return this.keys.get(command);
  }

  /** The command of a key event; null when there is none. */
  command(event) {
    const name = keyName(event);
    return name === null ? null : (this.#owner(name) ?? this.#owner(placeName(event)));
  }

  /** Give a command another key; returns why not, or null when it is done. */
  change(command, key) {
    const because = REFUSED[key] ?? (MOVING.test(key) ? `${key} moves the page.` : null);
    if (because) return `${because} Choose another key.`;
    const owner = this.#owner(key);
    if (owner !== null && owner !== command) {
      const { words } = COMMANDS.find(({ name }) => name === owner);
      return `${keySign(key)} is taken by “${words}”. Choose another key, or change that one first.`;
    }
    this.keys.set(command, key);
    this.#remember();
    return null;
  }

  /** Every command on the key it came with. */
  reset() {
    for (const { name, key } of COMMANDS) this.keys.set(name, key);
    this.#remember();
  }

  #owner(key) {
    for (const [command, held] of this.keys) if (held === key) return command;
    return null;
  }

  #remember() {
    const changed = COMMANDS.filter(({ name, key }) => this.keys.get(name) !== key);
    const table = changed.map(({ name }) => [name, this.key(name)]);
    local.write(NAME, JSON.stringify(Object.fromEntries(table)));
    this.dispatchEvent(new Event("changed"));
  }
}
