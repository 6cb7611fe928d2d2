/** Drawings: elements of SVG, and numbers as their axes have them. */

const SPACE = "http://www.w3.org/2000/svg";

/** One element of a drawing, attributes by name. */
export function drawing(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** A number in few letters: 0.025, 1,200, 3.4e-7. */
export function short(number) {
  const size = Math.abs(number);
  if (size >= 1e7 || (size > 0 && size < 1e-4)) return number.toExponential(1).replace("e+", "e").replace(".0e", "e");
  return number.toLocaleString("en", { maximumSignificantDigits: 5 });
}
