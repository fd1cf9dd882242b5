// Sending what waits: a form leaves the tablet only after the desk has said that it has it.

import * as store from "./store.js";

const AT_ONCE = 10;
const PATIENCE = 30_000;

// Ask the desk what a tablet needs, and keep it. "ready", "no-key", "signed-out", "not-allowed" or "offline".
export async function prepare() {
  try {
    const answer = await ask("/sync");
    if (answer.status === 401) return { state: "signed-out" };
    if (answer.status === 403) return { state: "not-allowed" };
    if (!answer.ok) return { state: "busy" };
    const { csrf, ...found } = await answer.json();
    await store.remember(found);
    return { state: found.key ? "ready" : "no-key", csrf };
  } catch {
    return { state: "offline" };
  }
}

// Send everything. `progress` is told how many still wait. Only one tab sends at a time; another finds nothing to do.
export function send(progress = () => {}) {
  return navigator.locks.request("send", { ifAvailable: true }, (lock) => (lock ? sendAll(progress) : { state: "busy" }));
}

async function sendAll(progress) {
  const { state, csrf } = await prepare();
  if (state !== "ready") return { state, unread: 0 };
  let unread = 0;
  try {
    for (;;) {
      const forms = await store.batch(AT_ONCE);
      const answer = await post(csrf, forms);
      if (!answer.ok) return { state: answer.status === 401 ? "signed-out" : "busy", unread };
      const said = await answer.json();
      const there = said.forms.filter((one) => forms.some((form) => form.key === one.key));
      await store.wipe(there.map((one) => one.key));
      if (said.codes.length) await store.setCodes(said.codes);
      unread += there.filter((one) => one.state === "unreadable").length;
      progress(await store.waiting());
      if (!forms.length || !(await store.waiting())) break;
      if (!there.length) return { state: "busy", unread };
    }
  } catch {
    return { state: "offline", unread };
  }
  await store.remember({ sentAt: Date.now() });
  return { state: "sent", unread };
}

async function post(csrf, forms) {
  const { tablet } = await store.desk();
  const body = JSON.stringify({
    tablet,
    forms: forms.map((form) => ({ key: form.key, key_name: form.key_name, sealed: base64(form.sealed) })),
  });
  return ask("/sync", { method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf } });
}

function ask(url, more = {}) {
  const signal = AbortSignal.timeout(PATIENCE);
  return fetch(url, { credentials: "same-origin", cache: "no-store", redirect: "manual", signal, ...more });
}

function base64(bytes) {
  let text = "";
  for (let from = 0; from < bytes.length; from += 8192) text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return btoa(text);
}
