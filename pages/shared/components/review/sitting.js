/** What this person did since the page was opened: to undo it, and to sum it up. */

import { readJson, session } from "../shared/storage.js";

/** Decisions that can be shown again at once; older ones are asked of the server. */
const REMEMBERED = 200;
const open = new Map();

/** One for a dataset and page, however often the component comes and goes. */
export function sittingOf(fingerprint) {
  if (!open.has(fingerprint)) open.set(fingerprint, new Sitting(fingerprint));
  return open.get(fingerprint);
}

class Sitting {
  constructor(fingerprint) {
    this.name = `sitting/${fingerprint}`;
    /** {decision, card}, oldest first; card null where none is to be shown again. */
    this.undoable = [];
    /** [action, seconds] of every decision in force. */
    this.made = readJson(session, this.name, []);
    window.addEventListener("pagehide", () => session.write(this.name, JSON.stringify(this.made)));
  }

  add(decision, card) {
    this.undoable.push({ decision, card });
    if (this.undoable.length > REMEMBERED) this.undoable.shift();
    this.made.push([decision.action, decision.seconds, decision.decision_id]);
  }

  /** The last decision, which is undone now; null when none of this page is left. */
  takeBack() {
    const last = this.undoable.pop() ?? null;
    if (last !== null) this.forget(last.decision.decision_id);
    // Made before a reload: the server knows which it was, here only that there is one less.
    else this.made.pop();
    return last;
  }

  /** A decision that was refused counts for nothing. */
  forget(id) {
    this.undoable = this.undoable.filter(({ decision }) => decision.decision_id !== id);
    this.made = this.made.filter(([, , made]) => made !== id);
  }

  /** {actions: count of each, seconds: median per decision, perMinute: errors found per minute}. */
  summary() {
    const actions = {};
    for (const [action] of this.made) actions[action] = (actions[action] ?? 0) + 1;
    const times = this.made.map(([, seconds]) => seconds).filter((seconds) => seconds > 0);
    const total = times.reduce((sum, seconds) => sum + seconds, 0);
    const errors = (actions.relabel ?? 0) + (actions.drop ?? 0);
    return {
      actions,
      decisions: this.made.length,
      seconds: times.length ? median(times) : null,
      perMinute: total > 0 ? (60 * errors) / total : null,
    };
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
