/**
 * Where the map is looked at from: between the units of a layout and pixels of the screen.
 *
 * A view is {x, y, scale, angle}: the place in the middle, how many times larger than all of it, and
 * radians turned to the left; null = all of it. A box is {low: [x, y], high: [x, y]} of all points.
 * A camera is a view in a field of width × height pixels: k = pixels per unit of the layout. Up in the
 * layout is up on the screen, where y grows downwards.
 */

const FARTHEST = 0.3;
const NEAREST = 100_000;
/** Share of the field that all points take at scale 1. */
const FILLED = 0.92;

export function cameraOf(view, { low, high }, width, height) {
  const wide = high[0] - low[0];
  const tall = high[1] - low[1];
  const all = { x: (low[0] + high[0]) / 2, y: (low[1] + high[1]) / 2, scale: 1, angle: 0 };
  const { x, y, scale, angle } = readable(view) ? view : all;
  // One point, or all on one spot: any scale will do.
  const fit = FILLED * Math.min(width / (wide || tall || 1), height / (tall || wide || 1));
  const k = Math.max(fit, 1e-30) * scale;
  return { x, y, scale, angle, k, cos: Math.cos(angle), sin: Math.sin(angle), width, height, low, high };
}

/** A view from an address may be anything. */
function readable(view) {
  const numbers = [view?.x, view?.y, view?.scale, view?.angle];
  return numbers.every(Number.isFinite) && view.scale > 0;
}

/** [right, down] in pixels. */
export function toScreen({ x, y, k, cos, sin, width, height }, px, py) {
  const dx = px - x;
  const dy = py - y;
  return [width / 2 + k * (cos * dx - sin * dy), height / 2 - k * (sin * dx + cos * dy)];
}

/** [x, y] in the units of the layout. */
export function toData({ x, y, k, cos, sin, width, height }, right, down) {
  const u = (right - width / 2) / k;
  const v = (height / 2 - down) / k;
  return [x + cos * u + sin * v, y - sin * u + cos * v];
}

/** The view after dragging by so many pixels. */
export function moved(camera, right, down) {
  const [x, y] = toData(camera, camera.width / 2 - right, camera.height / 2 - down);
  return { x, y, scale: camera.scale, angle: camera.angle };
}

/** Larger by a factor; what is below the pointer stays there. */
export function zoomed(camera, factor, right, down) {
  const scale = Math.min(NEAREST, Math.max(FARTHEST, camera.scale * factor));
  return held(camera, { scale, angle: camera.angle }, right, down);
}

/** Turned to the left by radians around the pointer. */
export function turned(camera, radians, right, down) {
  const angle = Math.atan2(Math.sin(camera.angle + radians), Math.cos(camera.angle + radians));
  return held(camera, { scale: camera.scale, angle }, right, down);
}

function held(camera, { scale, angle }, right, down) {
  const [px, py] = toData(camera, right, down);
  const { x, y, low, high, width, height } = camera;
  const [qx, qy] = toData(cameraOf({ x, y, scale, angle }, { low, high }, width, height), right, down);
  return { x: x + px - qx, y: y + py - qy, scale, angle };
}

/** The box of the layout that holds all that is on the screen: [low x, low y, high x, high y]. */
export function boxInView(camera) {
  const { width, height } = camera;
  const corners = [[0, 0], [width, 0], [width, height], [0, height]].map(([a, b]) => toData(camera, a, b));
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The view with as many digits as make no difference on a screen: an address should be short. */
export function short({ x, y, scale, angle, low, high }) {
  const wide = Math.max(high[0] - low[0], high[1] - low[1]) || 1;
  const digits = Math.min(12, Math.max(0, Math.ceil(Math.log10((4_000 * scale) / wide))));
  const round = (value, places) => Number(value.toFixed(places));
  return { x: round(x, digits), y: round(y, digits), scale: Number(scale.toPrecision(5)), angle: round(angle, 4) };
}
