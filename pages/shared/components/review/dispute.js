/** Above what is said about a card: that reviewers disagree, who wants what, and what a key does to it. */

import { children, make, show, write } from "../shared/dom.js";
import { moment } from "./words.js";

const OPEN = "Reviewers disagree";
const RULED = "You settled this one";
const SETTLES = "Your decision settles it for everybody.";
const AGAIN = "Your decision takes the place of that.";
const VOICE = "Your decision is one more opinion.";

/** The words about a dispute, also for a screen reader. */
export function disputeWords({ settles, ruled }) {
  return ruled ? [RULED, AGAIN] : [OPEN, settles ? SETTLES : VOICE];
}

export class Dispute {
  constructor(wording) {
    this.wording = wording;
    this.title = make("strong");
    this.what = make("span");
    this.list = make("ul", { "aria-label": "Who wants what" });
    this.node = make("section", { class: "dispute", hidden: true }, make("p", {}, this.title, this.what), this.list);
  }

  fill(card) {
    const { dispute } = card;
    show(this.node, Boolean(dispute));
    if (!dispute) return;
    const [title, what] = disputeWords(dispute);
    write(this.title, title);
    write(this.what, what);
    this.node.classList.toggle("settles", dispute.settles);
    const create = () => make("li", { dir: "auto" }, make("b", { dir: "auto" }), make("span", { dir: "auto" }));
    const lines = children(this.list, dispute.said.length, create);
    dispute.said.forEach((one, place) => {
      write(lines[place].children[0], one.reviewer);
      write(lines[place].children[1], this.#said(one, card));
      lines[place].title = moment(one.at);
    });
    this.node.scrollTop = 0;
  }

  #said({ action, label, note }, card) {
    const kept = action === "keep" && !this.wording.isPair ? ` ${this.wording.label(label)}` : "";
    const said = this.wording.said({ action, label }, card) + kept;
    return note ? `${said} · “${note}”` : said;
  }
}
