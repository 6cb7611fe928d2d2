/** What the graphics card does for each point, and then for each pixel. */

import { SMALL } from "./density.js";

/** A point's place, size and colour. sizes: what the least and the most amount make of the radius. */
export const POINTS = `#version 300 es
precision highp float;
const float SMALL = ${SMALL};
in vec2 places;
in float codes;
in float amounts;
uniform vec2 centre;
uniform mat2 turn;
uniform float radius;
uniform vec2 sizes;
uniform float stress;
uniform sampler2D palette;
flat out vec4 colour;
flat out float reach;
void main() {
  gl_Position = vec4(turn * (places - centre), 0.0, 1.0);
  // 255 = no amount: as small as the least.
  float amount = amounts > 254.5 ? 0.0 : amounts / 254.0;
  reach = radius * mix(sizes.x, sizes.y, amount);
  // A point smaller than a pixel takes one, and weighs as much as it covers.
  gl_PointSize = reach < SMALL ? 1.0 : 2.0 * reach + 1.0;
  vec4 found = texelFetch(palette, ivec2(int(codes + 0.5), 0), 0);
  colour = vec4(found.rgb, 1.0) * (found.a * 255.0 / 16.0 * stress);
}`;

/** A disc with a soft edge. */
export const SUM = `#version 300 es
precision highp float;
const float SMALL = ${SMALL};
flat in vec4 colour;
flat in float reach;
out vec4 sum;
void main() {
  float away = length(gl_PointCoord - 0.5) * (2.0 * reach + 1.0);
  sum = colour * (reach < SMALL ? min(1.0, 3.1416 * reach * reach) : clamp(reach + 0.5 - away, 0.0, 1.0));
}`;

/** One triangle over everything. */
export const SHEET = `#version 300 es
void main() {
  vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
  gl_Position = vec4(corner, 0.0, 1.0);
}`;

/** density.js says the same in words: tone = single, full, cap, grey; end = 1 where dense is brighter. */
export const FILL = `#version 300 es
precision highp float;
uniform sampler2D sums;
uniform vec4 tone;
uniform vec3 ink;
uniform float end;
out vec4 colour;
void main() {
  vec4 sum = texelFetch(sums, ivec2(gl_FragCoord.xy), 0);
  if (sum.a <= 0.0) discard;
  float crowd = sum.a < 1.0 ? 0.0 : min(1.0, log(sum.a) / tone.y);
  float alpha = tone.z * (sum.a < 1.0 ? tone.x * sum.a : tone.x + (1.0 - tone.x) * crowd);
  vec3 plain = mix(sum.rgb / sum.a, ink, tone.w);
  colour = vec4(mix(plain, vec3(end), 0.22 * crowd * crowd), 1.0) * alpha;
}`;
