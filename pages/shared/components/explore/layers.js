/** Which points pass and which are selected, and in which order they are drawn. */

/** What a point is at present. */
export const OUT = 0;
export const PASSES = 1;
export const SELECTED = 2;

/**
 * kind: Uint8Array, one of the above per row. order: Uint32Array of all rows, those filtered out first,
 * then those that pass, then the selected; within each in an order that has nothing to do with the
 * table's, so that no class covers another and the first few of a layer stand for all of it.
 * counts: how many of each. order is made when it is first asked for: sums of all rows need none.
 */
export function layersOf(n, head, body) {
  const kind = new Uint8Array(n).fill(PASSES);
  const counts = [0, n, 0];
  if (head) {
    const length = Math.ceil(n / 8);
    const passes = new Uint8Array(body, 0, length);
    const selected = head.selected === null ? null : new Uint8Array(body, Math.ceil(length / 4) * 4, length);
    for (let row = 0; row < n; row += 1) {
      const bit = 1 << (row & 7);
      kind[row] = selected && selected[row >> 3] & bit ? SELECTED : passes[row >> 3] & bit ? PASSES : OUT;
    }
    counts.fill(0);
    for (let row = 0; row < n; row += 1) counts[kind[row]] += 1;
  }
  let order = null;
  return {
    n,
    kind,
    counts,
    hasSelection: Boolean(head) && head.selected !== null,
    get order() {
      return (order ??= orderOf(n, kind, counts));
    },
  };
}

function orderOf(n, kind, counts) {
  const order = new Uint32Array(n);
  const next = [0, counts[OUT], counts[OUT] + counts[PASSES]];
  const stride = strideOf(n);
  for (let place = 0, row = 0; place < n; place += 1) {
    order[next[kind[row]]++] = row;
    row += stride;
    if (row >= n) row -= n;
  }
  return order;
}

/** A step through all rows that visits far-apart ones in turn: near the golden section, no common divisor. */
function strideOf(n) {
  let stride = Math.max(1, Math.floor(n * 0.6180339887));
  while (divisor(stride, n) !== 1) stride += 1;
  return stride;
}

const divisor = (one, other) => (other === 0 ? one : divisor(other, one % other));

/** The rows of a mask with a bit per row. */
export function rowsOfBits(body, n) {
  const bits = new Uint8Array(body, 0, Math.ceil(n / 8));
  const rows = [];
  bits.forEach((byte, place) => {
    for (let bit = 0; byte >> bit; bit += 1) if ((byte >> bit) & 1) rows.push(place * 8 + bit);
  });
  return Uint32Array.from(rows);
}
