/** Ctrl+Z takes back a change of the view, unless somebody types: there it is the field's own. */

const FIELDS = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

/** Listen until the signal; state has back() and forward(). */
export function listenForUndo(state, signal) {
  const onKey = (event) => {
    if (event.defaultPrevented || event.altKey || !(event.ctrlKey || event.metaKey)) return;
    const path = event.composedPath().filter((node) => node instanceof Element);
    if (path.some((node) => node.isContentEditable || node.matches(FIELDS))) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && !(key === "y" && !event.shiftKey)) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) state.forward();
    else state.back();
  };
  window.addEventListener("keydown", onKey, { signal });
}
