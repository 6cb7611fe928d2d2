/** How large points are and how dense ones are told from single ones: the same for every painter. */

import { OUT, PASSES, SELECTED } from "./layers.js";

/** Radius in pixels below which a point is one pixel: there may be a million of them. */
export const SMALL = 0.75;
const SMALLEST = 0.6;
const LARGEST = 7;
/** Share of the room of a point that it takes when all of them are seen. */
const TAKEN = 0.2;
/** The least and the most that the column of sizes makes of a radius. */
export const SIZES = [0.5, 1.9];

/** In pixels: smaller the more there are, growing more slowly than the zoom. */
export function radiusOf(n, { width, height, scale }) {
  const plain = TAKEN * Math.sqrt((width * height) / Math.max(1, n));
  return Math.min(LARGEST, Math.max(SMALLEST, plain * scale ** 0.6));
}

/**
 * How opaque one point is, and the logarithm of how many on one spot are as dense as it gets.
 * density: points per unit² of the layout where they are dense; k: pixels per unit.
 */
export function toneOf(density, k, radius) {
  const deep = Math.max(2, (density * Math.PI * radius * radius) / (k * k));
  return { single: Math.max(0.16, 0.92 / (1 + Math.log2(deep) / 5)), full: Math.log(deep) };
}

/** From the weight on a spot to how opaque it is. */
export function opaque(weight, { single, full }) {
  return weight < 1 ? single * weight : single + (1 - single) * Math.min(1, Math.log(weight) / full);
}

/**
 * The layers to draw, from below: {start, count, cap, grey} with cap = how opaque it gets at most and
 * grey = how far from its colour. What is filtered out is left out where nobody wants to see it.
 */
export function layersToDraw({ counts, hasSelection }, showsOut) {
  const starts = [0, counts[OUT], counts[OUT] + counts[PASSES]];
  const looks = [
    { cap: showsOut ? 0.16 : 0, grey: 1 },
    hasSelection ? { cap: 0.3, grey: 0.35 } : { cap: 1, grey: 0 },
    { cap: 1, grey: 0 },
  ];
  return [OUT, PASSES, SELECTED]
    .map((kind) => ({ start: starts[kind], count: counts[kind], ...looks[kind] }))
    .filter(({ count, cap }) => count > 0 && cap > 0);
}
