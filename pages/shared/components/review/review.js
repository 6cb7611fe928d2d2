/** One review: the queue, the screen and the outbox, and what each command does between them. */

import { acceptWords } from "./actions.js";
import { Address } from "./address.js";
import { Alike } from "./alike.js";
import { Appearances } from "./appearances.js";
import { Bindings } from "./bindings.js";
import { Dialogs } from "./dialogs.js";
import { RecentDigits } from "./digits.js";
import { listen } from "./keys.js";
import { markCard, markKey, markSaved } from "./marks.js";
import { outboxOf } from "./outbox.js";
import { VisibleTime } from "./paint.js";
import { Pictures } from "./pictures.js";
import { Queue } from "./queue.js";
import { Screen } from "./screen.js";
import { post } from "./server.js";
import { sittingOf } from "./sitting.js";
import { randomId } from "./storage.js";
import { labelWords, told } from "./words.js";

const AHEAD = 5;
const PLAIN = ["keep", "drop", "skip", "flag"];
const MEMORY_ONLY =
  "This browser keeps nothing (its storage is full or forbidden): unsaved decisions are lost with " +
  "the page, so wait for “Saved” before you close it.";

export class Review {
  constructor(data, tab) {
    this.data = data;
    this.tab = tab;
    this.stop = new AbortController();
    this.bindings = new Bindings();
    this.digits = new RecentDigits(data.fingerprint);
    this.sitting = sittingOf(data.fingerprint);
    this.pictures = new Pictures();
    this.clock = new VisibleTime();
    this.address = new Address();
    const press = (command, event) => this.press(command, event);
    this.screen = new Screen(data, this.bindings, {
      press,
      swipe: (way, event) => press(way === "left" ? "keep" : "accept", event),
      swipeWords: (way) => this.#swipeWords(way),
      enlarge: (example) => this.dialogs.zoom.open(example),
      goOn: () => this.#goOn(),
      finish: () => this.#finish(),
      leaveNote: () => this.screen.focus(),
    });
    const ask = (card, sort) => this.#askAlike(card, sort);
    this.alike = new Alike(ask, press, this.bindings, () => this.screen.focus());
    this.dialogs = new Dialogs(data.classes, this.bindings, this.alike, () => this.screen.focus());
    this.screen.node.append(...this.dialogs.nodes);
    this.appearances = new Appearances((appearance) => this.#painted(appearance));
    this.queue = new Queue(data.fingerprint, tab);
    this.queue.reviewer = data.reviewer;
    this.outbox = outboxOf(data.fingerprint, tab);
    /** Given labels of the examples decided here, for the line that says what was saved. */
    this.given = new Map();
    /** True while the person looks at the summary of their own accord. */
    this.finished = false;
    this.shown = "loading";
    this.#hear(this.queue, { changed: () => this.#turn(), trouble: ({ said }) => this.screen.status.warn(said) });
    this.#hear(this.outbox, {
      changed: () => this.#writeStatus(),
      adopted: () => this.#leaveOut(this.outbox.decided),
      saved: (news) => this.#saved(news),
      refused: ({ decision, why }) => this.#refused(decision, why),
      trouble: ({ said }) => this.screen.status.warn(said),
    });
    this.deafen = listen(this.screen.node, this.bindings, press);
    this.queue.load(data.view, Address.card ?? data.card, this.outbox.decided);
    this.#writeStatus();
  }

  #hear(source, handlers) {
    for (const [kind, handle] of Object.entries(handlers)) {
      source.addEventListener(kind, (event) => handle(event.detail), { signal: this.stop.signal });
    }
  }

  /** The page ran again: only what changed in its data changes here. */
  update(data) {
    const before = this.data;
    this.data = data;
    this.queue.reviewer = data.reviewer;
    if (JSON.stringify(before.view) === JSON.stringify(data.view)) return;
    this.dialogs.close();
    this.finished = false;
    this.queue.load(data.view, null, this.outbox.decided);
    this.#turn();
  }

  close() {
    this.stop.abort();
    this.deafen();
    this.queue.close();
    this.clock.close();
    this.address.close();
    this.screen.status.close();
    this.screen.node.remove();
  }

  /** A key, a button or a swipe. The event's time says which card was meant. */
  press(command, event) {
    const time = event.timeStamp;
    if (!this.dialogs.lets(command)) return;
    if (command === "undo") return this.#undo(time);
    if (command === "help") return this.dialogs.help.open();
    if (this.alike.isOpen) return this.#pressAlike(command, time);
    const appearance = this.appearances.at(time);
    if (appearance === null) return;
    if (command === "alike") this.alike.open(appearance);
    else if (command === "zoom") this.dialogs.zoom.open(appearance.card);
    else if (command === "note") this.screen.notes.write();
    else if (command === "find") {
      this.dialogs.find.open((name) => this.#label(appearance, name, performance.now()));
    } else this.#decideBy(command, appearance, time);
  }

  #decideBy(command, appearance, time) {
    const { card } = appearance;
    if (command === "accept" && card.suggested === null) {
      this.screen.sayNoSuggestion();
    } else if (command === "accept") this.#label(appearance, card.suggested, time);
    else if (PLAIN.includes(command)) this.#decide(appearance, command, null, time);
    else if (command.startsWith("class")) {
      const digit = command.slice("class".length);
      const name = appearance.slots["1234567890".indexOf(digit)];
      if (name === null) return;
      this.digits.used(digit, name);
      this.#label(appearance, name, time);
    }
  }

  /** Picking the given label keeps it. */
  #label(appearance, name, time) {
    const same = name === appearance.card.given;
    this.#decide(appearance, same ? "keep" : "relabel", same ? null : name, time);
  }

  #decide(appearance, action, label, time) {
    const { card } = appearance;
    const before = appearance.decision;
    // The same key twice before the next card was there: one decision.
    if (before?.action === action && before?.label === label) return;
    const seconds = Math.max(0, this.clock.at(time) - appearance.began) / 1000;
    const decision = this.#make([card.id], action, label, seconds, card.ticket);
    decision.note = this.screen.notes.take(card.id);
    appearance.decision = decision;
    this.given.set(card.id, card.given);
    this.#send(decision);
    this.sitting.add(decision, card);
    this.queue.remove([card.id]);
    this.#turn();
    markKey(time, card.id, decision);
  }

  #make(ids, action, label, seconds, ticket, undoes = null) {
    const rounded = Math.round(seconds * 1000) / 1000;
    return { decision_id: randomId(), ids, action, label, note: "", seconds: rounded, ticket, undoes };
  }

  #send(decision) {
    if (!this.outbox.add(decision, this.data.reviewer)) this.screen.status.warn(MEMORY_ONLY);
  }

  /** All ticked rows at once: one entry. */
  #pressAlike(command, time) {
    const { card, slots } = this.alike.appearance;
    if (command === "alike") return this.alike.node.close();
    if (command === "sort") return this.alike.turnOrder();
    if (command === "all") return this.alike.tickAll();
    let [action, label] = [command, null];
    if (command === "accept") [action, label] = bulkAccept(card);
    if (command.startsWith("class")) {
      [action, label] = ["relabel", slots["1234567890".indexOf(command.at(-1))]];
    }
    const ids = this.alike.ticked;
    const known = action === "relabel" ? label !== null : ["keep", "drop", "flag"].includes(action);
    if (!known || ids.length === 0 || this.alike.ticket === undefined) return;
    const seconds = Math.max(0, this.clock.at(time) - this.alike.appearance.began) / 1000;
    const decision = this.#make(ids, action, label, seconds, this.alike.ticket);
    if (ids.includes(card.id)) decision.note = this.screen.notes.take(card.id);
    this.#send(decision);
    this.sitting.add(decision, ids.includes(card.id) ? card : null);
    this.alike.node.close();
    this.queue.remove(ids);
    this.#turn();
    markKey(time, card.id, decision);
  }

  async #askAlike(card, sort) {
    const { view, reviewer, fingerprint } = this.data;
    const body = { view, tab: this.tab, reviewer, id: card.id, want: 24, sort };
    try {
      return await post(fingerprint, "alike", body, { signal: this.stop.signal });
    } catch (problem) {
      return { said: problem.said || "The server does not answer. Close this and try again." };
    }
  }

  #undo(time) {
    const last = this.sitting.takeBack();
    const undoes = last?.decision.decision_id ?? null;
    const decision = this.#make(last?.decision.ids ?? [], "undo", null, 0, null, undoes);
    this.#send(decision);
    if (last !== null) this.#reopen(last.decision.ids, last.card, last.decision.note);
    markKey(time, last?.card?.id ?? null, decision);
  }

  /** These are open again; the card comes back to the screen. */
  #reopen(ids, card, note = "") {
    this.finished = false;
    if (card !== null) this.screen.notes.giveBack(card.id, note);
    this.queue.putBack(ids, card);
    this.#turn();
  }

  /** Decided in a tab that is gone, or before this page was loaded again. */
  #leaveOut(ids) {
    this.queue.remove(ids);
    this.#turn();
  }

  /** Draw the card in front of the queue, unless it is there already. */
  #turn() {
    const card = this.finished ? null : this.queue.current;
    this.pictures.prepare(this.queue.coming.slice(0, AHEAD));
    if (card === null) this.#turnEmpty();
    else if (this.appearances.newest?.card !== card || this.shown !== "card") {
      this.shown = "card";
      this.appearances.begin(card, this.digits.slots(card.classes));
      this.screen.fill(this.appearances.newest);
    }
    this.screen.status.writeProgress(card, this.queue.progress);
  }

  /** No card: the person is done, the queue is at its end, or the server is slow. */
  #turnEmpty() {
    const known = this.queue.progress !== null && !this.queue.loading;
    if (this.shown !== "summary") this.shown = this.finished || known ? "summary" : "loading";
    this.appearances.begin(null, []);
    this.screen.mode(this.shown);
    if (this.shown === "summary") this.#summarise();
  }

  #finish() {
    this.finished = true;
    this.#turn();
  }

  #goOn() {
    this.finished = false;
    this.#turn();
    this.screen.focus();
  }

  #painted(appearance) {
    const { card, since } = appearance;
    if (card === null) return;
    appearance.began = this.clock.at(since);
    this.screen.painted(appearance);
    this.address.follow(card.id);
    markCard(card.id);
  }

  #summarise() {
    const end = this.queue.current === null;
    const { exportUrl } = this.data;
    const unsaved = this.outbox.waiting.length;
    this.screen.summary.fill({ sitting: this.sitting, progress: this.queue.progress, end, unsaved, exportUrl });
    if (end) this.address.follow(null);
  }

  #swipeWords(way) {
    const { card } = this.appearances.seen ?? {};
    if (!card) return null;
    if (way === "left") return `Keep ${labelWords(card.given)}`;
    return card.suggested === null ? null : acceptWords(card);
  }

  #saved({ decisions, undone }) {
    for (const decision of decisions) {
      this.screen.status.addSaved(decision.ids, told(decision, this.given.get(decision.ids[0])));
      markSaved(decision);
      if (decision.action === "undo" && decision.undoes === null) this.#undone(undone[decision.decision_id]);
    }
    this.#writeStatus();
    if (decisions.length) this.queue.refresh();
  }

  /** The server undid something this page no longer remembered. */
  #undone(card) {
    if (card) this.#reopen([card.id], card);
    else this.screen.status.warn("There was nothing left to undo, or it was one decision about many examples.");
  }

  #refused(decision, why) {
    this.sitting.forget(decision.decision_id);
    if (decision.action !== "undo") this.queue.putBack(decision.ids, null);
    this.queue.refresh();
    const reason = why ?? "The server did not say why.";
    this.screen.status.warn(`Not saved for ${decision.ids.slice(0, 3).join(", ") || "the undo"}: ${reason}`);
  }

  #writeStatus() {
    this.screen.status.writeSaved(this.outbox.waiting.length, this.outbox.since);
    if (this.shown === "summary") this.#summarise();
  }
}

/** Accepting a card's suggestion for many rows. */
function bulkAccept(card) {
  if (card.suggested === null) return [null, null];
  return card.suggested === card.given ? ["keep", null] : ["relabel", card.suggested];
}
