/** The Explore page: map, charts, table and what to do with what was chosen. */

import { mountable } from "../shared/mounting.js";
import { Explore } from "./explore.js";

const SHEETS = ["../shared/base.css", "./explore.css", "./filter.css", "./map.css", "./charts.css", "./table.css", "./doing.css"];
const STYLES = SHEETS.map((name) => new URL(name, import.meta.url).href);

/** component = {data, parentElement, …}; returns the function that takes it away again. */
export const mount = mountable(STYLES, (data, tab) => new Explore(data, tab));

export default mount;
