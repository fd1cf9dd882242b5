/* Asks a security key and puts its answer into the form that the button stands in. The form works with a code without it. */
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const letters = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function asked(form, url) {
    const body = new URLSearchParams();
    for (const name of ["csrf", "name"]) if (form.elements[name]) body.set(name, form.elements[name].value);
    const answer = await fetch(url, { method: "POST", body, redirect: "error", credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }
  async function pressed(options) {
    const publicKey = { ...options, challenge: bytes(options.challenge) };
    if (options.user) {
      publicKey.user = { ...options.user, id: bytes(options.user.id) };
      publicKey.excludeCredentials = named(options.excludeCredentials);
      return navigator.credentials.create({ publicKey });
    }
    publicKey.allowCredentials = named(options.allowCredentials);
    return navigator.credentials.get({ publicKey });
  }
  function written(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = letters(credential.response[name]);
    }
    return JSON.stringify({ id: credential.id, rawId: letters(credential.rawId), type: credential.type, response });
  }

  async function press(button) {
    const { form } = button;
    const says = form.querySelector("[data-wait]");
    button.disabled = true;
    says.textContent = says.dataset.wait;
    try {
      form.elements.answer.value = written(await pressed(await asked(form, button.dataset.securityKey)));
      form.submit();
    } catch {
      says.textContent = says.dataset.failed;
      button.disabled = false;
    }
  }

  for (const button of document.querySelectorAll("[data-security-key]")) {
    if (window.PublicKeyCredential) button.addEventListener("click", () => press(button));
    else button.hidden = true;
  }
})();
