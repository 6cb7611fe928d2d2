/** A finger across the example: left keeps, right takes the suggestion; what it will do is shown. */

import { make, show, write } from "../shared/dom.js";

/** Pixels before a touch counts as a swipe, and after which letting go decides. */
const BEGIN = 14;
const ENOUGH = 90;

/** says(direction) = words, or null where there is nothing to do; swiped(direction, event) decides. */
export function swipeable(node, says, swiped) {
  const hint = make("div", { class: "swipe-hint", "aria-hidden": "true", hidden: true });
  node.append(hint);
  let start = null;
  let far = 0;

  const end = () => {
    start = null;
    far = 0;
    node.style.removeProperty("--swipe");
    node.classList.remove("swiping");
    show(hint, false);
  };
  const direction = () => (far < 0 ? "left" : "right");

  node.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" || !event.isPrimary) return end();
    start = event;
  });
  node.addEventListener("pointermove", (event) => {
    if (start === null || event.pointerId !== start.pointerId) return;
    const [across, down] = [event.clientX - start.clientX, event.clientY - start.clientY];
    if (!node.classList.contains("swiping")) {
      if (Math.abs(down) > BEGIN && Math.abs(down) > Math.abs(across)) return end();
      if (Math.abs(across) < BEGIN) return;
      node.classList.add("swiping");
      node.setPointerCapture(event.pointerId);
    }
    far = across;
    node.style.setProperty("--swipe", `${far}px`);
    const words = says(direction());
    write(hint, words ?? "No suggestion on this one");
    hint.dataset.direction = direction();
    hint.classList.toggle("enough", Math.abs(far) >= ENOUGH && words !== null);
    show(hint, true);
  });
  node.addEventListener("pointerup", (event) => {
    const decided = node.classList.contains("swiping") && Math.abs(far) >= ENOUGH;
    const way = direction();
    if (decided) node.addEventListener("click", stop, { capture: true, once: true });
    // The browser may send no click after a drag: then nothing must be left to swallow the next one.
    if (decided) setTimeout(() => node.removeEventListener("click", stop, { capture: true }), 0);
    end();
    if (decided && says(way) !== null) swiped(way, event);
  });
  node.addEventListener("pointercancel", end);
}

function stop(event) {
  event.stopPropagation();
  event.preventDefault();
}
