/** One decision about many rows, shown before it is made: what it would change, and ten of the rows. */

import { fillTile, makeTile } from "../review/tiles.js";
import { count, labelWords } from "../review/words.js";
import { children, make, makeClose, makeDialog, show, write } from "../shared/dom.js";
import { randomId } from "../shared/storage.js";

/** Classes in the table; those that change most come first. */
const CLASSES = 12;

export class Preview {
  /** saved(decision) once it is on disk; changed() whenever `pending` may be another. */
  constructor(page, sending, wording, saved, changed) {
    Object.assign(this, { page, sending, wording, saved, changed });
    this.title = make("h2");
    this.said = make("p", { class: "preview-said", role: "status" });
    this.facts = make("p", { class: "quiet" });
    this.rows = make("tbody");
    const heads = ["", "of these", "all now", "all then"].map((text) => make("th", { scope: "col", text }));
    this.table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), this.rows);
    this.some = make("h3");
    this.tiles = make("div", { class: "preview-tiles", role: "list" });
    const about = { type: "text", maxlength: "500", placeholder: "Note (optional)", "aria-label": "Note" };
    this.note = make("input", { ...about, class: "doing-entry", dir: "auto" });
    this.go = make("button", { type: "button", class: "accept", "data-do": "confirm", onclick: () => this.#confirm() });
    const leave = make("button", { type: "button", text: "Cancel", onclick: () => this.node.close() });
    const head = make("div", { class: "head" }, this.title, makeClose("Close", () => this.node.close()));
    const foot = make("div", { class: "preview-foot" }, this.note, this.go, leave);
    const parts = [head, this.facts, this.table, this.some, this.tiles, this.said, foot];
    this.node = makeDialog("preview", "Before it is decided", () => changed(), ...parts);
    /** What was sent and not answered: {body, words}. The same is sent again, never another. */
    this.pending = null;
    window.addEventListener("beforeunload", (event) => this.pending && event.preventDefault(), {
      signal: page.stop.signal,
    });
  }

  /** Show what an action would do to the rows that are chosen now; what is unanswered comes first. */
  open(action, label = null) {
    if (!this.pending) {
      this.asked = { action, label, choice: this.page.state.choice };
      this.#look();
    }
    if (!this.node.open) this.node.showModal();
  }

  /** Once more with the same id: on the server it is one decision, however often it comes. */
  async again() {
    if (this.pending && !this.busy) await this.#send();
  }

  async #look() {
    const asked = this.asked;
    this.found = null;
    write(this.title, "Looking at the rows …");
    for (const node of [this.table, this.tiles, this.some, this.facts]) show(node, false);
    write(this.said, "");
    this.note.value = "";
    this.#button("", false);
    const { answer, said } = await this.sending.send("preview", asked);
    if (this.asked !== asked) return;
    if (!answer) {
      write(this.title, "Nothing to decide");
      write(this.said, said);
      return;
    }
    this.found = answer;
    this.#fill();
  }

  #fill() {
    const { rows, tiles } = this.found;
    const words = this.#words();
    write(this.title, words);
    write(this.facts, this.#told());
    this.#fillTable();
    write(this.some, rows > tiles.length ? `${tiles.length} of them, drawn at random` : "These are they");
    const nodes = children(this.tiles, tiles.length, () => makeTile("div", { role: "listitem" }));
    this.tiles.classList.toggle("texts", !tiles.some((one) => one.picture));
    tiles.forEach((one, place) => fillTile(nodes[place], one, "", this.wording.label(one.label)));
    for (const node of [this.table, this.tiles, this.some, this.facts]) show(node, true);
    this.#button(words, true);
    this.go.focus();
  }

  /** "Relabel 532 examples to dog". */
  #words() {
    const { action, label } = this.asked;
    const rows = this.wording.rows(this.found.rows);
    if (action === "relabel") return `Relabel ${rows} to ${this.wording.label(label)}`;
    const verb = { keep: this.wording.keep, drop: this.wording.drop, flag: "Flag" }[action];
    return this.wording.isPair ? `${rows}: ${verb.toLowerCase()}` : `${verb} ${rows}`;
  }

  #told() {
    const { replaced, others, disputed } = this.found;
    const parts = [`One entry in the log by ${this.page.data.reviewer}, taken back by one undo.`];
    if (replaced) parts.push(`${count(replaced)} of your own verdicts are replaced.`);
    if (others) parts.push(`Others have decided ${count(others)} of them; their word stays beside yours.`);
    if (disputed) parts.push(`${count(disputed)} would then need adjudication, and stay as given until then.`);
    return parts.join(" ");
  }

  #fillTable() {
    const moved = ({ before, after, chosen }) => Math.max(Math.abs(after - before), chosen);
    const all = [...this.found.classes].sort((one, other) => moved(other) - moved(one));
    const shown = all.slice(0, CLASSES);
    const lines = shown.map(({ name, chosen, before, after }) => {
      const called = name === null ? labelWords(null) : this.wording.label(name);
      const numbers = [chosen, before, after].map((number) => make("td", { class: "number", text: count(number) }));
      return make("tr", {}, make("th", { scope: "row", dir: "auto", text: called }), ...numbers);
    });
    if (all.length > shown.length) {
      const more = make("td", { colspan: "4", class: "quiet", text: `and ${count(all.length - shown.length)} more` });
      lines.push(make("tr", {}, more));
    }
    this.rows.replaceChildren(...lines);
  }

  #button(words, enabled) {
    write(this.go, words);
    show(this.go, words !== "");
    this.go.disabled = !enabled;
  }

  #confirm() {
    if (this.pending) return void this.again();
    if (!this.found) return void this.#look();
    const { digest } = this.found;
    const { reviewer } = this.page.data;
    const body = { ...this.asked, digest, note: this.note.value, reviewer, decision_id: randomId() };
    this.pending = { body, words: this.#words() };
    this.#send();
  }

  async #send() {
    this.busy = true;
    this.#button("Saving …", false);
    write(this.said, "");
    this.changed();
    const { answer, said, refused } = await this.sending.send("decide", this.pending.body);
    this.busy = false;
    if (answer) {
      this.pending = null;
      this.node.close();
      this.saved(answer.saved);
    } else if (refused) {
      this.pending = null;
      this.found = null;
      write(this.said, said);
      this.#button("Look again", true);
    } else {
      write(this.said, `${said} It is not known whether this was saved; sent again it is still one decision.`);
      this.#button("Send again", true);
    }
    this.changed();
  }
}
