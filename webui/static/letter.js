// SPDX-License-Identifier: Apache-2.0
// Files of a letter are looked at without leaving it: the page that shows one fills a dialog, arrows turn the leaves.
"use strict";
(() => {
const TRIES = 4;
const AGAIN_AFTER = 600;
let dialog;
let asked = 0;

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "viewer-dialog";
  dialog.addEventListener("close", () => dialog.replaceChildren());
  dialog.addEventListener("click", turnByClick);
  dialog.addEventListener("keydown", turnByKey);
  document.body.append(dialog);
}

async function fetchLeaf(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-viewer]");
}

async function show(address, rel) {
  const turn = ++asked;
  dialog.setAttribute("aria-busy", "true");
  const leaf = await fetchLeaf(address).catch(() => null);
  if (turn !== asked) return;
  dialog.removeAttribute("aria-busy");
  if (!leaf) {
    location.assign(address);
    return;
  }
  const close = document.getElementById("help").querySelector("button").cloneNode(true);
  close.addEventListener("click", (event) => { event.preventDefault(); dialog.close(); });
  for (const one of leaf.querySelectorAll("[data-key]")) one.removeAttribute("data-key");
  leaf.querySelector(".acts").append(close);
  dialog.replaceChildren(document.adoptNode(leaf));
  dialog.setAttribute("aria-labelledby", "viewer-title");
  if (!dialog.open) dialog.showModal();
  (rel && dialog.querySelector(`a[rel=${rel}]`) || close).focus();
}

function turnByClick(event) {
  const link = event.target.closest("a[rel=prev], a[rel=next]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  show(link.href, link.rel);
}

function turnByKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const backwards = getComputedStyle(dialog).direction === "rtl" ? "ArrowRight" : "ArrowLeft";
  const forwards = backwards === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  const rel = { [backwards]: "prev", PageUp: "prev", [forwards]: "next", PageDown: "next" }[event.key];
  const link = rel && dialog.querySelector(`a[rel=${rel}]`);
  if (!link) return;
  event.preventDefault();
  show(link.href, rel);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-preview]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  if (!dialog?.isConnected) build();
  link.focus();
  show(link.href, "");
}, true);

// What cannot be drawn shows its kind instead. So does what has to wait for others to be drawn, until it is its turn.
document.addEventListener("error", (event) => {
  const image = event.target;
  if (!image.matches?.(".letter-peek > img")) return;
  const link = image.parentElement;
  image.remove();
  image.dataset.tries = Number(image.dataset.tries ?? 0) + 1;
  if (image.dataset.tries <= TRIES) setTimeout(() => link.append(image.cloneNode()), AGAIN_AFTER * image.dataset.tries);
}, true);
})();
