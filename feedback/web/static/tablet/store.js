// What the tablet keeps: in "outbox" sealed forms only, in "desk" what is needed to work, no word of anybody.

const NAME = "feedback-tablet";
const FEW = 1_000_000; // bytes of sealed forms that go out in one request

let opened;

// What this tablet knows of itself and of the desk; an empty one has `tablet` alone.
export async function desk() {
  return (await once("desk", "readonly", (store) => store.get("desk"))) ?? fresh();
}

export function remember(changes) {
  return change((known) => ({ ...known, ...changes }));
}

// Take the next code, so that no other form, tab or later start of the app gets it. Null: none is left.
export async function takeCode() {
  let taken = null;
  await change((known) => {
    const [next, ...left] = known.codes.filter((one) => one.n > known.spent);
    if (!next) return known;
    taken = next.code;
    return { ...known, codes: left, spent: next.n };
  });
  return taken;
}

// The desk's word on which codes are this tablet's; those up to the last one used stay used.
export function setCodes(codes) {
  return change((known) => ({ ...known, codes: codes.filter((one) => one.n > known.spent) }));
}

export function keep(record) {
  return once("outbox", "readwrite", (store) => store.add(record));
}

export function waiting() {
  return once("outbox", "readonly", (store) => store.count());
}

// The oldest sealed forms, as many as fit into one request.
export async function batch(most) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const found = [];
    let size = 0;
    const cursor = base.transaction("outbox").objectStore("outbox").index("at").openCursor();
    cursor.onsuccess = () => {
      const at = cursor.result;
      if (!at || found.length === most || (found.length && size + at.value.sealed.length > FEW)) return resolve(found);
      size += at.value.sealed.length;
      found.push(at.value);
      at.continue();
    };
    cursor.onerror = () => reject(cursor.error);
  });
}

// The desk has them: they go, all of them or none.
export function wipe(keys) {
  return once("outbox", "readwrite", (store) => keys.forEach((key) => store.delete(key)));
}

export function random(bytes) {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes));
  return btoa(String.fromCharCode(...drawn)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

function fresh() {
  return { tablet: random(24), codes: [], spent: "" };
}

// Read and write in one transaction: two changes at once must not undo each other, or a code could be given twice.
function change(how) {
  return once("desk", "readwrite", (store) => {
    store.get("desk").onsuccess = (event) => store.put(how(event.target.result ?? fresh()), "desk");
  });
}

async function once(name, mode, act) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const work = base.transaction(name, mode, { durability: "strict" });
    const asked = act(work.objectStore(name));
    work.oncomplete = () => resolve(asked?.result);
    work.onerror = work.onabort = () => reject(work.error);
  });
}

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("desk");
      asked.result.createObjectStore("outbox", { keyPath: "key" }).createIndex("at", "at");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => {
      opened = undefined;
      reject(asked.error);
    };
  });
  return opened;
}
