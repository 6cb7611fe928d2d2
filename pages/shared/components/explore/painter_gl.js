/**
 * Paints points with WebGL2: each layer is summed up in a buffer of half floats, colour times weight and
 * weight, and then laid over the ones below by how much there is on a spot. The order does not matter.
 */

import { SIZES } from "./density.js";
import { FILL, POINTS, SHEET, SUM } from "./shaders.js";

export class PainterGl {
  /** Throws where the browser has no WebGL2 that can sum up, or none that is wanted: mayRunOn(its name). */
  constructor(canvas, mayRunOn = () => true) {
    const wanted = { antialias: false, depth: false, powerPreference: "high-performance" };
    this.gl = canvas.getContext("webgl2", wanted);
    if (!this.gl) throw new Error("no WebGL2");
    if (!mayRunOn(this.runsOn)) {
      this.close();
      throw new Error("not wanted"); // before its programs are compiled
    }
    const sums = ["EXT_color_buffer_float", "EXT_color_buffer_half_float"];
    if (!sums.some((name) => this.gl.getExtension(name))) throw new Error("no sums of half floats");
    this.name = "webgl";
    this.canvas = canvas;
    this.#prepare();
  }

  #prepare() {
    const { gl } = this;
    this.points = program(gl, POINTS, SUM);
    this.sheet = program(gl, SHEET, FILL);
    this.array = gl.createVertexArray();
    this.empty = gl.createVertexArray();
    this.buffers = { places: gl.createBuffer(), codes: gl.createBuffer(), amounts: gl.createBuffer(), order: gl.createBuffer() };
    this.palette = this.#texture();
    this.sums = this.#texture();
    this.frame = gl.createFramebuffer();
    this.size = [0, 0];
    this.hasAmounts = false;
  }

  #texture() {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const name of ["MIN", "MAG"]) gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${name}_FILTER`], gl.NEAREST);
    for (const name of ["S", "T"]) gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_WRAP_${name}`], gl.CLAMP_TO_EDGE);
    return texture;
  }

  /** What computes it, as far as the browser tells. */
  get runsOn() {
    const { gl } = this;
    const known = gl.getExtension("WEBGL_debug_renderer_info");
    return String(gl.getParameter(known ? known.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  }

  /** places, codes, amounts (null = all alike), layers or palette, as the other files describe them. */
  set(name, value) {
    const { gl } = this;
    if (name === "palette") {
      gl.bindTexture(gl.TEXTURE_2D, this.palette);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, value);
      return;
    }
    gl.bindVertexArray(this.array);
    if (name === "layers") {
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffers.order);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, value.order, gl.STATIC_DRAW);
      return;
    }
    if (name === "amounts") this.hasAmounts = value !== null;
    const where = gl.getAttribLocation(this.points.program, name);
    if (value === null) return gl.disableVertexAttribArray(where);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name]);
    gl.bufferData(gl.ARRAY_BUFFER, value, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(where);
    if (name === "places") gl.vertexAttribPointer(where, 2, gl.FLOAT, false, 0, 0);
    else gl.vertexAttribPointer(where, 1, gl.UNSIGNED_BYTE, false, 0, 0);
  }

  /** Draw the layers; share = how many of each, 1 = all. Returns how many points that were. */
  paint({ camera, ratio, radius, tone, layers, share, ink, dark }) {
    const { gl, canvas } = this;
    const size = [Math.max(1, Math.round(camera.width * ratio)), Math.max(1, Math.round(camera.height * ratio))];
    this.#resize(size);
    gl.viewport(0, 0, ...size);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.BLEND);
    let drawn = 0;
    for (const layer of layers) {
      const count = Math.max(1, Math.round(layer.count * share));
      this.#sum(camera, radius * ratio, layer.start, count, layer.count / count);
      this.#fill(layer, tone, ink, dark);
      drawn += count;
    }
    canvas.dataset.size = size.join(" ");
    return drawn;
  }

  #sum({ x, y, k, cos, sin, width, height }, radius, start, count, stress) {
    const { gl, points } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.blendFunc(gl.ONE, gl.ONE);
    gl.useProgram(points.program);
    gl.bindVertexArray(this.array);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.palette);
    const [across, up] = [(2 * k) / width, (2 * k) / height];
    gl.uniform2f(points.at("centre"), x, y);
    gl.uniformMatrix2fv(points.at("turn"), false, [across * cos, up * sin, -across * sin, up * cos]);
    gl.uniform1f(points.at("radius"), radius);
    gl.uniform2f(points.at("sizes"), ...(this.hasAmounts ? SIZES : [1, 1]));
    gl.uniform1f(points.at("stress"), stress);
    gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, 4 * start);
  }

  #fill({ cap, grey }, { single, full }, ink, dark) {
    const { gl, sheet } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.useProgram(sheet.program);
    gl.bindVertexArray(this.empty);
    gl.bindTexture(gl.TEXTURE_2D, this.sums);
    gl.uniform4f(sheet.at("tone"), single, full, cap, grey);
    gl.uniform3f(sheet.at("ink"), ...ink.map((value) => value / 255));
    gl.uniform1f(sheet.at("end"), dark ? 1 : 0);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  #resize(size) {
    if (String(size) === String(this.size)) return;
    const { gl } = this;
    [this.canvas.width, this.canvas.height] = size;
    this.size = size;
    gl.bindTexture(gl.TEXTURE_2D, this.sums);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA16F, ...size, 0, gl.RGBA, gl.HALF_FLOAT, null);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.sums, 0);
  }

  /** Resolves when what was painted last is done; false where the context went away. */
  async finished() {
    const { gl } = this;
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    while (fence && !gl.isContextLost()) {
      if (gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.SIGNALED) {
        gl.deleteSync(fence);
        return true;
      }
      await new Promise((over) => setTimeout(over, 2));
    }
    return false;
  }

  /** Give the memory back at once: a browser allows few contexts. */
  close() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

function program(gl, ...sources) {
  const made = gl.createProgram();
  const kinds = [gl.VERTEX_SHADER, gl.FRAGMENT_SHADER];
  sources.forEach((source, place) => {
    const shader = gl.createShader(kinds[place]);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  });
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made) || "no shaders");
  const known = {};
  return { program: made, at: (name) => (known[name] ??= gl.getUniformLocation(made, name)) };
}
