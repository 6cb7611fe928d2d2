/** Drag over a drawing: a stretch of it is chosen, moved, or cleared. Keys do it beside the drawing. */

/** Pixels within which an end of the brush is taken hold of. */
const NEAR = 6;

/**
 * node: the element; at(event) → where the pointer is, any unit that can be subtracted and compared
 * as [x, y] in [0, 1]; present() → the chosen box [[x0, y0], [x1, y1]] or null; drawn(box) shows one;
 * held(box) does while it is dragged; done(box) chooses it, null clears; letGo() follows either way.
 * Escape gives a drag up. flat: only x counts.
 */
export function brushable(node, { present, drawn, held, done, letGo, flat = false }) {
  let hold = null;

  const at = (event) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    const clamp = (part) => Math.min(Math.max(part, 0), 1);
    return [clamp((event.clientX - left) / width), flat ? 0 : clamp(1 - (event.clientY - top) / height)];
  };
  const ends = (box) => (flat ? [[box[0][0], 0], [box[1][0], 1]] : box);
  const giveUp = () => {
    end();
    drawn(present());
    letGo();
  };
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();  // it means the drag, and not what else is chosen
    giveUp();
  };
  const end = () => {
    hold = null;
    window.removeEventListener("keydown", escape, true);
  };

  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const place = at(event);
    const before = present();
    const inside = before !== null && [0, 1].every((axis) => place[axis] >= before[0][axis] && place[axis] <= before[1][axis]);
    const grip = before !== null && flat ? gripped(node, before, place) : null;
    if (grip !== null) hold = { from: [before[1 - grip][0], 0], box: before };
    else hold = { from: place, moved: inside ? before : null, box: null };
    hold.at = place;
    window.addEventListener("keydown", escape, true);
    node.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  node.addEventListener("pointermove", (event) => {
    if (hold === null) {
      node.style.cursor = cursor(node, present(), at(event), flat);
      return;
    }
    const place = at(event);
    hold.box = hold.moved ? shifted(hold.moved, hold.from, place) : ends(between(hold.from, place));
    hold.at = place;
    drawn(hold.box);
    held(hold.box);
  });
  node.addEventListener("pointerup", (event) => {
    if (hold === null) return;
    const { box, from } = hold;
    end();
    done(box ?? ends(between(from, at(event))));
    letGo();
  });
  node.addEventListener("pointercancel", giveUp);
  node.addEventListener("dblclick", () => done(null));
}

const between = ([x0, y0], [x1, y1]) => [
  [Math.min(x0, x1), Math.min(y0, y1)],
  [Math.max(x0, x1), Math.max(y0, y1)],
];

/** A box as far from where it was as the pointer is, and never over the edge. */
function shifted(box, from, to) {
  const by = [0, 1].map((axis) => Math.min(Math.max(to[axis] - from[axis], -box[0][axis]), 1 - box[1][axis]));
  return box.map((corner) => corner.map((part, axis) => part + by[axis]));
}

/** 0 or 1: the end that the pointer is near, or null. */
function gripped(node, box, place) {
  const near = NEAR / node.getBoundingClientRect().width;
  const away = box.map((corner) => Math.abs(corner[0] - place[0]));
  if (Math.min(...away) > near) return null;
  return away[0] < away[1] ? 0 : 1;
}

function cursor(node, box, place, flat) {
  if (box === null) return "crosshair";
  if (flat && gripped(node, box, place) !== null) return "ew-resize";
  return [0, 1].every((axis) => place[axis] >= box[0][axis] && place[axis] <= box[1][axis]) ? "grab" : "crosshair";
}
