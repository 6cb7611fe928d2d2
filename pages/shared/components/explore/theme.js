/** Whether the page is dark, and the colour of its text, as the browser has computed them. */

/** [red, green, blue] of the text around a node. */
export function inkOf(node) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = getComputedStyle(node).color;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/** Light text stands on dark. */
export const isDark = ([red, green, blue]) => 0.3 * red + 0.59 * green + 0.11 * blue > 128;
