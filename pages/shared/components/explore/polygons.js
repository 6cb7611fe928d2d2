/** From a stroke on the screen to a polygon of the layout. */

import { toData } from "./camera.js";

/** Corners of a polygon at most: an address must hold it, and a million points be tested against it. */
export const MOST_CORNERS = 100;

/** The corners of a closed stroke that matter, at most so many; a stroke is [[right, down], …] in pixels. */
export function simplified(stroke, most = MOST_CORNERS) {
  for (let tolerance = 0.7; ; tolerance *= 1.5) {
    const found = kept(stroke, tolerance);
    if (found.length <= most) return found;
  }
}

/** Douglas and Peucker, The Canadian Cartographer 10 (2), 1973, without recursion. */
function kept(stroke, tolerance) {
  const last = stroke.length - 1;
  const keep = new Uint8Array(stroke.length);
  keep[0] = keep[last] = 1;
  const open = [[0, last]];
  while (open.length) {
    const [start, end] = open.pop();
    let farthest = tolerance;
    let at = -1;
    for (let place = start + 1; place < end; place += 1) {
      const away = distance(stroke[place], stroke[start], stroke[end]);
      if (away > farthest) [farthest, at] = [away, place];
    }
    if (at < 0) continue;
    keep[at] = 1;
    open.push([start, at], [at, end]);
  }
  return stroke.filter((_, place) => keep[place]);
}

/** From a point to the piece of line between two others. */
function distance([x, y], [x0, y0], [x1, y1]) {
  const [wide, tall] = [x1 - x0, y1 - y0];
  const length = wide * wide + tall * tall;
  const along = length ? Math.min(1, Math.max(0, ((x - x0) * wide + (y - y0) * tall) / length)) : 0;
  return Math.hypot(x - x0 - along * wide, y - y0 - along * tall);
}

/** The four corners of a box between two points of the screen. */
export const boxBetween = ([a, b], [c, d]) => [[a, b], [c, b], [c, d], [a, d]];

/** Corners in the layout's units, as exact as float32 keeps them: that is what an address holds. */
export function polygonOf(camera, stroke) {
  return stroke.map(([right, down]) => toData(camera, right, down).map(Math.fround));
}
