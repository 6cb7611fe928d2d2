/** One review: the parts put together, and what each key does. */

import { Address } from "./address.js";
import { Alike } from "./alike.js";
import { Bindings } from "./bindings.js";
import { Deciding } from "./deciding.js";
import { Dialogs } from "./dialogs.js";
import { placeOfClass } from "./digits.js";
import { listen } from "./keys.js";
import { outboxOf } from "../shared/outbox.js";
import { Queue } from "./queue.js";
import { Screen } from "./screen.js";
import { Showing } from "./showing.js";
import { post } from "../shared/server.js";
import { sittingOf } from "./sitting.js";
import { Whole } from "./whole.js";
import { Wording } from "./wording.js";

const ALIKE = 24;
/** Actions that go with no label; skipping many at once would mean nothing. */
const PLAIN = ["keep", "drop", "skip", "flag"];
const BULK = ["keep", "drop", "flag"];

export class Review {
  constructor(data, tab) {
    const { fingerprint } = data;
    this.data = data;
    this.tab = tab;
    this.stop = new AbortController();
    const bindings = new Bindings();
    const wording = new Wording(data);
    this.wording = wording;
    const press = (command, event) => this.press(command, event);
    const focus = () => this.screen.focus();
    const hands = {
      press,
      swipe: (way, event) => press(way === "left" ? "keep" : "accept", event),
      swipeWords: (way) => swipeWords(way, this.showing.card, wording),
      enlarge: (example) => this.dialogs.zoom.open(example),
      goOn: () => this.showing.goOn(),
      finish: () => this.showing.finish(),
      leaveNote: focus,
    };
    this.screen = new Screen(data, bindings, hands, wording);
    const askAlike = ({ id }, sort) => this.#ask("alike", { id, want: ALIKE, sort });
    const askWhole = (query, want) => this.#ask("whole", { query, want });
    this.alike = new Alike(askAlike, press, bindings, focus, wording);
    this.whole = new Whole(askWhole, press, bindings, focus, wording);
    const lists = { alike: this.alike, whole: this.whole };
    this.dialogs = new Dialogs(data.classes, bindings, lists, focus, wording);
    this.screen.node.append(...this.dialogs.nodes);
    this.outbox = outboxOf(fingerprint, tab);
    this.sitting = sittingOf(fingerprint);
    this.queue = new Queue(fingerprint, tab);
    this.showing = new Showing(fingerprint, this.screen, this.queue, (end) => this.#sum(end));
    this.deciding = new Deciding(this);
    this.#hear(this.queue, { changed: () => this.showing.turn() });
    this.#hear(this.outbox, {
      changed: () => this.deciding.writeStatus(),
      adopted: () => this.deciding.leaveOut(),
      saved: (news) => this.deciding.saved(news),
      refused: (news) => this.deciding.refused(news),
    });
    this.deafen = listen(this.screen.node, bindings, press);
    this.#load(Address.card ?? data.card);
    this.deciding.writeStatus();
  }

  #hear(source, handlers) {
    const trouble = ({ said, lasting }) => this.screen.tellTrouble(said, lasting);
    for (const [kind, handle] of Object.entries({ trouble, ...handlers })) {
      source.addEventListener(kind, (event) => handle(event.detail), { signal: this.stop.signal });
    }
  }

  #load(card) {
    this.queue.reviewer = this.deciding.reviewer = this.data.reviewer;
    this.queue.load(this.data.view, card, this.outbox.decided);
  }

  /** The page ran again: only what changed in its data changes here. */
  update(data) {
    const before = this.data;
    this.data = data;
    this.queue.reviewer = this.deciding.reviewer = data.reviewer;
    if (JSON.stringify(before.view) === JSON.stringify(data.view)) return;
    this.dialogs.close();
    this.showing.restart();
    this.#load(null);
    this.showing.turn();
  }

  get node() {
    return this.screen.node;
  }

  close() {
    this.stop.abort();
    this.deafen();
    this.queue.close();
    this.showing.close();
    this.screen.close();
  }

  /** A key, a button or a swipe. The event's time says which card was meant. */
  press(command, event) {
    const time = event.timeStamp;
    if (!this.dialogs.lets(command)) return;
    if (command === "undo") this.deciding.undo(time);
    else if (command === "help") this.dialogs.help.open();
    else if (this.alike.isOpen) this.#pressAlike(command, time);
    else if (this.whole.isOpen) this.#pressWhole(command, time);
    else {
      const appearance = this.showing.at(time);
      if (appearance !== null) this.#pressCard(command, appearance, time);
    }
  }

  #pressCard(command, appearance, time) {
    const { card } = appearance;
    if (command === "alike") this.alike.open(appearance);
    else if (command === "whole") card.pair && this.whole.open(appearance);
    else if (command === "zoom") this.dialogs.zoom.open(card);
    else if (command === "note") this.screen.notes.write();
    else if (command === "find") {
      this.dialogs.find.open((name) => this.#label(appearance, name, performance.now()));
    } else if (command === "accept" && card.suggested === null) this.screen.sayNoSuggestion();
    else if (command === "accept") this.#label(appearance, card.suggested, time);
    else if (PLAIN.includes(command)) this.deciding.one(appearance, command, null, time);
    else {
      const place = placeOfClass(command);
      const name = appearance.slots[place] ?? null;
      if (name === null) return;
      this.showing.digits.used(place, name);
      this.#label(appearance, name, time);
    }
  }

  /** Picking the given label keeps it. */
  #label(appearance, name, time) {
    const same = name === appearance.card.given;
    this.deciding.one(appearance, same ? "keep" : "relabel", same ? null : name, time);
  }

  /** In the grid the same keys decide all ticked examples. */
  #pressAlike(command, time) {
    const { appearance, ticket, ticked } = this.alike;
    if (command === "alike") return this.alike.node.close();
    if (command === "sort") return this.alike.turnOrder();
    if (command === "all") return this.alike.tickAll();
    const [action, label] = bulk(command, appearance);
    if (action === null || ticked.length === 0 || ticket === undefined) return;
    this.alike.node.close();
    this.deciding.many(ticked, appearance, action, label, ticket, time);
  }

  /** In the list of a query: ticked ones get a grade, the others shown are not relevant. */
  #pressWhole(command, time) {
    const { whole } = this;
    if (command === "whole") return whole.node.close();
    if (command === "all") return whole.tickAll();
    const [action, label] = whole.meaning(command);
    const ids = action === null ? [] : whole.ids(action !== "keep");
    if (ids.length === 0 || whole.ticket === undefined) return;
    this.deciding.many(ids, whole.appearance, action, label, whole.ticket, time);
    whole.remove(ids);
  }

  async #ask(what, wish) {
    const { view, reviewer, fingerprint } = this.data;
    const body = { view, tab: this.tab, reviewer, ...wish };
    try {
      return await post("review", fingerprint, what, body, { signal: this.stop.signal });
    } catch (problem) {
      return { said: problem.said || "The server does not answer. Close this and try again." };
    }
  }

  #sum(end) {
    const { sitting, queue, outbox, data } = this;
    const unsaved = outbox.waiting.length;
    return { sitting, progress: queue.progress, end, unsaved, exportUrl: data.exportUrl };
  }
}

/** [action, label] of a command for many examples; a null action means nothing there. */
function bulk(command, { card, slots }) {
  if (BULK.includes(command)) return [command, null];
  const name = command === "accept" ? card.suggested : (slots[placeOfClass(command)] ?? null);
  if (name === null) return [null, null];
  return command === "accept" && name === card.given ? ["keep", null] : ["relabel", name];
}

function swipeWords(way, card, wording) {
  if (card === null) return null;
  if (way === "left") return wording.keepTitle(card);
  return card.suggested === null ? null : wording.accept(card);
}
