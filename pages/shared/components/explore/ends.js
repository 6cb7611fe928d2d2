/** The ends of a range as two fields: exact, and for the keyboard. */

import { make } from "../shared/dom.js";

export class Ends {
  /** chosen({low, high}): null = no end there; both null = no range. */
  constructor(title, chosen) {
    this.chosen = chosen;
    this.fields = ["from", "to"].map((end) =>
      make("input", {
        type: "number",
        step: "any",
        placeholder: end === "from" ? "from" : "below",
        "aria-label": `${title} ${end === "from" ? "from" : "below"}`,
        onchange: () => this.#change(),
      }),
    );
    const dash = make("span", { "aria-hidden": "true", text: "–" });
    this.node = make("div", { class: "ends number" }, this.fields[0], dash, this.fields[1]);
  }

  fill(part) {
    [part?.low, part?.high].forEach((end, place) => {
      const field = this.fields[place];
      if (!field.matches(":focus")) field.value = end === null || end === undefined ? "" : String(end);
    });
  }

  #change() {
    const [low, high] = this.fields.map(({ value }) => (value === "" ? null : Number(value)));
    this.chosen({ low, high });
  }
}
