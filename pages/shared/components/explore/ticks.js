/** Ticks are steps of a selection by id; however many there are, they are two steps at the end. */

/**
 * The steps after rows were ticked ("add") or their ticks taken away ("subtract").
 *
 * Steps by id at the end are one list that adds and one that takes away, and share no id, so that
 * their order does not matter. Where nothing is drawn before them there is nothing to take away.
 */
export function withTicks(steps, ids, op) {
  let end = steps.length;
  while (end > 0 && steps[end - 1].ids) end -= 1;
  const before = steps.slice(0, end);
  const added = new Set();
  const taken = new Set();
  for (const step of [...steps.slice(end), { op, ids }]) {
    const [onto, from] = step.op === "add" ? [added, taken] : [taken, added];
    for (const id of step.ids) {
      onto.add(id);
      from.delete(id);
    }
  }
  const ticked = added.size ? [{ op: "add", ids: [...added] }] : [];
  const unticked = taken.size && before.length ? [{ op: "subtract", ids: [...taken] }] : [];
  return [...before, ...ticked, ...unticked];
}
