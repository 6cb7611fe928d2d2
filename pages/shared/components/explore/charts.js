/** Histograms, bars and tables of every column, to be brushed. */

import { make } from "../shared/dom.js";
import { count } from "../review/words.js";
import { ChartCard } from "./chart_card.js";
import { ChartMenu } from "./chart_menu.js";
import { makeHeights } from "./heights.js";

/** Charts are asked for a little before they are scrolled into view. */
const MARGIN = "200px";

export class Charts {
  constructor(page) {
    this.page = page;
    this.known = new Map();
    this.cards = new Map();
    this.usual = [];
    this.version = 0; // of the choice and the log: a card of an older one is stale
    this.menu = new ChartMenu((names) => page.state.show({ charts: names }));
    this.legend = make("p", { class: "quiet legend" });
    const choose = make("button", { type: "button", class: "quiet-button", text: "Charts…", onclick: () => this.#choose() });
    const heights = makeHeights(() => this.cards.forEach((card) => card.drawn.redraw?.()));
    const top = make("div", { class: "head" }, this.legend, make("div", { class: "row" }, heights, choose));
    this.list = make("div", { class: "cards" });
    this.node = make("section", { class: "charts", "aria-label": "Charts" }, top, this.list, this.menu.node);
    this.watch = new IntersectionObserver((seen) => this.#onSeen(seen), { rootMargin: MARGIN });
    page.on(page.state, "choice", () => this.#renew());
    page.on(page.state, "look", (names) => names.includes("charts") && this.#lay());
    page.on(page, "decided", () => this.#renew());
    page.on(page, "again", () => this.#renew());
    page.on(page, "counted", () => this.#fillLegend());
    this.#fillLegend();
    this.#learn();
  }

  async #learn() {
    const found = await this.page.ask("chart_list", {});
    if (!found) return;
    this.usual = found.usual;
    for (const chart of found.charts) this.known.set(chart.name, chart);
    this.menu.learn(found.charts);
    this.#lay();
  }

  /** Names of the charts shown, in order; those of another dataset's link are left out. */
  get shown() {
    const names = this.page.state.look.charts ?? this.usual;
    return Array.isArray(names) ? names.filter((name) => this.known.has(name)) : this.usual;
  }

  #lay() {
    const { shown } = this;
    for (const [name, card] of this.cards) {
      if (shown.includes(name)) continue;
      this.watch.unobserve(card.node);
      card.node.remove();
      this.cards.delete(name);
    }
    for (const name of shown) {
      if (!this.cards.has(name)) {
        const card = new ChartCard(this.page, this.known.get(name), {
          ask: () => this.#ask(),
          away: () => this.page.state.show({ charts: this.shown.filter((one) => one !== name) }),
        });
        this.cards.set(name, card);
        this.watch.observe(card.node);
      }
      // Where it is already, moving it would take the focus out of it.
      const { node } = this.cards.get(name);
      const before = this.list.children[shown.indexOf(name)];
      if (before !== node) this.list.insertBefore(node, before ?? null);
    }
  }

  #choose() {
    this.menu.open(this.shown);
  }

  #onSeen(seen) {
    for (const { target, isIntersecting } of seen) {
      const card = [...this.cards.values()].find(({ node }) => node === target);
      if (card) card.visible = isIntersecting;
    }
    this.#ask();
  }

  #renew() {
    this.version += 1;
    for (const card of this.cards.values()) card.stale();
    this.#ask();
  }

  /** One question for all charts that are seen and not up to date. */
  async #ask() {
    const wanted = [...this.cards.values()].filter((card) => card.wanted(this.version));
    if (wanted.length === 0) return;
    const { version } = this;
    const { choice } = this.page.state;
    const specs = wanted.map((card) => card.spec);
    const body = { choice, charts: specs };
    const found = await this.page.ask("charts", body);
    if (!found) return;
    found.charts.forEach((answer, place) => {
      if (wanted[place].spec === specs[place]) wanted[place].fill(answer, version);
    });
    this.node.dataset.version = String(version);
  }

  /** The charts that a hand on one of them changes while it is down: those that are seen, but for its own. */
  besides(name) {
    return [...this.cards.values()].filter((card) => card.isSeen && card.chart.name !== name);
  }

  #fillLegend() {
    const counted = this.page.counted;
    const selected = counted !== null && counted.selected !== null;
    const passing = counted !== null && counted.filtered < counted.n;
    const told = [["filtered", passing ? "what passes" : "all rows"]];
    if (selected) told.push(["selected", "selected"]);
    if (passing) told.push(["all", `all ${count(counted.n)}, to their own scale`]);
    if (this.legend.textContent === told.map(([, words]) => words).join("")) return;
    const keys = told.map(([layer, words]) => make("span", { class: "entry" }, make("i", { class: `key ${layer}` }), words));
    this.legend.replaceChildren(...keys);
  }

  close() {
    this.watch.disconnect();
  }
}
