/** One chart with its title: it folds, goes away, and says what it leaves out. */

import { make, show, write } from "../shared/dom.js";
import { local, readJson } from "../shared/storage.js";
import { Bars } from "./bars.js";
import { Dynamics } from "./dynamics.js";
import { Groups } from "./groups.js";
import { Histogram } from "./histogram.js";
import { Matrix } from "./matrix.js";

/**
 * What draws a kind of chart: new Kind(page, chart, again), where again(options) asks anew with
 * other options; node; fill(answer).
 */
const KINDS = { histogram: Histogram, bars: Bars, matrix: Matrix, dynamics: Dynamics, groups: Groups };
const FOLDED = "explore/folded";
const OWN = "Shows the rows that pass all other conditions; its own is only marked.";
let made = 0;

export class ChartCard {
  /** chart: {name, kind, title, columns}; ask() asks for what is stale, away() removes it. */
  constructor(page, chart, { ask, away }) {
    this.page = page;
    this.chart = chart;
    this.spec = { name: chart.name };
    this.visible = false;
    this.version = -1;
    const again = (options) => {
      this.spec = { name: chart.name, ...options };
      this.version = -1;
      ask();
    };
    this.drawn = new KINDS[chart.kind](page, chart, again);
    const body = `chart-${(made += 1)}`;
    this.body = make("div", { class: "body", id: body }, this.drawn.node);
    this.problem = make("p", { class: "quiet", role: "status", hidden: true });
    const column = page.about.columns.find(({ name }) => name === chart.columns[0]);
    const title = make("span", { class: "words", dir: "auto", text: chart.title, title: chart.title });
    this.fold = make("button", { type: "button", class: "fold quiet-button", "aria-controls": body, onclick: () => this.#turn(ask) }, make("i", { class: "arrow" }), title);
    this.finds = make("span", { class: "quiet finds", text: chart.kind === "histogram" ? (column?.finds ?? "") : "" });
    this.own = make("span", { class: "own", title: OWN, hidden: true, text: "own filter aside" });
    const remove = make("button", { type: "button", class: "close", "aria-label": `Take ${chart.title} away`, text: "×", onclick: away });
    this.node = make(
      "article",
      { class: `card ${chart.kind}`, "data-chart": chart.name, "aria-label": chart.title },
      make("div", { class: "top" }, this.fold, this.finds, this.own, remove),
      this.problem,
      this.body,
    );
    this.folded = folded().includes(chart.name);
    this.#fillFold();
  }

  /** Whether it is to be asked for: seen, open, and drawn from something else. */
  wanted(version) {
    return this.visible && !this.folded && this.version !== version;
  }

  /** Whether there is something to see of it. */
  get isSeen() {
    return this.visible && !this.folded && this.version >= 0;
  }

  stale() {
    this.node.dataset.fresh = "false";
  }

  fill(answer, version) {
    this.version = version;
    this.node.dataset.fresh = "true";
    write(this.problem, answer.problem ?? "");
    show(this.problem, Boolean(answer.problem));
    show(this.body, !answer.problem && !this.folded);
    show(this.own, Boolean(answer.brushed));
    if (!answer.problem) this.drawn.fill(answer);
  }

  /** Show what would be chosen by a hand that is still down. */
  tell(answer) {
    if (!answer.problem) this.drawn.fill(answer);
  }

  #turn(ask) {
    this.folded = !this.folded;
    const others = folded().filter((name) => name !== this.chart.name);
    local.write(FOLDED, JSON.stringify(this.folded ? [...others, this.chart.name] : others));
    this.#fillFold();
    ask();
  }

  #fillFold() {
    this.fold.setAttribute("aria-expanded", String(!this.folded));
    show(this.body, !this.folded);
  }
}

function folded() {
  const found = readJson(local, FOLDED, []);
  return Array.isArray(found) ? found : [];
}
