/** The choice and the look in the address: a link shows the same in another browser. */

const PAUSE = 300;
const JSON_ONES = ["parts", "view", "sort", "columns", "charts"];
const PLAIN_ONES = ["typed", "named", "layout", "colour", "marks", "size", "row", "scope", "listing"];
/** Where a name in the address would clash with another page's or says too little. */
const CALLED = { typed: "where", named: "list", layout: "map" };
const OF_CHOICE = ["parts", "typed", "named", "steps"];
let timer = null;

/** {choice, look}: only what the address names and what can be read. */
export function readAddress() {
  const asked = new URL(location.href).searchParams;
  const found = { choice: {}, look: {} };
  const put = (name, value) => {
    if (OF_CHOICE.includes(name)) found.choice[name] = value;
    else found.look[name] = value;
  };
  for (const name of PLAIN_ONES) {
    const text = asked.get(CALLED[name] ?? name);
    if (text !== null) put(name, text === "none" ? null : text);
  }
  for (const name of JSON_ONES) {
    try {
      if (asked.has(name)) put(name, JSON.parse(asked.get(name)));
    } catch {
      // Cut off by whoever passed it on: the rest still holds.
    }
  }
  const drawn = readSteps(asked.get("drawn"));
  if (drawn) Object.assign(found.choice, drawn);
  return found;
}

/** Into the address, a moment after the last change. */
export function writeAddress(choice, look) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const url = new URL(location.href);
    const put = (name, text) => (text ? url.searchParams.set(name, text) : url.searchParams.delete(name));
    const all = { ...look, ...choice, layout: look.layout };
    for (const name of PLAIN_ONES) put(CALLED[name] ?? name, all[name] ?? (name === "marks" ? "none" : ""));
    if (look.marks === "found") url.searchParams.delete("marks");
    for (const name of JSON_ONES) {
      const empty = all[name] === null || all[name].length === 0;
      put(name, empty ? "" : JSON.stringify(all[name]));
    }
    put("drawn", choice.steps.length ? writeSteps(choice) : "");
    try {
      history.replaceState(history.state, "", url);
    } catch {
      // Too many changes for this browser: the next one writes again.
    }
  }, PAUSE);
}

/** "umap.a~<corners>.s~<corners>.i~<ids>": corners are float32 in base64, as exact as they were drawn. */
function writeSteps({ steps, layout }) {
  const parts = steps.map(({ op, polygon, ids }) => {
    if (ids) return `${op === "add" ? "i" : "j"}~${encodeBytes(new TextEncoder().encode(JSON.stringify(ids)))}`;
    return `${op === "add" ? "a" : "s"}~${encodeBytes(new Uint8Array(new Float32Array(polygon.flat()).buffer))}`;
  });
  return [layout, ...parts].join(".");
}

function readSteps(text) {
  if (!text) return null;
  try {
    const [layout, ...parts] = text.split(".");
    const steps = parts.map((part) => {
      const [kind, body] = part.split("~");
      const bytes = decodeBytes(body);
      const op = "ai".includes(kind) ? "add" : "subtract";
      if ("ij".includes(kind)) return { op, ids: JSON.parse(new TextDecoder().decode(bytes)) };
      const flat = [...new Float32Array(bytes.buffer)];
      return { op, polygon: flat.flatMap((x, place) => (place % 2 ? [] : [[x, flat[place + 1]]])) };
    });
    return { steps, layout };
  } catch {
    return null;
  }
}

function encodeBytes(bytes) {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decodeBytes(text) {
  const whole = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(whole, (letter) => letter.charCodeAt(0));
}
