// Sealing a form to the desk's public key: from then on nobody can read it here, not even who filled it in.

import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "./hpke.js";
import { random } from "./store.js";

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const STEP = 1024; // so that the length of what is sealed says little of what was said

// `to`: the desk's key with `name` and `public` (base64). The form's own key is bound in.
export async function seal(to, key, form) {
  const point = Uint8Array.from(atob(to.public), (one) => one.charCodeAt(0));
  const recipientPublicKey = await suite.kem.importKey("raw", point.buffer, true);
  const info = new TextEncoder().encode(`feedback/1/tablet/${key}`);
  const sender = await suite.createSenderContext({ recipientPublicKey, info });
  const words = padded(JSON.stringify(form));
  const sealed = new Uint8Array(await sender.seal(words));
  words.fill(0);
  const both = new Uint8Array(sender.enc.byteLength + sealed.length);
  both.set(new Uint8Array(sender.enc));
  both.set(sealed, sender.enc.byteLength);
  return both;
}

// What goes to the desk of a form: only what was answered, and what the app adds of itself.
export function clean(form, added) {
  const { more, six, came_safe, ...rest } = form; // of the way through the questions, not of the person
  if (!rest.handed_to) delete rest.handed_at;
  const filled = { version: 1, key: random(18), at: new Date().toISOString(), ...added, ...rest };
  const empty = (value) => value === "" || value === null || value === undefined || (Object(value) === value && !Object.keys(value).length);
  const { sound, ...known } = Object.fromEntries(Object.entries(filled).filter(([, value]) => !empty(value)));
  return sound ? { ...known, sound } : known; // sound last, so that the words stand first where a person has to read it raw
}

function padded(json) {
  const words = new TextEncoder().encode(json);
  const whole = new Uint8Array(Math.ceil(words.length / STEP) * STEP).fill(32);
  whole.set(words);
  return whole;
}
