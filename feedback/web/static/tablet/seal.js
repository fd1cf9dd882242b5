// Sealing a form to the desk's public key: from then on nobody can read it here, not even who filled it in.

import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "./hpke.js";

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

function padded(json) {
  const words = new TextEncoder().encode(json);
  const whole = new Uint8Array(Math.ceil(words.length / STEP) * STEP).fill(32);
  whole.set(words);
  return whole;
}
