/** Elements made once and refilled. A dataset's text only ever becomes textContent, never markup. */

/** One element: attributes by name, `class` and `text` among them, listeners as `onclick`. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** The text of an element; untouched when it is the same, so that nothing is announced twice. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Whether an element is there at all. */
export function show(node, visible) {
  if (node.hidden === visible) node.hidden = !visible;
}

/** Exactly `count` children made by `create`, kept from card to card; returns them. */
export function children(parent, count, create) {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(create(parent.children.length));
  return [...parent.children];
}

/**
 * A dialog in the browser's top layer: it traps the focus, Escape closes it, the rest is inert.
 * `closed` is called however it was closed.
 */
export function makeDialog(name, title, closed, ...content) {
  const dialog = make(
    "dialog",
    { class: `dialog ${name}`, "aria-label": title, "data-dialog": name },
    ...content,
  );
  dialog.addEventListener("close", closed);
  // The backdrop belongs to the dialog element itself: a click there, and only there, closes it.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}

/** A small round button with a cross. */
export function makeClose(words, action) {
  return make("button", { type: "button", class: "close", "aria-label": words, onclick: action, text: "×" });
}
