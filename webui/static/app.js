// SPDX-License-Identifier: Apache-2.0
// Pages work without this file. It adds copying, toasts that go away, dialogs, keys, and focus after a swap.
"use strict";
(() => {
document.documentElement.classList.add("js");
const { nonce } = document.currentScript;

function say(words) {
  const said = document.getElementById("said");
  said.textContent = "";
  requestAnimationFrame(() => { said.textContent = words; });
}

async function copy(button) {
  const field = button.parentElement.querySelector("input, textarea");
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select();
    document.execCommand("copy");
  }
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  const { copied } = document.getElementById("said").dataset;
  if (before === copied) return;
  label.textContent = copied;
  say(copied);
  setTimeout(() => { label.textContent = before; }, 2000);
}

function reveal(button) {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  const shows = field.type === "password";
  field.type = shows ? "text" : "password";
  button.setAttribute("aria-pressed", shows);
}

function openDialog(id) {
  const dialog = document.getElementById(id);
  dialog.dispatchEvent(new Event("open"));
  if (!dialog.open) dialog.showModal();
}

// The list knows which of its rows stands in the reading pane, and that it is read now.
function showOpened(row) {
  for (const other of row.parentElement.querySelectorAll(".is-open")) other.classList.remove("is-open");
  row.classList.add("is-open");
  row.classList.remove("unread");
}

document.addEventListener("click", (event) => {
  const copying = event.target.closest("[data-copy]");
  if (copying) copy(copying);
  const revealing = event.target.closest("[data-reveal]");
  if (revealing) reveal(revealing);
  const opening = event.target.closest("[data-open]");
  if (opening) openDialog(opening.dataset.open);
  const opened = event.target.closest("[data-opens]");
  if (opened && !event.ctrlKey && !event.metaKey && !event.shiftKey) showOpened(opened.closest("[data-row]"));
  if (event.target.matches("dialog")) event.target.close();
  // A menu closes when something else is clicked.
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A toast stays ten seconds, longer while it is pointed at or holds the focus.
const SHOWN = 10000;
function fade(toast) {
  if (toast.matches(":hover, :focus-within")) setTimeout(() => fade(toast), 2000);
  else toast.remove();
}
function watchToasts() {
  for (const toast of document.querySelectorAll("[data-toast]:not([data-seen])")) {
    toast.dataset.seen = "";
    say(toast.querySelector("span").textContent);
    setTimeout(() => fade(toast), SHOWN);
  }
}

// A page that is swapped in may need a script that the first one did not.
function loadScripts() {
  for (const address of (document.getElementById("page").dataset.scripts ?? "").split(" ").filter(Boolean)) {
    if (document.querySelector(`script[src="${CSS.escape(address)}"]`)) continue;
    const script = document.createElement("script");
    Object.assign(script, { nonce, src: address });
    document.head.append(script);
  }
}

// After a change of page: begin at its top, with the focus on what is new.
let path = location.pathname;
function arrive() {
  watchToasts();
  loadScripts();
  if (location.pathname === path) return;
  path = location.pathname;
  scrollTo(0, 0);
  const first = document.querySelector("#main [autofocus]") ?? document.getElementById("main");
  first?.focus({ preventScroll: true });
}
document.addEventListener("htmx:after:settle", arrive);
document.addEventListener("toast", watchToasts);
document.addEventListener("htmx:after:history:update", () => requestAnimationFrame(arrive));

// A morph keeps what was typed; the answer to a form says what its fields hold now.
document.addEventListener("htmx:before:swap", (event) => {
  const form = event.detail.ctx?.sourceElement;
  if (form instanceof HTMLFormElement && form.method === "post") form.reset();
});

// A tab that nobody looks at asks for nothing.
document.addEventListener("htmx:config:request", (event) => {
  if (document.hidden && event.detail.ctx.sourceElement.matches("[data-pulse]")) event.preventDefault();
});

watchToasts();
})();
