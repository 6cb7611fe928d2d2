/** Named lists: what was kept, and the dialog that keeps more. */

import { moment, several } from "../review/words.js";
import { make, makeClose, makeDialog, show, write } from "../shared/dom.js";

/** What a list is called that nobody named: "Explore 22 Nov 14:05". */
export function momentName() {
  const form = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false };
  return `Explore ${new Date().toLocaleString("en-GB", form).replace(",", "")}`;
}

export class Lists {
  /** review(name) opens the Review page with a list. */
  constructor(page, sending, wording, review) {
    Object.assign(this, { page, sending, wording, review });
    this.all = [];
    this.count = make("span");
    this.items = make("ul", { class: "lists" });
    this.node = make("details", { class: "aside lists-panel" }, make("summary", {}, this.count), this.items);
    this.#buildDialog();
    page.on(page.state, "choice", () => this.#mark());
    this.refresh();
  }

  #buildDialog() {
    this.title = make("h2");
    this.names = make("datalist", { id: "list-names" });
    const about = { type: "text", maxlength: "100", "aria-label": "Name of the list", placeholder: "Name of the list" };
    const send = () => this.#send(this.renaming ? "rename" : "add");
    this.field = make("input", {
      ...about, class: "doing-entry", dir: "auto", list: "list-names", autocomplete: "off",
      oninput: () => this.#fillDialog(),
      onkeydown: (event) => event.key === "Enter" && !event.isComposing && !event.repeat && send(),
    });
    this.told = make("p", { class: "quiet", role: "status" });
    this.add = make("button", { type: "button", class: "accept", "data-do": "add", onclick: send });
    const out = { type: "button", text: "Take out of it", "data-do": "remove" };
    this.out = make("button", { ...out, onclick: () => this.#send("remove") });
    const head = make("div", { class: "head" }, this.title, makeClose("Close", () => this.dialog.close()));
    const foot = make("div", { class: "preview-foot" }, this.add, this.out);
    this.dialog = makeDialog("listing", "A named list", () => {}, head, this.field, this.names, this.told, foot);
  }

  /** Ask for the list that the chosen rows go to; renaming: the list that is to be called otherwise. */
  ask(renaming = null) {
    this.renaming = renaming;
    this.choice = this.page.state.choice;
    this.field.value = renaming?.name ?? "";
    write(this.title, renaming ? "Another name for this list" : "Add to a list");
    this.names.replaceChildren(...(renaming ? [] : this.all.map(({ name }) => make("option", { value: name }))));
    this.#fillDialog();
    this.dialog.showModal();
    this.field.focus();
  }

  #fillDialog() {
    const name = this.field.value.trim();
    const known = this.all.find((one) => one.name === name);
    write(this.add, this.renaming ? "Rename" : known ? "Add to it" : "Make the list");
    this.add.disabled = name === "";
    show(this.out, known !== undefined && !this.renaming);
    const { counted } = this.page;
    const rows = this.wording.rows(counted ? (counted.selected ?? counted.filtered) : 0);
    const there = known && !this.renaming ? `It has ${this.wording.rows(known.rows)}; ` : "";
    write(this.told, this.renaming ? "" : `${there}${rows} chosen now.`);
  }

  async #send(op) {
    const name = this.field.value.trim();
    if (!name) return;
    const { choice, renaming } = this;
    const { answer, said } =
      op === "rename"
        ? await this.sending.send("rename", { name: renaming.name, new: name })
        : await this.sending.send("keep", { name, op, choice });
    if (!answer) return write(this.told, said);
    this.dialog.close();
    this.node.open = true;
    if (renaming && this.page.state.choice.named === renaming.name) this.page.state.choose({ named: answer.name });
    else if (this.page.state.choice.named === answer.name) this.page.decided(); // it means other rows now
    this.refresh();
  }

  async refresh() {
    const found = await this.page.ask("lists", {});
    if (!found) return;
    this.all = found.lists;
    write(this.count, this.all.length ? `Lists (${this.all.length})` : "Lists");
    show(this.node, this.all.length > 0);
    this.items.replaceChildren(...this.all.map((one) => this.#item(one)));
    this.node.dataset.lists = this.all.length;
    this.#mark();
  }

  #item(one) {
    const button = (text, does, onclick) =>
      make("button", { type: "button", class: "quiet-button", "data-do": does, onclick, text });
    const choose = () => {
      const { state } = this.page;
      state.choose({ named: state.choice.named === one.name ? null : one.name });
    };
    const called = make("span", { class: "words", dir: "auto", text: one.name });
    const size = make("span", { class: "quiet number", text: this.wording.rows(one.rows) });
    const name = make("button", { type: "button", class: "list-name", onclick: choose, "data-list": one.name }, called, size);
    const last = one.made.at(-1);
    const who = make("span", { class: "quiet", dir: "auto", text: last ? `${last.reviewer}, ${moment(last.at)}` : "" });
    const forget = button("Forget", "forget", () => this.#forget(one, forget));
    forget.addEventListener("blur", () => write(forget, "Forget"));
    const tools = [
      button("Review", "review-list", () => this.review(one.name)),
      button("Rename", "rename", () => this.ask(one)),
      forget,
    ];
    for (const tool of tools) tool.setAttribute("aria-label", `${tool.textContent} ${one.name}`);
    return make("li", {}, name, who, make("span", { class: "list-tools" }, ...tools));
  }

  /** The second press does it: a list cannot be brought back, though its rows are all still there. */
  async #forget(one, button) {
    if (button.textContent === "Forget") {
      write(button, `Forget the list of ${several(one.rows, "row")}?`);
      return;
    }
    const { answer, said } = await this.sending.send("forget", { name: one.name });
    if (!answer) return write(button, said);
    if (this.page.state.choice.named === one.name) this.page.state.choose({ named: null });
    this.refresh();
  }

  #mark() {
    const { named } = this.page.state.choice;
    for (const node of this.items.querySelectorAll("[data-list]")) {
      node.setAttribute("aria-pressed", String(node.dataset.list === named));
    }
  }
}
