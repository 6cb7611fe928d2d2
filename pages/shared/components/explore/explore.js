/** The Explore page: panels around one state. Whatever is chosen in one shows in the others. */

import { takeAhead } from "../shared/ahead.js";
import { make, makeClose, write } from "../shared/dom.js";
import { outboxOf } from "../shared/outbox.js";
import { Refusal, post, postForNumbers } from "../shared/server.js";
import { Charts } from "./charts.js";
import { Doing } from "./doing.js";
import { Filter } from "./filter.js";
import { firstSight, waitsForMap } from "./first_sight.js";
import { Live } from "./live.js";
import { Map as PointMap } from "./map.js";
import { State } from "./state.js";
import { Table } from "./table.js";

/**
 * What a panel gets as `page`:
 *   data   from Streamlit: {fingerprint, reviewer, layouts, reviewUrl, exportUrl}
 *   about  from the server: {n, unit, media, classes, columns, layouts, verdicts, …}
 *   state  see state.js; outbox: decisions on their way to the disk
 *   counted {n, filtered, selected, line}: the rows of the choice; the event `counted` says it changed
 *   live   what a hand that is still down would choose, see live.js
 * Events of the page itself: `counted`; `decided` (the log has grown); `about` (a better map is there);
 * `again` (a hand gave up: the choice is to be shown again); `row` (detail: an id that somebody wants to
 * see closer).
 */
export class Explore extends EventTarget {
  constructor(data, tab) {
    super();
    this.data = data;
    this.tab = tab;
    this.stop = new AbortController();
    this.state = new State((ids) => this.#keepForLink(ids));
    this.live = new Live(this);
    this.outbox = outboxOf(data.fingerprint, tab);
    this.asking = new Map();
    this.counted = null;
    this.panels = [];
    this.messages = make("div", { class: "messages", role: "status" });
    this.node = make("section", { class: "ours explore", "aria-label": "Explore" }, this.messages);
    this.#begin();
  }

  async #begin() {
    let about = await this.ask("about", {});
    // Asked when the visit began, and a better map is there since.
    if (about && String(about.layouts) !== String(this.data.layouts)) about = await this.ask("about", {});
    if (!about || this.stop.signal.aborted) return;
    this.about ??= about; // unless the page ran again meanwhile, and knows better
    const { layouts } = this.about;
    // The map asks first: a browser has six questions in flight, and its answers are the longest.
    if (layouts.length) this.map = new PointMap(this);
    this.mapSeen = this.map && firstSight(this.map.field);
    this.filter = new Filter(this);
    this.table = new Table(this);
    this.charts = new Charts(this);
    this.doing = new Doing(this);
    this.panels = [this.filter, this.charts, this.doing, this.table, this.map].filter(Boolean);
    const upper = make("div", { class: "instrument" }, this.charts.node);
    if (this.map) upper.prepend(this.map.node);
    this.node.classList.toggle("no-map", layouts.length === 0);
    this.node.append(this.filter.node, upper, this.doing.node, this.table.node);
    this.on(this.state, "choice", () => this.#count());
    this.on(this.outbox, "saved", () => this.decided());
    this.#count();
  }

  /** The page ran again: a layout may be there, or the reviewer is another. */
  async update(data) {
    const before = this.data;
    this.data = data;
    if (String(before.layouts) === String(data.layouts)) return;
    // By another topic: the first question may be on its way still, and the panels wait for it.
    const about = await this.ask("about", {}, "about again");
    if (!about) return;
    this.about = about;
    this.tell("about");
    // What was drawn on a layout that was not ready has rows now.
    this.#count();
  }

  /** The name under which the server keeps rows for the address; null = it does not. */
  async #keepForLink(ids) {
    return (await this.ask("link", { ids }))?.name ?? null;
  }

  /** The log has grown: verdicts, and conditions about them, may be others. */
  async decided() {
    await this.#count();
    this.tell("decided");
  }

  async #count() {
    const { choice } = this.state;
    const found = await this.ask("counts", { choice, turn: this.live.next() });
    if (!found) return;
    this.settle("choice");
    this.node.dataset.filtered = found.filtered;
    this.node.dataset.selected = found.selected ?? "";
    if (this.live.renew()) return;
    delete this.node.dataset.held;
    this.#counted(found);
  }

  #counted(found) {
    this.counted = found;
    this.tell("counted");
  }

  /** What a hand that is still down would choose: `counts`, masks as the map has them. The table rests. */
  hear({ head, body }) {
    this.node.dataset.held = head.counts.selected ?? head.counts.filtered;
    this.#counted(head.counts);
    this.map?.data.lay(head, body);
  }

  /** A hand gave up what it was about to choose. */
  again() {
    this.#count();
    this.tell("again");
  }

  /** Nobody waits for the answer any more. */
  drop(topic) {
    this.asking.get(topic)?.abort();
  }

  /**
   * The server's answer; undefined when a newer question with the same topic took its place, or when
   * there is none, which is told above. topic: the question's name unless a panel asks it twice.
   */
  async ask(what, body, topic = what) {
    return this.#asked(post, what, body, topic);
  }

  /** The same for numbers: {head, body}. */
  async askForNumbers(what, body, topic = what) {
    return this.#asked(postForNumbers, what, body, topic);
  }

  async #asked(by, what, body, topic) {
    this.asking.get(topic)?.abort();
    const newest = new AbortController();
    this.asking.set(topic, newest);
    const end = () => newest.abort();
    this.stop.signal.addEventListener("abort", end);
    const { fingerprint, reviewer } = this.data;
    try {
      const whole = { reviewer, tab: this.tab, ...body };
      const begun = takeAhead("explore", fingerprint, what, body);
      const answer = await by("explore", fingerprint, what, whole, { signal: newest.signal, begun });
      if (waitsForMap(what)) await this.mapSeen;
      return newest.signal.aborted ? undefined : answer;
    } catch (problem) {
      if (!newest.signal.aborted) this.complain(problem, body.choice ? "choice" : topic);
      return undefined;
    } finally {
      this.stop.signal.removeEventListener("abort", end);
    }
  }

  /** Say what is wrong above the panels, once per topic; it goes when the topic is settled. */
  complain(problem, topic) {
    const said = problem instanceof Refusal ? problem.message : "The server does not answer. Try again.";
    let line = this.messages.querySelector(`[data-topic="${topic}"]`);
    if (line === null) {
      const words = make("span", { dir: "auto" });
      const close = makeClose("Close", () => this.settle(topic));
      line = make("div", { class: "message", "data-topic": topic }, words, close);
      this.messages.append(line);
    }
    write(line.firstElementChild, said);
  }

  /** What was wrong is right again. */
  settle(topic) {
    this.messages.querySelector(`[data-topic="${topic}"]`)?.remove();
  }

  /** Listen as long as this page lives. */
  on(source, kind, handle) {
    source.addEventListener(kind, (event) => handle(event.detail), { signal: this.stop.signal });
  }

  tell(kind, detail = null) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  close() {
    this.stop.abort();
    for (const panel of this.panels) panel.close?.();
    this.node.remove();
  }
}
