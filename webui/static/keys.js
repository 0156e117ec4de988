// SPDX-License-Identifier: Apache-2.0
// Keys: whatever carries data-key is pressed, followed or focused by it. A list moves by j and k.
// data-key="e" is one key, data-key="g i" two in a row; data-key-says names it in the list under "?", in the group of
// the nearest data-key-group. data-key-hint tells of a key that a script of the page hears as the event "key".

"use strict";
(() => {
const PATIENCE = 1200;
let before = "";
let timer;

const isTyping = (element) => element.matches("input:not([type=checkbox], [type=radio], [readonly]), textarea, select, [contenteditable]");
// What a closed menu holds is a key away: it counts as shown where the menu is.
const inMenu = (element) => element.closest("details.menu:not([open]) > .sheet")?.parentElement ?? element;
const isShown = (element) => inMenu(element).checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;
const isOff = () => document.getElementById("page")?.dataset.keys === "off";

function find(keys) {
  return [...document.querySelectorAll(`[data-key~="${CSS.escape(keys.split(" ")[0])}"]`)]
    .find((element) => element.dataset.key === keys && isShown(element) && !element.disabled);
}

function use(element) {
  if (isTyping(element)) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

function rows() {
  const list = [...document.querySelectorAll("[data-rows]")].find(isShown);
  return list ? [...list.querySelectorAll("[data-row]")].filter(isShown) : [];
}

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const here = all.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
  const chosen = here >= 0 ? here : all.findIndex((row) => row.matches("[aria-current], .is-open"));
  const next = all[chosen < 0 ? 0 : Math.min(Math.max(chosen + step, 0), all.length - 1)];
  const target = next.matches("a, button") ? next : next.querySelector("a.main, a, button") ?? next;
  target.focus();
  target.scrollIntoView({ block: "nearest" });
  return true;
}

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) {
    if (event.key === "Escape" && event.target.matches("[type=search], [role=combobox]")) event.target.blur();
    return;
  }
  if (!before && !document.dispatchEvent(new CustomEvent("key", { detail: { key: event.key, move }, cancelable: true }))) {
    event.preventDefault();
    return;
  }
  clearTimeout(timer);
  const both = before ? `${before} ${event.key}` : event.key;
  before = "";
  const element = find(both) ?? find(event.key);
  if (element) {
    event.preventDefault();
    use(element);
  } else if (event.key === "j" || event.key === "k") {
    if (move(event.key === "j" ? 1 : -1)) event.preventDefault();
  } else if (event.key === "o" && document.activeElement?.closest("[data-row]")) {
    document.activeElement.click();
  } else if (document.querySelector(`[data-key^="${CSS.escape(event.key)} "]`)) {
    before = event.key;
    timer = setTimeout(() => { before = ""; }, PATIENCE);
  }
}

// What the list under "?" says: groups in the order of the page, each with its keys.
function groups() {
  const words = document.getElementById("said").dataset;
  const found = new Map([[words.keysEverywhere, new Map()]]);
  const told = new Set();
  const tell = (group, key, says) => {
    if (told.has(key)) return;
    told.add(key);
    if (!found.has(group)) found.set(group, new Map());
    found.get(group).set(key, says);
  };
  const groupOf = (element) => element.closest("[data-key-group]")?.dataset.keyGroup ?? words.keysEverywhere;
  const list = rows()[0];
  if (list) {
    tell(groupOf(list), "j / k", words.nextPrevious);
    tell(groupOf(list), "o", words.open);
  }
  for (const element of document.querySelectorAll("[data-key-hint]")) {
    tell(groupOf(element), element.dataset.keyHint, element.dataset.keySays);
  }
  for (const element of document.querySelectorAll("[data-key]")) {
    if (isShown(element)) tell(groupOf(element), element.dataset.key, element.dataset.keySays ?? element.textContent.trim());
  }
  return [...found].filter(([, keys]) => keys.size);
}

function line([key, says]) {
  const shown = document.createElement("div");
  const name = document.createElement("span");
  name.textContent = says;
  const keys = document.createElement("span");
  for (const one of key.split(" ")) {
    const cap = document.createElement(one === "/" && key !== "/" ? "span" : "kbd");
    cap.textContent = one;
    keys.append(cap, " ");
  }
  shown.append(name, keys);
  return shown;
}

function list(dialog) {
  dialog.querySelector(".help-keys").replaceChildren(...groups().map(([group, keys]) => {
    const section = document.createElement("section");
    const title = document.createElement("h3");
    title.textContent = group;
    section.append(title, ...[...keys].map(line));
    return section;
  }));
}

document.addEventListener("keydown", press);
const help = document.getElementById("help");
help.addEventListener("open", () => list(help));
})();
