/** What can be done with what is chosen: the bar below everything, and what opens from it. */

import { Find } from "../review/find.js";
import { Wording } from "../review/wording.js";
import { count } from "../review/words.js";
import { make, show, write } from "../shared/dom.js";
import { randomId } from "../shared/storage.js";
import { Lists, momentName } from "./lists.js";
import { Preview } from "./preview.js";
import { Sending } from "./sending.js";
import { Slices } from "./slices.js";

export class Doing {
  constructor(page) {
    this.page = page;
    const { about } = page;
    this.wording = new Wording(about);
    this.sending = new Sending(page);
    this.preview = new Preview(page, this.sending, this.wording, (one) => this.#saved(one), () => this.#fill());
    this.called = new Map(about.classes.map((name) => [this.wording.label(name), name]));
    this.find = new Find([...this.called.keys()], () => {});
    this.lists = new Lists(page, this.sending, this.wording, (name) => this.#open("reviewUrl", { list: name }));
    this.slices = new Slices(page, this.wording, () => this.lists.refresh());
    this.last = null;
    this.undoing = null;
    this.#build();
    page.on(page, "counted", () => this.#fill());
    page.on(page, "decided", () => this.#ask());
    this.#fill();
    this.#ask();
  }

  #build() {
    const { wording } = this;
    const button = (name, text, onclick, kind = "") =>
      make("button", { type: "button", "data-do": name, class: kind, onclick, text });
    this.meant = make("strong", { class: "meant number", role: "status" });
    const choose = () => this.find.open((name) => this.preview.open("relabel", this.called.get(name)));
    this.acts = [
      button("review", "Review these", () => this.#leave("for-review", "reviewUrl"), "accept"),
      button("keep", wording.keep, () => this.preview.open("keep")),
      button("relabel", wording.isPair ? "Grade …" : "Relabel to …", choose),
      button("drop", wording.drop, () => this.preview.open("drop")),
      button("flag", "Flag", () => this.preview.open("flag")),
      button("list", "Add to list …", () => this.lists.ask()),
      button("export", "Export", () => this.#leave("for-export", "exportUrl")),
    ];
    this.acts[3].title = wording.dropTitle;
    this.clear = button("clear", "Clear selection", () => this.page.state.choose({ steps: [], layout: "" }));
    this.undo = button("undo", "", () => this.#undo(), "quiet-button");
    this.again = button("again", "Send again", () => this.preview.again(), "accept");
    this.said = make("span", { class: "doing-said", role: "status", dir: "auto" });
    const acts = make("div", { class: "acts", role: "group", "aria-label": "Do with these" }, ...this.acts, this.clear);
    const line = make("div", { class: "doing-line" }, this.said, this.again, this.undo);
    this.bar = make("section", { class: "doing-bar", "aria-label": "From looking to doing" }, this.meant, acts, line);
    const dialogs = [this.preview.node, this.find.node, this.lists.dialog];
    this.node = make("div", { class: "doing" }, this.slices.node, this.lists.node, this.bar, ...dialogs);
  }

  #fill() {
    const { counted, state } = this.page;
    const rows = counted ? (counted.selected ?? counted.filtered) : 0;
    write(this.meant, counted ? this.#words(counted, rows) : "…");
    for (const button of this.acts) button.disabled = rows === 0;
    show(this.clear, state.choice.steps.length > 0);
    show(this.undo, this.last !== null);
    if (this.last) {
      write(this.undo, `Undo: ${this.#told(this.last)}`);
      this.undo.title = this.undo.textContent;
    }
    const { pending, busy, node } = this.preview;
    show(this.again, pending !== null && !busy && !node.open);
    if (pending) write(this.said, busy ? `Saving: ${pending.words} …` : `Not known to be saved: ${pending.words}.`);
    this.bar.dataset.rows = rows;
  }

  #words({ n, filtered, selected }, rows) {
    const { unit } = this.wording;
    if (selected !== null) return `${count(rows)} selected ${unit}${rows === 1 ? "" : "s"}`;
    if (this.page.state.choice.named !== null) return `${this.wording.rows(rows)} of the list`;
    if (filtered < n) return `${this.wording.rows(rows)} that pass${rows === 1 ? "es" : ""} the filter`;
    return `All ${this.wording.rows(rows)}`;
  }

  /** A decision in words; {rows, id} stand for its ids, of which there may be a million. */
  #told({ action, label, rows, id }) {
    return this.wording.told({ action, label, ids: { length: rows, 0: id } });
  }

  #saved(decision) {
    write(this.said, `Saved: ${this.#told(decision)}.`);
    this.bar.dataset.saved = decision.decision_id;
    this.last = decision;
    this.#fill();
    this.page.decided();
  }

  /** What an undo would take back; somebody may have decided in another tab. */
  async #ask() {
    const found = await this.page.ask("latest", {});
    if (!found) return;
    this.last = found.latest;
    this.#fill();
  }

  async #undo() {
    if (this.busy) return;
    this.busy = this.undo.disabled = true;
    const before = this.last;
    // The id stays until the answer is there: sent again it is the same undo.
    if (this.undoing?.undoes !== before.decision_id) {
      this.undoing = { undoes: before.decision_id, decision_id: randomId() };
    }
    const { answer, said, refused } = await this.sending.send("undo", this.undoing);
    this.busy = this.undo.disabled = false;
    if (answer) {
      write(this.said, `Taken back: ${this.#told(answer.undone)}.`);
      this.bar.dataset.undone = before.decision_id;
      this.last = null; // until the server has said what came before it
      this.#fill();
      this.page.decided();
    } else {
      write(this.said, refused ? said : `${said} It is not known whether this was taken back. Undo again.`);
      if (refused) this.#ask();
    }
  }

  /** To another page, with the rows that are chosen now. */
  async #leave(what, url) {
    const { choice } = this.page.state;
    const { answer, said } = await this.sending.send(what, { choice, name: momentName() });
    if (answer) this.#open(url, answer);
    else write(this.said, said);
  }

  #open(url, more) {
    const aim = new URL(this.page.data[url], location.href);
    for (const [name, value] of Object.entries(more)) if (value) aim.searchParams.set(name, value);
    location.assign(aim);
  }

  close() {
    this.slices.close();
  }
}
