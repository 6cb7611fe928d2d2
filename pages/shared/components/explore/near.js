/** Near: which points are close to a place, from a grid built once per layout. */

/** Points per cell, were they spread evenly. */
const EACH = 2;
/** Share of the cells that are less crowded than what counts as dense. */
const DENSE = 0.995;

export class Near {
  /** places: Float32Array x, y of every row; box: {low, high}. */
  constructor(places, { low, high }) {
    const n = places.length / 2;
    const [wide, tall] = [high[0] - low[0] || 1, high[1] - low[1] || 1];
    this.places = places;
    this.low = low;
    this.side = Math.sqrt((wide * tall * EACH) / n);
    // A line of points would make cells without end.
    this.side = Math.max(this.side, Math.max(wide, tall) / 4096);
    this.across = Math.floor(wide / this.side) + 1;
    this.up = Math.floor(tall / this.side) + 1;
    this.starts = new Uint32Array(this.across * this.up + 1);
    this.#countAll(n);
    this.density = this.#dense() / (this.side * this.side);
  }

  #countAll(n) {
    for (let row = 0; row < n; row += 1) this.starts[this.#cell(row) + 1] += 1;
    for (let cell = 1; cell < this.starts.length; cell += 1) this.starts[cell] += this.starts[cell - 1];
  }

  /** All rows, cell by cell; sorted when somebody first asks, for the first picture needs the counts alone. */
  get #rows() {
    if (this.sorted === undefined) {
      const next = this.starts.slice();
      this.sorted = new Uint32Array(this.places.length / 2);
      for (let row = 0; row < this.sorted.length; row += 1) this.sorted[next[this.#cell(row)]++] = row;
    }
    return this.sorted;
  }

  #cell(row) {
    return this.#row(this.places[2 * row + 1]) * this.across + this.#column(this.places[2 * row]);
  }

  #column(x) {
    return Math.min(this.across - 1, Math.max(0, Math.floor((x - this.low[0]) / this.side)));
  }

  #row(y) {
    return Math.min(this.up - 1, Math.max(0, Math.floor((y - this.low[1]) / this.side)));
  }

  /** Points of a crowded cell. */
  #dense() {
    const counts = [];
    for (let cell = 1; cell < this.starts.length; cell += 1) {
      const count = this.starts[cell] - this.starts[cell - 1];
      if (count) counts.push(count);
    }
    return Uint32Array.from(counts).sort()[Math.floor(counts.length * DENSE)] ?? 1;
  }

  /** The row nearest to a place, no farther than radius, of those for which allowed(row); -1 = none. */
  nearest(x, y, radius, allowed) {
    let found = -1;
    let closest = radius * radius;
    this.#visit([x - radius, y - radius, x + radius, y + radius], (row) => {
      const away = (this.places[2 * row] - x) ** 2 + (this.places[2 * row + 1] - y) ** 2;
      if (away <= closest && allowed(row)) [found, closest] = [row, away];
    });
    return found;
  }

  /** The rows in a box of the layout; null when there are more than most, or hardly fewer. */
  inBox(box, most) {
    if (this.#count(box) > 4 * most) return null;
    const found = [];
    this.#visit(box, (row) => {
      const [x, y] = [this.places[2 * row], this.places[2 * row + 1]];
      if (x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]) found.push(row);
    });
    return found;
  }

  #count([left, low, right, high]) {
    let count = 0;
    for (let row = this.#row(low); row <= this.#row(high); row += 1) {
      const at = row * this.across;
      count += this.starts[at + this.#column(right) + 1] - this.starts[at + this.#column(left)];
    }
    return count;
  }

  /** Of each line of cells, those that a box touches lie side by side. */
  #visit([left, low, right, high], each) {
    const rows = this.#rows;
    for (let row = this.#row(low); row <= this.#row(high); row += 1) {
      const at = row * this.across;
      const end = this.starts[at + this.#column(right) + 1];
      for (let place = this.starts[at + this.#column(left)]; place < end; place += 1) each(rows[place]);
    }
  }
}
