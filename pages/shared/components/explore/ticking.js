/** Ticks in the table: one row, or all from the last one that was ticked to this. */

export class Ticks {
  /** row(place) = what is loaded; body(offset, limit) = the question for ids that are not. */
  constructor(page, row, body) {
    Object.assign(this, { page, row, body });
    this.anchor = null;
  }

  /** Tick the row at a place or take its tick away; range: all from the last one to it. */
  async turn(place, range) {
    const row = this.row(place);
    if (row === undefined) return;
    const op = row.ticked ? "subtract" : "add";
    if (!range || this.anchor === null) {
      this.anchor = { place, op };
      return this.#tick([row.id], op);
    }
    const [first, last] = [this.anchor.place, place].sort((a, b) => a - b);
    const ids = await this.#ids(first, last - first + 1);
    if (ids !== undefined) this.#tick(ids, this.anchor.op);
  }

  /** Seen at once; the answer of the server follows. */
  #tick(ids, op) {
    this.page.state.tick(ids, op);
  }

  async #ids(offset, limit) {
    const rows = Array.from({ length: Math.min(limit, 1_000) }, (_, step) => this.row(offset + step));
    if (rows.length === limit && rows.every((row) => row !== undefined)) return rows.map((row) => row.id);
    return (await this.page.ask("ids", this.body(offset, limit)))?.ids;
  }
}
