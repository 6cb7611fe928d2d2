/** An example as large as the window, and larger: wheel, pinch, plus and minus, drag. */

import { fillFields } from "./example.js";
import { make, makeClose, makeDialog, show, write } from "../shared/dom.js";
import { showPicture } from "./pictures.js";

const MOST = 40;
const STEP = 1.4;
const KEYS = { "+": STEP, "=": STEP, "-": 1 / STEP };

export class Zoom {
  constructor(closed) {
    /** What the card shows, until the whole picture is there. */
    this.preview = make("img", { class: "preview", draggable: "false", alt: "" });
    this.image = make("img", { class: "whole", draggable: "false" });
    this.sheet = make("div", { class: "sheet" }, this.preview, this.image);
    this.text = make("div", { class: "text", dir: "auto", tabindex: "0" });
    this.fields = make("dl", { class: "fields" });
    this.name = make("span", { class: "quiet" });
    const top = make("div", { class: "head" }, this.name, makeClose("Close", () => this.node.close()));
    this.field = make("div", { class: "field" }, this.sheet);
    this.node = makeDialog("zoom", "Enlarged example", closed, top, this.field, this.text, this.fields);
    this.fingers = new Map();
    this.field.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    this.field.addEventListener("pointerdown", (event) => this.#onDown(event));
    this.field.addEventListener("pointermove", (event) => this.#onMove(event));
    for (const end of ["pointerup", "pointercancel"]) {
      this.field.addEventListener(end, (event) => this.fingers.delete(event.pointerId));
    }
    this.field.addEventListener("dblclick", (event) => this.#by(this.scale > 1 ? 0 : 3, event));
    this.node.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** Show {id, picture, crisp, text, fields}. */
  open(example) {
    write(this.name, example.id);
    show(this.field, Boolean(example.picture));
    show(this.text, Boolean(example.text));
    show(this.fields, Boolean(example.fields));
    if (example.picture) this.#showWhole(example);
    const asked = example.pair ? `${example.pair.query.text}\n\n` : "";
    write(this.text, asked + (example.text ?? ""));
    fillFields(this.fields, example.fields ?? []);
    this.#by(0);
    this.fingers.clear();
    if (!this.node.open) this.node.showModal();
  }

  /** The whole picture; what is already there of it meanwhile, and if the whole never comes. */
  #showWhole(example) {
    showPicture(this.preview, example, "");
    showPicture(this.image, { ...example, picture: large(example.picture) }, example.id);
    show(this.preview, true);
    // Loaded is not yet decoded: a large one takes a moment more.
    this.image.decode().then(() => show(this.preview, false), () => {});
  }

  /** Enlarge by a factor around a point of the screen; 0 = as it was. */
  #by(factor, point = null) {
    if (factor === 0) [this.scale, this.x, this.y] = [1, 0, 0];
    else {
      const scale = Math.min(MOST, Math.max(1, this.scale * factor));
      const box = this.field.getBoundingClientRect();
      const x = (point?.clientX ?? box.x + box.width / 2) - box.x - box.width / 2;
      const y = (point?.clientY ?? box.y + box.height / 2) - box.y - box.height / 2;
      this.x = x - ((x - this.x) * scale) / this.scale;
      this.y = y - ((y - this.y) * scale) / this.scale;
      this.scale = scale;
    }
    this.#place();
  }

  #place() {
    if (this.scale === 1) [this.x, this.y] = [0, 0];
    this.sheet.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
  }

  #onWheel(event) {
    event.preventDefault();
    this.#by(Math.exp(-event.deltaY / 300), event);
  }

  #onKey(event) {
    if (!(event.key in KEYS) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#by(KEYS[event.key]);
  }

  #onDown(event) {
    this.fingers.set(event.pointerId, event);
    this.field.setPointerCapture(event.pointerId);
  }

  #onMove(event) {
    const before = this.fingers.get(event.pointerId);
    if (before === undefined) return;
    this.fingers.set(event.pointerId, event);
    const other = [...this.fingers.values()].find((one) => one.pointerId !== event.pointerId);
    if (other === undefined) {
      this.x += event.clientX - before.clientX;
      this.y += event.clientY - before.clientY;
      this.#place();
    } else this.#by(distance(event, other) / distance(before, other), middle(event, other));
  }
}

const distance = (a, b) => Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY));
const middle = (a, b) => ({ clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 });

/** A thumbnail's address without its size: the whole picture. */
function large(address) {
  const url = new URL(address, document.baseURI);
  url.searchParams.delete("size");
  return url.href;
}
