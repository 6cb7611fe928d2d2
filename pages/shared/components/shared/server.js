/** Questions to this server: JSON by POST, marked with a header that a foreign form cannot send. */

/** The application's root, wherever it is mounted: module/{version}/shared/ is three folders below it. */
export const ROOT = new URL("../../../", import.meta.url);
/** Milliseconds after which a silent connection counts as cut. */
const PATIENCE = 20_000;

/** An answer other than 200; `said` is the server's sentence for a person, empty when it gave none. */
export class Refusal extends Error {
  constructor(status, said) {
    super(said || `The server answered ${status}.`);
    this.status = status;
    this.said = said;
  }

  /** True when asking again soon will hardly help: the request itself is not accepted. */
  get lasting() {
    return this.status >= 400 && this.status < 500;
  }
}

/**
 * POST a body to {place}/{fingerprint}/{what}; its JSON. Throws Refusal, or what fetch throws.
 * options: signal; keepalive; begun, the same question on its way already (see ahead.js): only where that
 * fails another one is sent.
 */
export async function post(place, fingerprint, what, body, options = {}) {
  return ask(place, fingerprint, what, body, options, parsed);
}

/**
 * The same for an answer of a JSON head and numbers: {head, body}, body an ArrayBuffer.
 * The first four bytes say how long the head is, and it is padded to whole fours.
 */
export async function postForNumbers(place, fingerprint, what, body, options = {}) {
  const whole = await ask(place, fingerprint, what, body, options, (bytes) => bytes);
  const length = new DataView(whole).getUint32(0, true);
  const head = parsed(new Uint8Array(whole, 4, length));
  return { head, body: whole.slice(4 + length) };
}

const parsed = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

async function ask(place, fingerprint, what, body, { signal = null, keepalive = false, begun = null }, read) {
  const address = new URL(`${place}/${encodeURIComponent(fingerprint)}/${what}`, ROOT);
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  const giveUp = () => patience.abort();
  signal?.addEventListener("abort", giveUp);
  if (signal?.aborted) giveUp();
  try {
    const ahead = await begun?.catch(() => null);
    if (ahead?.ok) return read(ahead.bytes);
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Second-Look": place },
      credentials: "same-origin",
      cache: "no-store",
      body: JSON.stringify(body),
      signal: patience.signal,
      keepalive,
    });
    if (answer.status !== 200) throw new Refusal(answer.status, await sentence(answer));
    return read(await answer.arrayBuffer());
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

/** What a plain-text answer says; a page of HTML (a proxy's, a traceback's) is not for the screen. */
async function sentence(answer) {
  const kind = answer.headers.get("Content-Type") ?? "";
  const text = kind.startsWith("text/plain") ? await answer.text() : "";
  return text.trim().slice(0, 500);
}

/** Pauses between attempts, in milliseconds: 0.5, 1, 2, 4, 8, 10, 10 … s. */
export function* pauses() {
  for (let pause = 500; ; pause *= 2) yield Math.min(pause, LONGEST_PAUSE);
}

export const LONGEST_PAUSE = 10_000;
