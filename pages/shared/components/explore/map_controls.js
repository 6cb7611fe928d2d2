/** The lines above the map: what the hand does, and what colour, size and outline mean. */

import { make, show } from "../shared/dom.js";

const MODES = {
  move: ["Move", "M", "Drag to move (M). With Shift or Alt a drag draws all the same."],
  lasso: ["Lasso", "L", "Draw around points (L); Shift adds, Alt takes away. Hold Space to move."],
  box: ["Box", "B", "Draw a box (B); Shift adds, Alt takes away. Hold Space to move."],
};
const MARKS = { none: "none", found: "errors found", suspected: "suspected errors" };
export const AGREEMENT = "agreement";

export class MapControls {
  /** on: {mode(name), zoom(factor), all(), clear(), look(change), showsOut(flag)} */
  constructor(on) {
    this.modes = Object.entries(MODES).map(([name, [words, key, title]]) => {
      const parts = [make("span", { text: words }), make("kbd", { text: key, "aria-hidden": "true" })];
      return make("button", { type: "button", title, "data-mode": name, onclick: () => on.mode(name) }, ...parts);
    });
    const button = (text, title, onclick) => make("button", { type: "button", text, title, "aria-label": title, onclick });
    this.clear = button("Clear selection", "Clear the selection (Escape on the map)", () => on.clear());
    const tools = [
      button("+", "Nearer (+, or the wheel)", () => on.zoom(1.6)),
      button("−", "Farther (−, or the wheel)", () => on.zoom(1 / 1.6)),
      button("All", "All of it, upright (0, or a double click)", () => on.all()),
    ];
    this.selects = {
      colour: make("select", { onchange: (event) => on.look({ colour: event.target.value }) }),
      size: make("select", { onchange: (event) => on.look({ size: event.target.value || null }) }),
      marks: make("select", { onchange: ({ target }) => on.look({ marks: target.value === "none" ? null : target.value }) }),
      layout: make("select", { onchange: (event) => on.look({ layout: event.target.value }) }),
    };
    const labelled = (words, name) => make("label", { "data-look": name }, make("span", { class: "quiet", text: words }), this.selects[name]);
    this.layoutLabel = labelled("Layout", "layout");
    this.out = make("input", { type: "checkbox", checked: true, onchange: (event) => on.showsOut(event.target.checked) });
    const out = make("label", { title: "Rows that do not pass the filter" }, this.out, make("span", { class: "quiet", text: "filtered-out in grey" }));
    this.node = make(
      "div",
      { class: "map-controls" },
      make("div", { class: "modes", role: "group", "aria-label": "What the mouse does on the map" }, ...this.modes),
      make("div", { class: "modes", role: "group", "aria-label": "View" }, ...tools),
      this.clear,
      make("div", { class: "looks" }, labelled("Colour", "colour"), labelled("Size", "size"), labelled("Outlines", "marks"), this.layoutLabel, out),
    );
    fill(this.selects.marks, Object.entries(MARKS).map(([value, words]) => ({ value, words })));
  }

  /** What there is to choose from. */
  offer({ columns, layouts }) {
    const [given] = columns.filter(({ source, title }) => source === "ours" && title === "given label");
    this.given = given.name;
    const option = ({ name, title }) => ({ value: name, words: title });
    const groups = (source) => columns.filter((one) => one.source === source && "category number".includes(one.kind));
    const ours = [option(given), { value: AGREEMENT, words: "given against suggested" }];
    ours.push(...groups("ours").filter((one) => one !== given).map(option));
    const kinds = [["Labels and verdicts", ours], ["Scores", groups("score").map(option)], ["Your columns", groups("yours").map(option)]];
    fillGroups(this.selects.colour, kinds);
    const numbers = columns.filter(({ kind }) => kind === "number").map(option);
    fill(this.selects.size, [{ value: "", words: "all alike" }, ...numbers]);
    fill(this.selects.layout, layouts.map((name) => ({ value: name, words: name.toUpperCase() })));
    show(this.layoutLabel, layouts.length > 1);
  }

  /** What is chosen. */
  write({ colour, size, marks, layout, mode, hasSelection }) {
    const values = { colour: colour ?? this.given, size: size ?? "", marks: marks ?? "none", layout };
    for (const [name, value] of Object.entries(values)) this.selects[name].value = value;
    for (const button of this.modes) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    this.clear.disabled = !hasSelection;
  }
}

function fill(select, options) {
  select.replaceChildren(...options.map(({ value, words }) => make("option", { value, text: words })));
}

function fillGroups(select, kinds) {
  const filled = kinds.filter(([, options]) => options.length);
  select.replaceChildren(
    ...filled.map(([label, options]) =>
      make("optgroup", { label }, ...options.map(({ value, words }) => make("option", { value, text: words }))),
    ),
  );
}
