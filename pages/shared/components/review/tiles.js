/** A small example: picture or words, its label and a short note. */

import { make, show, write } from "../shared/dom.js";
import { showPicture } from "./pictures.js";
import { labelWords } from "./words.js";

/** Letters of a text that a tile has room for; laying out ten long texts would cost more than a card. */
const SNIPPET = 300;

/** A label as a small badge. */
export const makeLabel = () => make("span", { class: "label", dir: "auto" });

/** role "given" or "suggested" gives a label its colour; words = what it is called. */
export function writeLabel(node, name, role = "", words = labelWords(name)) {
  write(node, words);
  node.className = `label ${name === null ? "none" : role}`;
  node.title = words;
}

/** An empty tile; tag is what the whole of it is, for a grid of buttons. */
export function makeTile(tag, attributes = {}) {
  const parts = {
    image: make("img", { decoding: "sync", draggable: "false" }),
    words: make("div", { class: "snippet", dir: "auto" }),
    label: makeLabel(),
    note: make("span", { class: "quiet number" }),
  };
  const foot = make("span", { class: "foot" }, parts.label, parts.note);
  const node = make(tag, { class: "tile", ...attributes }, parts.image, parts.words, foot);
  node.parts = parts;
  return node;
}

/** Fill a tile with {id, label, role, picture, crisp, text} and a note; called = what its label is called. */
export function fillTile(node, example, note, called = undefined) {
  const { image, words, label, note: noted } = node.parts;
  show(image, Boolean(example.picture));
  show(words, !example.picture);
  if (example.picture) showPicture(image, example, "");
  write(words, example.picture ? "" : (example.text ?? example.id).slice(0, SNIPPET));
  writeLabel(label, example.label, example.role, called);
  write(noted, note);
  node.title = example.id;
}

/** An empty tile that is ticked or not. */
export function makeTickTile(onclick) {
  const tile = makeTile("button", { type: "button", role: "checkbox", "data-tile": true, onclick });
  tile.prepend(make("span", { class: "tick", "aria-hidden": "true" }));
  return tile;
}

/** The same as fillTile; example.ticked is its tick, said what a screen reader says of it. */
export function fillTickTile(node, example, said, note, called = undefined) {
  fillTile(node, example, note, called);
  node.setAttribute("aria-checked", String(example.ticked));
  node.setAttribute("aria-label", said);
  node.dataset.id = example.id;
}
