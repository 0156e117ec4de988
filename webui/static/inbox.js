// SPDX-License-Identifier: Apache-2.0
// The inbox in daily use: ticks with ranges and keys, acts that show at once, the next mail, older rows at the end.
// Without this file ticks are a plain form, every act is a page, and older mail is a link.
"use strict";
(() => {
const FLAGS = { archived: { true: "archive", false: "unarchive" }, deleted: { true: "delete", false: "restore" }, read: { true: "read", false: "unread" } };
const MOST = 100;
const waiting = new WeakMap();
let last = null;
let focusNext = null;
let kept = null;

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const letters = () => document.getElementById("letters");
const rows = () => all("#letters [data-row]:not(.is-going)");
const ticks = () => all("#letters [name=ids]");
const ticked = () => ticks().filter((one) => one.checked);
const rowHere = () => document.activeElement?.closest?.("#letters [data-row]");

// ----- ticks

function tell() {
  const chosen = ticked().length;
  const said = document.querySelector("[data-picked]");
  if (!said) return;
  if (said.textContent !== String(chosen || "")) said.textContent = chosen || "";
  const box = document.querySelector("[data-pick-all]");
  box.checked = chosen > 0 && chosen === Math.min(ticks().length, MOST);
  box.indeterminate = chosen > 0 && !box.checked;
}

function tick(row, value) {
  const box = row?.querySelector("[name=ids]");
  if (!box) return;
  box.checked = (value ?? !box.checked) && (box.checked || ticked().length < MOST);
  last = row.id;
  tell();
}

function tickRange(row) {
  const shown = rows();
  const from = shown.findIndex((one) => one.id === last);
  const to = shown.indexOf(row);
  const value = from < 0 || shown[from].querySelector("[name=ids]").checked;
  for (const one of shown.slice(Math.min(from < 0 ? to : from, to), Math.max(from, to) + 1)) tick(one, value);
  last = row.id;
}

function tickAll(value) {
  for (const row of rows().slice(0, MOST)) tick(row, value);
  if (!value) last = null;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("#letters [name=ids]");
  if (!box) return;
  const row = box.closest("[data-row]");
  if (event.shiftKey && last && last !== row.id) tickRange(row);
  else tick(row, box.checked);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) tickAll(event.target.checked);
});
document.addEventListener("reset", (event) => {
  if (event.target.id === "many") requestAnimationFrame(tell);
});

// ----- keys

function step(move, by) {
  tick(rowHere(), true);
  move(by);
  tick(rowHere(), true);
}

// Acts on what is ticked; else on the row that has the focus, unless it is the mail that is open.
function press(key) {
  const row = rowHere();
  if (!ticked().length) {
    if (!row || document.querySelector("#pane article.letter")?.dataset.id === row.dataset.id) return false;
    tick(row, true);
  }
  const button = document.querySelector(`#many [data-key="${CSS.escape(key)}"]`);
  button?.click();
  return Boolean(button);
}

const KEYS = {
  x: () => rowHere() && (tick(rowHere()), true),
  X: () => rowHere() && (tickRange(rowHere()), true),
  J: ({ move }) => rowHere() && (step(move, 1), true),
  K: ({ move }) => rowHere() && (step(move, -1), true),
  "*": () => rows().length && (tickAll(ticked().length < Math.min(rows().length, MOST)), true),
  Escape: () => ticked().length && (tickAll(false), true),
  e: () => press("e"),
  "#": () => press("#"),
  u: () => press("u"),
};
document.addEventListener("key", (event) => {
  if (letters() && KEYS[event.detail.key]?.(event.detail)) event.preventDefault();
});

// ----- acts that show at once

function meant(form, body) {
  const act = form.id === "many" ? body.get("act") : Object.entries(FLAGS).map(([name, acts]) => acts[body.get(name)]).find(Boolean);
  const ids = form.id === "many" ? body.getAll("ids") : [form.closest("article.letter")?.dataset.id];
  return { act, rows: ids.map((id) => document.getElementById(`row-${id}`)).filter(Boolean) };
}

const leaves = (act) => (letters()?.dataset.leaves ?? "").split(" ").includes(act);

function after(going) {
  const shown = rows();
  const place = shown.findIndex((row) => going.includes(row));
  const left = shown.filter((row) => !going.includes(row));
  return shown.slice(place).find((row) => !going.includes(row)) ?? left.at(-1) ?? null;
}

function show(act, going) {
  if (leaves(act)) {
    focusNext = after(going)?.id ?? null;
    for (const row of going) row.classList.add("is-going");
  } else if (act === "read" || act === "unread") {
    for (const row of going) row.classList.toggle("unread", act === "unread");
  }
}

function unshow(ctx, sentence) {
  const { act, rows: going } = waiting.get(ctx);
  waiting.delete(ctx);
  for (const row of going) row.classList.remove("is-going");
  if (act === "read" || act === "unread") for (const row of going) row.classList.toggle("unread", act === "read");
  const toast = document.createElement("div");
  toast.className = "toast bad";
  toast.dataset.toast = "";
  const words = document.createElement("span");
  words.textContent = [letters()?.dataset.refused, sentence].filter(Boolean).join(" ");
  toast.append(words);
  document.getElementById("toasts").append(toast);
  document.dispatchEvent(new Event("toast"));
}

// Where one reads beside the list, the next mail opens as the one before leaves.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const back = form.querySelector("[name=back]");
  const list = letters();
  if (!back || !list || !form.matches("#many, #pane .letter-acts form")) return;
  const body = new FormData(form, event.submitter);
  const { act, rows: going } = meant(form, body);
  const open = document.querySelector("#pane article.letter")?.dataset.id;
  const isOpenGoing = going.some((row) => row.dataset.id === open);
  const beside = getComputedStyle(document.querySelector(".pane-back") ?? document.body).display === "none";
  const next = open && beside && leaves(act) && isOpenGoing ? after(going) : null;
  const base = list.dataset.list;
  const at = (id) => `${base}${base.includes("?") ? "&" : "?"}open=${id}`;
  if (next) back.value = at(next.dataset.id);
  else if (isOpenGoing && (leaves(act) || act === "unread")) back.value = base;
  else if (open && form.id === "many") back.value = at(open);
}, true);

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.sourceElement;
  if (!(form instanceof HTMLFormElement) || !form.matches("#many, #pane .letter-acts form") || !letters()) return;
  const wanted = meant(form, ctx.request.body ?? new URLSearchParams());
  if (!wanted.act || !(leaves(wanted.act) || ["read", "unread"].includes(wanted.act))) return;
  waiting.set(ctx, wanted);
  show(wanted.act, wanted.rows);
});

document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  if (!waiting.has(ctx) || ctx.response.status < 400) return;
  event.preventDefault();
  ctx.response.raw.text().then((text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    unshow(ctx, page.querySelector("[role=alert] p")?.textContent.trim());
  });
});
document.addEventListener("htmx:error", (event) => {
  if (event.detail?.ctx && waiting.has(event.detail.ctx)) unshow(event.detail.ctx, "");
});

// ----- older rows at the end, kept when the list is brought anew

async function loadMore(link) {
  if (link.dataset.loading !== undefined) return;
  link.dataset.loading = "";
  const list = letters();
  const had = document.activeElement === link;
  try {
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (list !== letters() || !link.isConnected) return;
    const known = new Set(all("[data-row]", list).map((row) => row.id));
    const fresh = all("#letters [data-row]", page).filter((row) => !known.has(row.id)).map((row) => document.adoptNode(row));
    append(list, fresh, page.getElementById("more"));
    if (had) fresh[0]?.querySelector("a.main").focus();
  } catch {
    location.href = link.href;
  }
}

function append(list, fresh, pager) {
  const base = list.dataset.list;
  for (const row of fresh) {
    row.dataset.older = "";
    row.querySelector("a.main").setAttribute("hx-get", `${base}${base.includes("?") ? "&" : "?"}open=${row.dataset.id}`);
    list.querySelector("[data-rows]").append(row);
  }
  list.querySelector("#more")?.remove();
  if (pager) list.append(document.adoptNode(pager));
  window.htmx?.process(list);
  watchEnd();
  tell();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-more]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  loadMore(link);
}, true);

const end = new IntersectionObserver((seen) => {
  for (const one of seen) if (one.isIntersecting && one.target.closest("#letters")?.querySelector("[data-older]")) loadMore(one.target);
}, { rootMargin: "600px" });
function watchEnd() {
  end.disconnect();
  for (const link of all("#letters [data-more]")) end.observe(link);
}

// The server tells the first page. What was loaded below it comes after its last row again, as far as it is known.
document.addEventListener("htmx:before:swap", () => {
  const list = letters();
  kept = list?.querySelector("[data-older]") ? {
    name: list.dataset.list,
    scroll: document.getElementById("inbox-list").scrollTop,
    rows: all("[data-row]", list).map((row) => [row.id, row.classList.contains("is-going"), row.cloneNode(true)]),
    pager: list.querySelector("#more")?.cloneNode(true) ?? null,
  } : null;
});

function bringBack() {
  const list = letters();
  const before = kept;
  kept = null;
  if (!before || !list || list.dataset.list !== before.name || list.querySelector("[data-older]")) return;
  const shown = all("[data-row]", list).map((row) => row.id);
  const place = before.rows.findIndex(([id]) => id === shown.at(-1));
  if (place < 0) return;
  const below = before.rows.slice(place + 1).filter(([id, going]) => !going && !shown.includes(id)).map(([, , row]) => row);
  if (below.length) append(list, below, before.pager);
  document.getElementById("inbox-list").scrollTop = before.scroll;
}

// A row that left had the focus: it goes to the one in its place.
function focusPlace() {
  const row = focusNext && document.getElementById(focusNext);
  focusNext = null;
  if (!row || !(document.activeElement === document.body || document.activeElement?.id === "main")) return;
  row.querySelector("a.main")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function settle() {
  bringBack();
  focusPlace();
  watchEnd();
  tell();
}
document.addEventListener("htmx:after:settle", settle);
settle();
})();
