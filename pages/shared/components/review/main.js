/** The review card: a prefetched queue in the browser, decisions sent behind it. */

import { mountable } from "../shared/mounting.js";
import { Review } from "./review.js";

const STYLES = ["../shared/base.css", "./card.css"].map((name) => new URL(name, import.meta.url).href);

/** component = {data, parentElement, …}; returns the function that takes it away again. */
export const mount = mountable(STYLES, (data, tab) => new Review(data, tab));

export default mount;
