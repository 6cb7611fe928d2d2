/** Everything on the screen: built once, refilled for every card. */

import { Actions, writeKeys } from "./actions.js";
import { make, show, write } from "../shared/dom.js";
import { Neighbours, Scores } from "./evidence.js";
import { Dispute } from "./dispute.js";
import { Example } from "./example.js";
import { Notes } from "./notes.js";
import { Positives, Query } from "./pair.js";
import { Status } from "./status.js";
import { Summary } from "./summary.js";
import { swipeable } from "./swipe.js";
import { Verdict } from "./verdict.js";

/** Letters of the longest class that fit a small class button, and an ordinary one. */
const TINY_NAME = 3;
const LONG_NAME = 9;
const FETCHING = "Fetching the next card …";

export class Screen {
  /** hands: {press(command, event), swipe, swipeWords, enlarge(example), goOn, finish, leaveNote} */
  constructor(data, bindings, hands, wording) {
    this.wording = wording;
    this.node = make("section", { class: "ours review", tabindex: "-1", "aria-label": "Review" });
    Object.assign(this.node.dataset, { card: "", ready: "", verdict: "" });
    const longest = Math.max(0, ...data.classes.map((name) => wording.label(name).length));
    this.node.classList.toggle("tiny-names", longest <= TINY_NAME);
    this.node.classList.toggle("wide-names", longest > LONG_NAME);
    this.status = new Status(this.node, (event) => hands.press("undo", event));
    this.example = new Example(() => hands.press("zoom", { timeStamp: performance.now() }));
    this.place = make("p", { class: "quiet", dir: "auto" });
    this.left = make("div", { class: "example" }, this.example.node, this.place);
    this.dispute = new Dispute(wording);
    this.verdict = new Verdict(wording);
    this.actions = new Actions(hands.press, wording);
    this.notes = new Notes(hands.leaveNote);
    this.neighbours = new Neighbours(data.metric, hands.enlarge, wording);
    this.scores = new Scores(wording);
    this.summary = new Summary(hands.goOn, wording);
    const wait = { class: "loading quiet", role: "status", text: FETCHING };
    this.loading = make("p", wait);
    const finish = { type: "button", class: "quiet-button", text: "Finish", onclick: hands.finish };
    this.status.messages.before(make("button", finish));
    const right = make("div", { class: "right" }, this.dispute.node, this.verdict.node, this.notes.node);
    const evidence = [this.neighbours.node, this.scores.node];
    this.body = make("div", { class: "body" }, this.left, right, this.actions.node, ...evidence);
    // A pair has more to show: its query above, the known positives beside the passage.
    this.pair = wording.isPair ? [new Query(), new Positives(wording)] : [];
    this.body.classList.toggle("pairs", wording.isPair);
    for (const part of this.pair) right.before(part.node);
    this.node.append(this.status.node, this.loading, this.summary.node, this.body);
    swipeable(this.left, hands.swipeWords, hands.swipe);
    writeKeys(this.node, bindings);
    bindings.addEventListener("changed", () => writeKeys(this.node, bindings));
    // Else the button last clicked would be pressed again by Space or Enter.
    this.node.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (event.detail > 0 && button && !button.closest("dialog")) button.blur();
    });
    this.mode("loading");
  }

  /** What is there: "card", "loading" or "summary". */
  mode(name) {
    show(this.loading, name === "loading");
    show(this.summary.node, name === "summary");
    show(this.body, name === "card");
    if (name !== "card") Object.assign(this.node.dataset, { card: "", ready: "", verdict: "" });
  }

  /** Draw an appearance of a card. */
  fill(appearance) {
    const { card } = appearance;
    this.example.fill(card);
    for (const part of this.pair) part.fill(card);
    write(this.place, card.id);
    this.dispute.fill(card);
    this.verdict.fill(card);
    this.actions.fill(appearance);
    this.neighbours.fill(card);
    this.scores.fill(card);
    this.notes.turnTo(card.id);
    this.mode("card");
  }

  /** It is painted: whoever reads the attributes may press a key now. */
  painted({ card }) {
    Object.assign(this.node.dataset, { card: card.id, ready: card.id, verdict: card.verdict });
    write(this.status.card, this.wording.announced(card));
  }

  /** Draw the summary. */
  summarise(sum) {
    this.summary.fill(sum);
    write(this.status.card, this.summary.title.textContent);
  }

  /** The server's sentence: to be dismissed when it lasts, else beside the wait for a card. */
  tellTrouble(said, lasting) {
    if (lasting) this.status.warn(said);
    else write(this.loading, `${FETCHING} ${said}`.trim());
  }

  /** Enter was pressed on a card without a suggestion. */
  sayNoSuggestion() {
    this.actions.sayNoSuggestion();
    write(this.status.card, "No suggestion to accept");
  }

  /** Keys go to the card again. */
  focus() {
    this.node.focus({ preventScroll: true });
  }

  close() {
    this.status.close();
    this.node.remove();
  }
}
