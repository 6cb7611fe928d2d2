/** What the colours mean; a group of it can be clicked to filter by it. */

import { children, make, show, write } from "../shared/dom.js";
import { count, several } from "../review/words.js";
import { groupColours, noneColour, othersColour, rampColour } from "./palette.js";

const STOPS = [0, 0.25, 0.5, 0.75, 1];
const plain = (number) => Number(number.toPrecision(4)).toLocaleString("en", { maximumSignificantDigits: 4 });

export class Legend {
  /** chosen(entry, more): an entry {name, sql} was clicked, with Shift or without. */
  constructor(chosen) {
    this.chosen = chosen;
    this.title = make("h3");
    this.entries = make("ul");
    this.ramp = make("div", { class: "ramp" }, make("span"), make("i", { "aria-hidden": "true" }), make("span"));
    this.note = make("p", { class: "quiet" });
    this.node = make("div", { class: "legend", role: "group" }, this.title, this.ramp, this.entries, this.note);
  }

  /** legend as the server sends it; pressed(entry) says whether it is filtered by. */
  write(legend, dark, pressed) {
    const numbers = legend.kind === "numbers";
    write(this.title, legend.title);
    this.node.setAttribute("aria-label", `Colours: ${legend.title}`);
    show(this.ramp, numbers);
    show(this.entries, !numbers);
    if (numbers) this.#writeNumbers(legend, dark);
    else this.#writeGroups(legend, dark, pressed);
  }

  #writeNumbers({ low, high, none, clipped }, dark) {
    const [first, ramp, last] = this.ramp.children;
    const known = low !== null;
    write(first, known ? plain(low) : "no numbers");
    write(last, known ? plain(high) : "");
    ramp.style.background = `linear-gradient(to right, ${STOPS.map((stop) => rampColour(stop, dark)).join(", ")})`;
    const notes = [];
    if (clipped) notes.push(`The ends are the 1st and the 99th percentile; ${count(clipped)} beyond have their colours.`);
    if (none) notes.push(`${several(none, "example")} without a number in grey.`);
    write(this.note, notes.join(" "));
  }

  #writeGroups({ names, called, counts, sql, others, othersCount, none, noneCalled, noneSql }, dark, pressed) {
    const colours = groupColours(names.length, dark);
    const all = names.map((name, place) => ({ name, words: called?.[place] ?? name, sql: sql?.[place], number: counts[place], colour: colours[place] }));
    if (others) {
      const words = several(others, "other group");
      all.push({ words, number: othersCount, colour: othersColour(dark), fixed: true });
    }
    if (none) all.push({ name: null, words: noneCalled, sql: noneSql, number: none, colour: noneColour(dark) });
    const items = children(this.entries, all.length, () => this.#makeEntry());
    all.forEach((entry, place) => this.#fill(items[place].firstElementChild, entry, pressed));
    write(this.note, "");
  }

  #makeEntry() {
    const [swatch, words] = [make("i", { "aria-hidden": "true" }), make("span", { class: "words", dir: "auto" })];
    const number = make("span", { class: "quiet number" });
    const onclick = (event) => this.chosen(event.currentTarget.entry, event.shiftKey);
    return make("li", {}, make("button", { type: "button", class: "quiet-button", onclick }, swatch, words, number));
  }

  #fill(button, entry, pressed) {
    button.entry = entry;
    const [swatch, words, number] = button.children;
    swatch.style.background = entry.colour;
    write(words, entry.words);
    write(number, count(entry.number));
    button.disabled = Boolean(entry.fixed);
    button.title = button.disabled ? entry.words : `${entry.words}: show only these; with Shift, these too`;
    button.setAttribute("aria-pressed", String(!button.disabled && pressed(entry)));
  }
}
