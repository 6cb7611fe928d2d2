/** What opens above the card, and which commands still mean the card then. */

import { Find } from "./find.js";
import { Help } from "./help.js";
import { Zoom } from "./zoom.js";

/** What a bulk grid understands besides the decisions. */
const OWN = ["sort", "all"];
/** What only a single card understands. */
const CARD_ONLY = ["undo", "help", "find", "note", "zoom", "skip"];

export class Dialogs {
  /** lists: {alike, whole}, the dialogs that decide many at once. */
  constructor(classes, bindings, lists, closed, wording) {
    Object.assign(this, lists);
    this.find = new Find(classes, closed);
    this.help = new Help(bindings, closed, wording);
    this.zoom = new Zoom(closed);
  }

  get nodes() {
    return [this.find, this.help, this.zoom, this.alike, this.whole].map(({ node }) => node);
  }

  /** Whether a command goes through: it closes what it must first. */
  lets(command) {
    if (this.find.node.open) return false;
    if (this.help.node.open) {
      if (command === "help") this.help.node.close();
      return false;
    }
    if (this.zoom.node.open) {
      this.zoom.node.close();
      return command !== "zoom";
    }
    if (this.alike.isOpen) return !CARD_ONLY.includes(command) && command !== "whole";
    if (this.whole.isOpen) return ![...CARD_ONLY, "alike", "sort", "flag"].includes(command);
    return !OWN.includes(command);
  }

  close() {
    for (const node of this.nodes) if (node.open) node.close();
  }
}
