/** The browser's storage, which may be full or forbidden: nothing here throws. */

export const PREFIX = "second-look/";

function guarded(kind) {
  const store = () => window[kind];
  return {
    read(name) {
      try {
        return store().getItem(PREFIX + name);
      } catch {
        return null;
      }
    },
    /** True when it is really kept. */
    write(name, text) {
      try {
        store().setItem(PREFIX + name, text);
        return true;
      } catch {
        return false;
      }
    },
    remove(name) {
      try {
        store().removeItem(PREFIX + name);
      } catch {
        // Forbidden: then nothing was kept either.
      }
    },
    /** Names below a folder, in no order. */
    names(folder) {
      try {
        const all = Object.keys(store()).filter((name) => name.startsWith(PREFIX + folder));
        return all.map((name) => name.slice(PREFIX.length));
      } catch {
        return [];
      }
    },
  };
}

/** Shared by all tabs, outlives the browser. */
export const local = guarded("localStorage");
/** Of this tab, outlives a reload. */
export const session = guarded("sessionStorage");

/** A kept JSON value, or `otherwise` when there is none or it is not JSON. */
export function readJson(store, name, otherwise) {
  const text = store.read(name);
  if (text === null) return otherwise;
  try {
    return JSON.parse(text) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** A random id; crypto.randomUUID is missing where a page came over plain http from another machine. */
export function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40; // version 4
  bytes[8] = (bytes[8] & 0x3f) | 0x80; // the variant of RFC 9562
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
