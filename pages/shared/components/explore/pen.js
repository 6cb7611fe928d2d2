/** What is drawn over the points: rings around some, outlines of the selection, the stroke in progress. */

import { toScreen } from "./camera.js";

/** Rings while the view moves. */
const FEW = 2_000;

/**
 * on: a canvas of the size of the field, ratio pixels to a pixel of the page. places, marked: rows with
 * a ring; steps: polygons in the layout's units; stroke: {points, op, closed} in pixels or null.
 */
export function drawPen(canvas, camera, ratio, { places, marked, isOut, radius, steps, stroke, ink, moving }) {
  const [width, height] = [Math.round(camera.width * ratio), Math.round(camera.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  // In memory of its own: Chromium 156 on a software GPU kept showing what was cleared when nothing followed.
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, camera.width, camera.height);
  const colour = `rgb(${ink.join(" ")})`;
  drawRings(pen, camera, { places, marked, isOut, radius, moving, colour });
  for (const { op, polygon } of steps) {
    drawLine(pen, polygon.map(([x, y]) => toScreen(camera, x, y)), { op, closed: true, colour });
  }
  if (stroke) drawLine(pen, stroke.points, { ...stroke, colour, fill: true });
}

function drawRings(pen, camera, { places, marked, isOut, radius, moving, colour }) {
  const every = moving ? Math.max(1, Math.ceil(marked.length / FEW)) : 1;
  const reach = Math.max(3, radius + 2);
  pen.beginPath();
  for (let place = 0; place < marked.length; place += every) {
    const row = marked[place];
    if (isOut(row)) continue;
    const [right, down] = toScreen(camera, places[2 * row], places[2 * row + 1]);
    if (right < -9 || down < -9 || right > camera.width + 9 || down > camera.height + 9) continue;
    pen.moveTo(right + reach, down);
    pen.arc(right, down, reach, 0, 7);
  }
  pen.lineWidth = 1.5;
  pen.globalAlpha = marked.length > 5_000 ? 0.5 : 0.9;
  pen.strokeStyle = colour;
  pen.stroke();
  pen.globalAlpha = 1;
}

/** What adds is a full line, what takes away a broken one. */
function drawLine(pen, points, { op, closed, colour, fill = false }) {
  pen.beginPath();
  points.forEach(([right, down], place) => (place ? pen.lineTo(right, down) : pen.moveTo(right, down)));
  if (closed) pen.closePath();
  if (fill) {
    pen.fillStyle = op === "subtract" ? "#d55e0022" : "#12998a22";
    pen.fill("evenodd");
  }
  pen.setLineDash(op === "subtract" ? [6, 5] : []);
  pen.lineWidth = 3.5;
  pen.globalAlpha = 0.35;
  pen.strokeStyle = colour;
  pen.stroke();
  pen.globalAlpha = 1;
  pen.lineWidth = 1.75;
  pen.strokeStyle = op === "subtract" ? "#d5763a" : "#12998a";
  pen.stroke();
  pen.setLineDash([]);
}
