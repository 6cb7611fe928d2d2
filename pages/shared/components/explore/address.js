/** The choice and the look in the address: a link shows the same in another browser. */

const PAUSE = 300;
/** Characters of ids in an address: servers and messengers cut longer ones. */
const LONGEST = 4_000;
const JSON_ONES = ["parts", "view", "sort", "columns", "charts"];
const PLAIN_ONES = ["typed", "named", "layout", "colour", "marks", "size", "row", "scope", "listing"];
/** Where a name in the address would clash with another page's or says too little. */
const CALLED = { typed: "where", named: "list", layout: "map" };
const OF_CHOICE = ["parts", "typed", "named", "steps"];
let timer = null;
/** By the ids of a step the name under which the server keeps them. */
const linked = new WeakMap();

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

/**
 * Into the address, a moment after the last change. keep(ids) resolves to the name under which the
 * server keeps rows whose ids are too long for an address, or to null: then it does not name them.
 */
export function writeAddress(choice, look, keep) {
  clearTimeout(timer);
  const mine = setTimeout(async () => {
    const drawn = choice.steps.length ? await writeSteps(choice, keep) : "";
    if (timer !== mine) return; // something changed meanwhile, and is written instead
    const url = new URL(location.href);
    const put = (name, text) => (text ? url.searchParams.set(name, text) : url.searchParams.delete(name));
    const all = { ...look, ...choice, layout: look.layout };
    for (const name of PLAIN_ONES) put(CALLED[name] ?? name, all[name] ?? (name === "marks" ? "none" : ""));
    if (look.marks === "found") url.searchParams.delete("marks");
    for (const name of JSON_ONES) {
      const empty = all[name] === null || all[name].length === 0;
      put(name, empty ? "" : JSON.stringify(all[name]));
    }
    put("drawn", drawn);
    try {
      history.replaceState(history.state, "", url);
    } catch {
      // Too many changes for this browser: the next one writes again.
    }
  }, PAUSE);
  timer = mine;
}

/**
 * "umap.a~<corners>.s~<corners>.i~<ids>.l~<name>": corners are float32 in base64, as exact as they were
 * drawn; a name is that of linked rows. "" where some of it cannot be said: half of a selection is another.
 */
async function writeSteps({ steps, layout }, keep) {
  const parts = [layout];
  for (const step of steps) {
    const part = await writeStep(step, keep);
    if (part === null) return "";
    parts.push(part);
  }
  return parts.join(".");
}

async function writeStep({ op, polygon, ids, linked: name }, keep) {
  const adds = op === "add";
  if (name) return `${adds ? "l" : "m"}~${name}`;
  if (!ids) return `${adds ? "a" : "s"}~${encodeBytes(new Uint8Array(new Float32Array(polygon.flat()).buffer))}`;
  const body = encodeBytes(new TextEncoder().encode(JSON.stringify(ids)));
  if (body.length <= LONGEST) return `${adds ? "i" : "j"}~${body}`;
  if (!linked.has(ids)) {
    const kept = await keep(ids);
    if (kept === null) return null;
    linked.set(ids, kept);
  }
  return `${adds ? "l" : "m"}~${linked.get(ids)}`;
}

function readSteps(text) {
  if (!text) return null;
  try {
    const [layout, ...parts] = text.split(".");
    const steps = parts.map((part) => {
      const [kind, body] = part.split("~");
      const op = "ail".includes(kind) ? "add" : "subtract";
      if ("lm".includes(kind)) return { op, linked: body };
      const bytes = decodeBytes(body);
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
