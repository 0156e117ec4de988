// SPDX-License-Identifier: Apache-2.0
// Passkeys: the browser is asked for one, and what it answers goes along with the form.
"use strict";
(() => {
const octets = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list) => (list ?? []).map((one) => ({ ...one, id: octets(one.id) }));
const STALE = 4 * 60 * 1000;
let waiting = null;

function written(credential) {
  const { response } = credential;
  const told = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) told[name] = text(response[name]);
  }
  if (response.getTransports) told.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response: told,
    authenticatorAttachment: credential.authenticatorAttachment, clientExtensionResults: {},
  });
}

async function make(form) {
  const asked = JSON.parse(form.dataset.options);
  return navigator.credentials.create({ publicKey: {
    ...asked, challenge: octets(asked.challenge), user: { ...asked.user, id: octets(asked.user.id) },
    excludeCredentials: named(asked.excludeCredentials),
  } });
}

async function get(form, more) {
  const answer = await fetch(form.dataset.ask, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("nothing to ask for");
  const asked = await answer.json();
  return navigator.credentials.get({ ...more, publicKey: {
    ...asked, challenge: octets(asked.challenge), allowCredentials: named(asked.allowCredentials),
  } });
}

function send(form, credential) {
  form.elements.credential.value = written(credential);
  form.submit();
}

function complain(form, words) {
  const place = form.querySelector("[data-passkey-wrong]");
  place.textContent = words;
  place.hidden = false;
}

async function ask(form) {
  if (!window.PublicKeyCredential) return complain(form, form.dataset.cannot);
  waiting?.abort();
  form.querySelector("[data-passkey-wrong]").hidden = true;
  try {
    send(form, form.dataset.passkey === "make" ? await make(form) : await get(form, {}));
  } catch (failed) {
    complain(form, failed.name === "InvalidStateError" ? form.dataset.known : form.dataset.ended);
  }
}

// The browser offers passkeys beside the addresses that it knows; what it was asked grows stale, so it is asked anew.
async function offer(form) {
  if (!await window.PublicKeyCredential?.isConditionalMediationAvailable?.()) return;
  const mine = waiting = new AbortController();
  const again = setTimeout(() => { mine.abort(); offer(form); }, STALE);
  try {
    send(form, await get(form, { mediation: "conditional", signal: mine.signal }));
  } catch {
    clearTimeout(mine.signal.aborted ? undefined : again);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-passkey]");
  if (!form) return;
  event.preventDefault();
  ask(form);
});
const autofilled = document.querySelector("form[data-autofill]");
if (autofilled) offer(autofilled);
})();
