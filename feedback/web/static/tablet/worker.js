// The service worker: keeps the shell of the app, and nothing else, for use without a network. Three lines stand above.

const CACHE = `shell-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const known = SHELL.includes(url.pathname) || LATER.includes(url.pathname);
  const ours = event.request.method === "GET" && url.origin === self.location.origin && known;
  if (ours) event.respondWith(fromShell(url.pathname, event.request)); // all other requests go their own way, unkept
});

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: path.endsWith("/") ? "reload" : "default" })));
}

async function tidy() {
  for (const name of await caches.keys()) {
    if (name.startsWith("shell-") && name !== CACHE) await caches.delete(name);
  }
}

async function fromShell(path, request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(path, answer.clone());
  return answer;
}
