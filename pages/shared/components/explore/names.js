/** Names of the groups, where most of their points in view are; the larger group first, none over another. */

import { make } from "../shared/dom.js";
import { toScreen } from "./camera.js";
import { OUT } from "./layers.js";

const MOST = 30;
/** Pixels of the squares in which points are counted. */
const SQUARE = 28;
/** Points without which a group has no name here, and the share of those in view. */
const FEWEST = 3;
const LEAST = 0.002;
const HEIGHT = 20;
const LETTER = 8.2;
const LONGEST = 24;

/** [{code, x, y, count}]: the densest spot of every group in view, in the units of the layout. */
export function densest(camera, places, codes, kind, groups) {
  const across = Math.ceil(camera.width / SQUARE);
  const up = Math.ceil(camera.height / SQUARE);
  const each = across * up;
  const counts = new Uint32Array(groups * each);
  const totals = new Uint32Array(groups);
  const { x, y, k, cos, sin, width, height } = camera;
  let all = 0;
  for (let row = 0; row < kind.length; row += 1) {
    const code = codes[row];
    if (code >= groups || kind[row] === OUT) continue;
    const dx = places[2 * row] - x;
    const dy = places[2 * row + 1] - y;
    const right = width / 2 + k * (cos * dx - sin * dy);
    const down = height / 2 - k * (sin * dx + cos * dy);
    if (!(right >= 0 && down >= 0 && right < width && down < height)) continue;
    counts[code * each + Math.floor(down / SQUARE) * across + Math.floor(right / SQUARE)] += 1;
    totals[code] += 1;
    all += 1;
  }
  const spots = [];
  for (let code = 0; code < groups; code += 1) {
    if (totals[code] < Math.max(FEWEST, LEAST * all)) continue;
    spots.push({ code, count: totals[code], ...peak(counts.subarray(code * each, (code + 1) * each), across) });
  }
  return spots.sort((one, other) => other.count - one.count).map(({ column, line, ...spot }) => {
    const [u, v] = [((column + 0.5) * SQUARE - width / 2) / k, (height / 2 - (line + 0.5) * SQUARE) / k];
    return { ...spot, x: x + cos * u + sin * v, y: y - sin * u + cos * v };
  });
}

/** The square with most points around it: itself twice, its four neighbours once. */
function peak(counts, across) {
  let most = -1;
  let at = 0;
  for (let place = 0; place < counts.length; place += 1) {
    if (counts[place] === 0) continue;
    const column = place % across;
    const sides = (column ? counts[place - 1] : 0) + (column < across - 1 ? counts[place + 1] : 0);
    const around = sides + (counts[place - across] ?? 0) + (counts[place + across] ?? 0) + 2 * counts[place];
    if (around > most) [most, at] = [around, place];
  }
  return { column: at % across, line: Math.floor(at / across) };
}

export class Names {
  constructor() {
    this.node = make("div", { class: "names", "aria-hidden": "true" });
    this.spots = [];
  }

  /** spots as above, called(code) → words, colours by code. */
  set(spots, called, colours) {
    this.spots = spots;
    this.called = called;
    this.colours = colours;
  }

  /** Write those that have room. */
  place(camera) {
    const taken = [];
    const kept = [];
    for (const spot of this.spots) {
      if (kept.length === MOST) break;
      const [right, down] = toScreen(camera, spot.x, spot.y);
      if (right < 0 || down < 0 || right > camera.width || down > camera.height) continue;
      const words = this.called(spot.code);
      const wide = LETTER * Math.min(LONGEST, words.length) + 10;
      // A name near the edge is pushed in, so that it can be read whole.
      const middle = Math.max(wide / 2, Math.min(camera.width - wide / 2, right));
      const box = [middle - wide / 2, down - HEIGHT / 2, middle + wide / 2, down + HEIGHT / 2];
      if (taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      kept.push({ words, middle, down, colour: this.colours[spot.code] });
    }
    this.#write(kept);
  }

  #write(kept) {
    while (this.node.children.length > kept.length) this.node.lastElementChild.remove();
    while (this.node.children.length < kept.length) this.node.append(make("span", { dir: "auto" }));
    kept.forEach(({ words, middle, down, colour }, place) => {
      const name = this.node.children[place];
      if (name.textContent !== words) name.textContent = words;
      name.style.transform = `translate(${middle}px, ${down}px) translate(-50%, -50%)`;
      name.style.setProperty("--colour", colour);
    });
  }
}

const overlap = ([a, b, c, d], [e, f, g, h]) => a < g && e < c && b < h && f < d;
