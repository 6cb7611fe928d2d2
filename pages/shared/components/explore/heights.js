/** What the height of a bar of a histogram means: scores are mostly one tall bar, so its logarithm. */

import { make } from "../shared/dom.js";
import { local } from "../shared/storage.js";

const EVEN = "explore/even-heights";

/** Whether heights grow with the logarithm of the rows. */
export function isLogarithmic() {
  return local.read(EVEN) !== "yes";
}

/** The box that turns it; changed() draws again. */
export function makeHeights(changed) {
  const box = make("input", { type: "checkbox" });
  box.checked = isLogarithmic();
  box.addEventListener("change", () => {
    local.write(EVEN, box.checked ? "no" : "yes");
    changed();
  });
  const title = "Heights of histograms grow with the logarithm of the rows, so that a few are seen beside many";
  return make("label", { class: "heights quiet", title }, box, "log heights");
}
