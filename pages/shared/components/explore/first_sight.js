/** The map is seen before the other panels draw: what they do with their answers would come before it. */

/** Milliseconds for which they wait. */
const PATIENCE = 2_000;
const OF_MAP = ["about", "places", "colours", "masks", "marks"];

/** Whether the answer to a question is for the other panels. */
export const waitsForMap = (what) => !OF_MAP.includes(what);

/** Resolves when a field of the map has been painted and seen, or takes too long. */
export function firstSight(field) {
  return new Promise((over) => {
    field.addEventListener("painted", () => requestAnimationFrame(() => setTimeout(over)), { once: true });
    setTimeout(over, PATIENCE);
  });
}
