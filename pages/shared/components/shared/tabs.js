/**
 * Who this tab is, and which tabs are gone.
 *
 * The id lives in sessionStorage, so a reload keeps it; but duplicating a tab copies it as well.
 * A tab therefore holds a lock named after its id for as long as it lives. Where the browser has no
 * locks (plain http from another machine), it writes a heartbeat instead.
 */

import { local, randomId, session } from "./storage.js";

const NAME = "tab";
const HEARTBEAT = "alive/";
const BEAT = 3_000;
const SILENT = 10_000;
/** A reload asks for the lock while the old page may still hold it. */
const RELOAD = 400;

const locks = globalThis.navigator?.locks;
const lockOf = (tab) => `second-look/tab/${tab}`;

function lock(tab) {
  return new Promise((held) => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), RELOAD);
    const keep = () => {
      clearTimeout(timer);
      held(true);
      return new Promise(() => {}); // until the page is gone
    };
    locks.request(lockOf(tab), { signal: patience.signal }, keep).catch(() => held(false));
  });
}

function isSilent(tab) {
  const last = Number(local.read(HEARTBEAT + tab) ?? 0);
  return Date.now() - last > SILENT;
}

function beat(tab) {
  const say = () => local.write(HEARTBEAT + tab, String(Date.now()));
  say();
  setInterval(say, BEAT);
  window.addEventListener("pagehide", () => local.remove(HEARTBEAT + tab));
  window.addEventListener("pageshow", say);
}

async function claim() {
  const kept = session.read(NAME);
  if (kept && (locks ? await lock(kept) : isSilent(kept))) {
    if (!locks) beat(kept);
    return kept;
  }
  const fresh = randomId();
  session.write(NAME, fresh);
  if (locks) await lock(fresh);
  else beat(fresh);
  return fresh;
}

let claimed = null;

/** The id of this tab, the same for everything on the page. */
export function thisTab() {
  claimed ??= claim();
  return claimed;
}

/** Those of the given tabs that no longer live. */
export async function goneAmong(tabs) {
  if (!locks) return tabs.filter(isSilent);
  const asked = await locks.query().catch(() => null);
  if (asked === null) return [];
  const alive = new Set(asked.held.map((one) => one.name));
  return tabs.filter((tab) => !alive.has(lockOf(tab)));
}

/** After how long a tab that went without a word counts as gone, in milliseconds; 0 = at once. */
export const GONE_AFTER = locks ? 0 : SILENT + BEAT;
