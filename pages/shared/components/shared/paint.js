/** When something was really on the screen. */

/** A hidden tab paints nothing; its card counts as shown after this many milliseconds. */
const HIDDEN = 250;

/**
 * Call back with the time once the next frame was handed to the screen.
 *
 * requestAnimationFrame runs before the frame is painted, a message posted from it after.
 */
export function afterPaint(callback) {
  let called = false;
  const once = () => {
    if (called) return;
    called = true;
    clearTimeout(timer);
    callback(performance.now());
  };
  const timer = setTimeout(once, HIDDEN);
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = once;
    port2.postMessage(null);
  });
}

/** Milliseconds of a stretch of time in which the page was visible. */
export class VisibleTime {
  constructor() {
    this.hidden = 0;
    this.since = document.hidden ? performance.now() : null;
    this.watch = () => {
      if (document.hidden) this.since ??= performance.now();
      else if (this.since !== null) {
        this.hidden += performance.now() - this.since;
        this.since = null;
      }
    };
    document.addEventListener("visibilitychange", this.watch);
  }

  /** A clock that stands still while nobody can look. */
  at(time) {
    const now = this.since === null ? 0 : Math.max(0, time - this.since);
    return time - this.hidden - now;
  }

  close() {
    document.removeEventListener("visibilitychange", this.watch);
  }
}
