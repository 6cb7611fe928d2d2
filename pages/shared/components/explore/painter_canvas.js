/** The same picture as painter_gl.js where there is no WebGL2: sums in the browser's own memory. */

import { SIZES, SMALL, opaque } from "./density.js";

/** Sizes of a disc that are told apart, in pixels. */
const STEP = 0.1;

export class PainterCanvas {
  constructor(canvas) {
    this.name = "canvas";
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.data = { amounts: null };
    this.stamps = new Map();
  }

  set(name, value) {
    this.data[name] = value;
  }

  paint({ camera, radius, tone, layers, share, ink, dark }) {
    // One pixel of the picture per pixel of the page: finer costs four times as much here.
    const [width, height] = [Math.max(1, Math.round(camera.width)), Math.max(1, Math.round(camera.height))];
    if (this.canvas.width !== width || this.canvas.height !== height || !this.sums) {
      [this.canvas.width, this.canvas.height] = [width, height];
      this.sums = new Float32Array(4 * width * height);
      this.picture = new ImageData(width, height);
    }
    this.picture.data.fill(0);
    let drawn = 0;
    for (const layer of layers) {
      const count = Math.max(1, Math.round(layer.count * share));
      this.sums.fill(0);
      this.#sum(camera, radius, layer.start, count, layer.count / count);
      this.#fill(layer, tone, ink, dark ? 255 : 0);
      drawn += count;
    }
    this.context.putImageData(this.picture, 0, 0);
    return drawn;
  }

  #sum(camera, radius, start, count, stress) {
    const { places, codes, amounts, layers, palette } = this.data;
    const { width, height } = this.canvas;
    const { x, y, k, cos, sin } = camera;
    const { sums } = this;
    const plain = this.#stamp(radius);
    // In the order of the rows where all are drawn: sums know no order, and memory is read in turn.
    const isAll = count === layers.n;
    const order = isAll ? null : layers.order;
    for (let place = start; place < start + count; place += 1) {
      const row = isAll ? place : order[place];
      const dx = places[2 * row] - x;
      const dy = places[2 * row + 1] - y;
      const right = width / 2 + k * (cos * dx - sin * dy);
      const down = height / 2 - k * (sin * dx + cos * dy);
      const { side, half, shades } = amounts === null ? plain : this.#stamp(radius * grown(amounts[row]));
      const [left, top] = [Math.floor(right - half), Math.floor(down - half)];
      if (left + side <= 0 || top + side <= 0 || left >= width || top >= height) continue;
      const code = 4 * codes[row];
      const weight = (palette[code + 3] / 16) * stress;
      if (side === 1) {
        const at = 4 * (top * width + left);
        const shade = weight * shades[0];
        sums[at] += shade * palette[code];
        sums[at + 1] += shade * palette[code + 1];
        sums[at + 2] += shade * palette[code + 2];
        sums[at + 3] += shade;
        continue;
      }
      for (let line = Math.max(0, -top); line < side && top + line < height; line += 1) {
        for (let column = Math.max(0, -left); column < side && left + column < width; column += 1) {
          const shade = weight * shades[line * side + column];
          if (shade === 0) continue;
          const at = 4 * ((top + line) * width + left + column);
          sums[at] += shade * palette[code];
          sums[at + 1] += shade * palette[code + 1];
          sums[at + 2] += shade * palette[code + 2];
          sums[at + 3] += shade;
        }
      }
    }
  }

  /** A disc with a soft edge, side × side pixels. */
  #stamp(radius) {
    const size = Math.max(1, Math.round(radius / STEP));
    let stamp = this.stamps.get(size);
    if (stamp === undefined) {
      const reach = size * STEP;
      const side = reach < SMALL ? 1 : 2 * Math.ceil(reach) + 1;
      const middle = (side - 1) / 2;
      const shades = Float32Array.from({ length: side * side }, (_, place) => {
        if (side === 1) return Math.min(1, Math.PI * reach * reach);
        const away = Math.hypot((place % side) - middle, Math.floor(place / side) - middle);
        return Math.min(1, Math.max(0, reach + 0.5 - away));
      });
      stamp = { side, half: middle, shades };
      this.stamps.set(size, stamp);
    }
    return stamp;
  }

  #fill({ cap, grey }, tone, ink, end) {
    const { sums } = this;
    const { data } = this.picture;
    for (let at = 0; at < sums.length; at += 4) {
      const weight = sums[at + 3];
      if (weight <= 0) continue;
      const crowd = weight < 1 ? 0 : Math.min(1, Math.log(weight) / tone.full);
      const alpha = cap * opaque(weight, tone);
      const below = (data[at + 3] / 255) * (1 - alpha);
      const both = alpha + below;
      const pale = 0.22 * crowd * crowd;
      for (let part = 0; part < 3; part += 1) {
        const plain = sums[at + part] / weight + grey * (ink[part] - sums[at + part] / weight);
        const colour = plain + pale * (end - plain);
        data[at + part] = (colour * alpha + data[at + part] * below) / both;
      }
      data[at + 3] = 255 * both;
    }
  }

  async finished() {
    return true;
  }

  close() {}
}

/** What an amount makes of the radius; 255 = none. */
function grown(amount) {
  return SIZES[0] + (SIZES[1] - SIZES[0]) * (amount === 255 ? 0 : amount / 254);
}
