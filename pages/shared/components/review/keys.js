/** From a key press to a command; everything that is typed somewhere else stays there. */

/** Nothing is typed into a box that is ticked: after a click on one the keys are the card's again. */
const TICKED = "input[type=checkbox], input[type=radio]";
const FIELDS = `input:not(${TICKED}), textarea, select, [contenteditable]`;
const ELSEWHERE =
  "dialog, [role=dialog], [aria-modal=true], [role=listbox], [role=menu], [role=combobox]";
const CONTROLS =
  `button, a[href], summary, [role=button], [role=tab], [role=checkbox], [role=link], [tabindex='0'], ${TICKED}`;

/** The elements an event went through, inner ones first, also out of shadow roots. */
const elements = (event) => event.composedPath().filter((node) => node instanceof Element);

/** True when somebody types, or another part of the page has the keyboard. */
function belongsElsewhere(event, root) {
  const path = elements(event);
  const ours = path.includes(root);
  const presses = event.key === "Enter" || event.key === " ";
  const depth = ours ? path.indexOf(root) : path.length;
  return path.some((node, place) => {
    if (node.isContentEditable || node.matches(FIELDS)) return true;
    if (place < depth && ours) return presses && isOwn(node, event.key);
    return !ours && (node.matches(ELSEWHERE) || (presses && node.matches(CONTROLS)));
  });
}

/**
 * A control of ours without a key of its own: Enter and Space are its own then. A button that shows
 * a key leaves them to the card, so that the button last clicked is not pressed again by mistake.
 */
function isOwn(node, key) {
  if (!node.matches(CONTROLS) || node.hasAttribute("data-command")) return false;
  return key === " " || !node.hasAttribute("data-tile");
}

/** Listen for keys; press(command, event) is called for each that means something. Returns the end. */
export function listen(root, bindings, press) {
  const onKey = (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || belongsElsewhere(event, root)) return;
    const command = bindings.command(event);
    if (command === null) return;
    // Also when it repeats: a held Enter would press a focused button, a held Space scroll the page.
    event.preventDefault();
    if (!event.repeat) press(command, event);
  };
  // A button is pressed when Space comes up.
  const onUp = (event) => {
    const button = event.key === " " && elements(event).find((node) => node.matches("[data-command]"));
    if (button && elements(event).includes(root)) event.preventDefault();
  };
  window.addEventListener("keydown", onKey);
  window.addEventListener("keyup", onUp);
  return () => {
    window.removeEventListener("keydown", onKey);
    window.removeEventListener("keyup", onUp);
  };
}
