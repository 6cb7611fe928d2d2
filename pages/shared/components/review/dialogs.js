/** What opens above the card, and which commands still mean the card then. */

import { Find } from "./find.js";
import { Help } from "./help.js";
import { Zoom } from "./zoom.js";

/** What a bulk grid understands besides the decisions. */
const OWN = ["sort", "all"];

export class Dialogs {
  constructor(classes, bindings, alike, closed) {
    this.alike = alike;
    this.find = new Find(classes, closed);
    this.help = new Help(bindings, closed);
    this.zoom = new Zoom(closed);
  }

  get nodes() {
    return [this.find.node, this.help.node, this.zoom.node, this.alike.node];
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
    if (this.alike.isOpen) return !["undo", "help", "find", "note", "zoom", "skip"].includes(command);
    return !OWN.includes(command);
  }

  close() {
    for (const node of this.nodes) if (node.open) node.close();
  }
}
