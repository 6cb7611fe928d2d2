/** Words of a text marked; the text only ever becomes text. */

import { make } from "../shared/dom.js";

/** Write a text with marks, [[start, end], …] in rising order; without any, as plain text. */
export function writeMarked(node, text, marks) {
  if (marks.length === 0) {
    node.textContent = text;
    return;
  }
  const pieces = [];
  let behind = 0;
  for (const [start, end] of marks) {
    if (start > behind) pieces.push(text.slice(behind, start));
    pieces.push(make("mark", { text: text.slice(start, end) }));
    behind = end;
  }
  node.replaceChildren(...pieces, text.slice(behind));
}

/** Marks of the two parts of a text that is cut at a place off every mark. */
export function cutMarks(marks, place) {
  const before = marks.filter(([, end]) => end <= place);
  const after = marks.slice(before.length).map(([start, end]) => [start - place, end - place]);
  return [before, after.filter(([start]) => start >= 0)];
}
