/** Pictures or words beside single points, once the view is close enough to have room for them. */

import { make, show, write } from "../shared/dom.js";
import { showPicture } from "../review/pictures.js";
import { toScreen } from "./camera.js";

/** Points in view up to which each is shown. */
export const MOST = 60;
const PICTURE = 46;
const WORDS = { width: 132, height: 36, letters: 60 };
const GAP = 6;

export class Reveal {
  constructor() {
    this.node = make("div", { class: "reveal", "aria-hidden": "true" });
    this.shown = [];
  }

  /** facts as Singles has them; places of the layout. */
  set(facts, places) {
    this.shown = facts.map((one) => ({ ...one, x: places[2 * one.row], y: places[2 * one.row + 1] }));
  }

  clear() {
    this.shown = [];
    this.node.replaceChildren();
  }

  /** Put each beside its point where there is room; returns how many had none. */
  place(camera, radius) {
    const taken = this.shown.map(({ x, y }) => {
      const [right, down] = toScreen(camera, x, y);
      return [right - radius, down - radius, right + radius, down + radius];
    });
    const kept = [];
    for (const one of this.shown) {
      const [right, down] = toScreen(camera, one.x, one.y);
      const [wide, tall] = one.picture ? [PICTURE, PICTURE] : [WORDS.width, WORDS.height];
      const away = radius + GAP;
      const spots = [
        [right - wide / 2, down + away], [right - wide / 2, down - away - tall],
        [right + away, down - tall / 2], [right - away - wide, down - tall / 2],
      ];
      const free = spots.find(([left, top]) => fits([left, top, left + wide, top + tall], taken, camera));
      if (!free) continue;
      taken.push([free[0], free[1], free[0] + wide, free[1] + tall]);
      kept.push({ one, at: free });
    }
    this.#write(kept);
    return this.shown.length - kept.length;
  }

  #write(kept) {
    const { node } = this;
    while (node.children.length > kept.length) node.lastElementChild.remove();
    while (node.children.length < kept.length) {
      const image = make("img", { decoding: "async", draggable: "false" });
      node.append(make("div", {}, image, make("span", { dir: "auto" })));
    }
    kept.forEach(({ one, at }, place) => {
      const child = node.children[place];
      const [image, words] = child.children;
      show(image, Boolean(one.picture));
      show(words, !one.picture);
      if (one.picture) showPicture(image, one, "");
      else write(words, (one.text || one.id).slice(0, WORDS.letters));
      child.dataset.id = one.id;
      child.style.transform = `translate(${at[0]}px, ${at[1]}px)`;
    });
  }
}

function fits([left, top, right, bottom], taken, { width, height }) {
  if (left < 0 || top < 0 || right > width || bottom > height) return false;
  return !taken.some(([a, b, c, d]) => left < c && a < right && top < d && b < bottom);
}
