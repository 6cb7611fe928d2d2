/** Bars of a column's names; a click chooses one, with Shift or Ctrl one more. */

import { children, make, show, write } from "../shared/dom.js";
import { count, several } from "../review/words.js";
import { NamesDialog } from "./names_dialog.js";
import { nameOf } from "./parts.js";

export class Bars {
  constructor(page, { columns: [name], title }) {
    this.page = page;
    this.name = name;
    this.list = make("ul", { class: "rows", "aria-label": `${title}: a click chooses, with Shift or Ctrl one more` });
    this.more = make("button", { type: "button", class: "quiet-button", onclick: () => this.#open() });
    this.clear = make("button", { type: "button", class: "quiet-button", text: "Clear", "aria-label": `Clear ${title}`, onclick: () => page.state.withPart(name) });
    this.node = make("div", { class: "drawn" }, this.list, make("div", { class: "foot" }, this.more, this.clear));
    this.title = title;
  }

  fill(answer) {
    const { names, all, filtered, selected, more } = answer;
    const picked = pickedOf(this.page, this.name);
    const [most, tall] = [Math.max(...all, 1), Math.max(...filtered, 1)];
    const items = children(this.list, names.length, () => make("li", {}, makeBar()));
    items.forEach((item, place) => {
      const bar = item.firstElementChild;
      const name = names[place];
      const counts = { all: all[place], filtered: filtered[place], selected: selected?.[place] ?? null };
      fillBar(bar, nameOf(this.page, this.name, name), name === null, counts, { most, tall });
      bar.setAttribute("aria-pressed", String(picked.includes(name)));
      bar.onclick = (event) => pick(this.page, this.name, name, event.shiftKey || event.ctrlKey || event.metaKey);
    });
    this.list.classList.toggle("picked", picked.length > 0);
    show(this.more, more > 0);
    write(this.more, `… ${count(more)} more`);
    show(this.clear, this.page.state.choice.parts.some(({ column }) => column === this.name));
  }

  #open() {
    this.dialog ??= new NamesDialog(this.page, this.name, this.title);
    this.node.append(this.dialog.node);
    this.dialog.open();
  }
}

/** The names that are chosen of a column. */
export function pickedOf(page, column) {
  return page.state.choice.parts.find((part) => part.column === column)?.names ?? [];
}

/** Choose a name alone, or as well; choosing the only one again chooses none. */
export function pick(page, column, name, asWell) {
  const before = pickedOf(page, column);
  const has = before.includes(name);
  const others = before.filter((one) => one !== name);
  let names = has && before.length === 1 ? [] : [name];
  if (asWell) names = has ? others : [...before, name];
  page.state.withPart(column, names.length ? { column, names } : null);
}

/** A button with a name, two bars and a count. */
export function makeBar() {
  const tracks = ["all", "filtered", "selected"].map((layer) => make("i", { class: layer }));
  return make("button", { type: "button", class: "bar" }, make("span", { class: "words", dir: "auto" }), make("span", { class: "track", "aria-hidden": "true" }, ...tracks), make("span", { class: "number quiet" }));
}

/** counts: {all, filtered, selected}; selected null = nothing is. */
export function fillBar(bar, words, none, { all, filtered, selected }, { most, tall }) {
  const [name, track, number] = bar.children;
  write(name, words);
  name.title = words;
  name.classList.toggle("none", none);
  const shares = [all / most, filtered / tall, (selected ?? 0) / tall];
  [...track.children].forEach((one, place) => one.style.setProperty("--share", shares[place]));
  track.classList.toggle("some", filtered > 0);
  track.classList.toggle("drawn-some", (selected ?? 0) > 0);
  write(number, selected === null ? count(filtered) : `${count(selected)} / ${count(filtered)}`);
  const chosen = selected === null ? "" : `, ${count(selected)} selected`;
  bar.setAttribute("aria-label", `${words}: ${several(filtered, "row")} of ${count(all)}${chosen}`);
}
