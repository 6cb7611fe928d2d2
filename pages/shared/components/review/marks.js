/** Marks on the browser's own timeline, for whoever measures how fast this is. */

/** Marks kept of each kind; a day of decisions must not fill the memory. */
const KEPT = 2_000;
const made = new Map();

function mark(name, options) {
  const number = (made.get(name) ?? 0) + 1;
  if (number % KEPT === 0) performance.clearMarks(name);
  made.set(name, number);
  performance.mark(name, options);
}

/** A card is painted. */
export const markCard = (id) => mark("second-look-card", { detail: { id } });

/** A key went down at that time, for that card. */
export function markKey(time, id, decision) {
  const { action, decision_id } = decision;
  mark("second-look-key", { startTime: Math.max(0, time), detail: { id, action, decision_id } });
}

/** A decision is on disk. */
export const markSaved = ({ decision_id }) => mark("second-look-saved", { detail: { decision_id } });

/** The map is painted with so many points, after something other than the view has changed. */
export const markMap = (points) => mark("second-look-map", { detail: { points } });
