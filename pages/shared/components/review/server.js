/** The three routes of this server: JSON by POST, marked with a header that a foreign form cannot send. */

/** The application's root, wherever it is mounted: this file lies two folders below it. */
const ROOT = new URL("../../", import.meta.url);
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

/** POST a body to review/{fingerprint}/{what}; throws Refusal, or what fetch throws. */
export async function post(fingerprint, what, body, options = {}) {
  const { signal = null, keepalive = false } = options;
  const address = new URL(`review/${encodeURIComponent(fingerprint)}/${what}`, ROOT);
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  const giveUp = () => patience.abort();
  signal?.addEventListener("abort", giveUp);
  if (signal?.aborted) giveUp();
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Second-Look": "review" },
      credentials: "same-origin",
      cache: "no-store",
      body: JSON.stringify(body),
      signal: patience.signal,
      keepalive,
    });
    if (answer.status !== 200) throw new Refusal(answer.status, await sentence(answer));
    return await answer.json();
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
