/** The table of keys, where each can be changed. */

import { COMMANDS, keyName, keySign } from "./bindings.js";
import { make, makeClose, makeDialog, write } from "../shared/dom.js";

export class Help {
  constructor(bindings, closed, wording) {
    this.bindings = bindings;
    this.commands = commandsOf(wording);
    this.waiting = null;
    this.said = make("p", { class: "quiet", role: "status" });
    this.buttons = new Map();
    const rows = this.commands.map(({ name, words }) => this.#row(name, words));
    const table = make("table", {}, make("tbody", {}, ...rows));
    const reset = make("button", { type: "button", text: "Reset all keys", onclick: () => this.#reset() });
    const title = make("h2", { text: "Keys" });
    const top = make("div", { class: "head" }, title, makeClose("Close", () => this.node.close()));
    this.node = makeDialog("help", "Keys", closed, top, this.said, table, reset);
    // Before anything else hears it: a key that is being chosen must not do what it means now.
    this.node.addEventListener("keydown", (event) => this.#onKey(event), true);
    this.node.addEventListener("close", () => this.#wait(null));
  }

  open() {
    this.#fill("Press a button, then the key you would like instead. Kept in this browser.");
    this.node.showModal();
  }

  #row(name, words) {
    const onclick = () => this.#wait(name);
    const button = make("button", { type: "button", "data-key-of": name, onclick }, make("kbd"));
    this.buttons.set(name, button);
    return make("tr", {}, make("th", { scope: "row", text: words }), make("td", {}, button));
  }

  #fill(said) {
    for (const { name, words } of this.commands) {
      const button = this.buttons.get(name);
      const sign = this.waiting === name ? "press a key" : keySign(this.bindings.key(name));
      write(button.firstElementChild, sign);
      button.classList.toggle("waiting", this.waiting === name);
      button.setAttribute("aria-label", `${words}: ${sign}`);
    }
    write(this.said, said);
  }

  #wait(name) {
    this.waiting = name;
    this.#fill(name === null ? "" : "Press the new key, or Escape to leave it as it is.");
  }

  #onKey(event) {
    if (this.waiting === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = keyName(event);
    if (key === null || event.repeat) return;
    event.preventDefault();
    event.stopPropagation();
    const name = this.waiting;
    this.waiting = null;
    if (key === "Escape") return this.#fill("Left as it was.");
    this.#fill(this.bindings.change(name, key) ?? `Changed to ${keySign(key)}.`);
  }

  #reset() {
    this.bindings.reset();
    this.#wait(null);
    write(this.said, "Every key is as it came.");
  }
}

/** The commands that mean something here, in the words of what is reviewed. */
function commandsOf({ unit, commands }) {
  const ours = COMMANDS.filter((command) => command.unit === null || command.unit === unit);
  return ours.map(({ name, words }) => ({ name, words: commands[name] ?? words }));
}
