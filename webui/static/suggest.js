// SPDX-License-Identifier: Apache-2.0
// Suggestions below the search field, as a combobox (ARIA APG): arrows choose, Enter takes, Escape closes.
// What was searched for lately stays in this browser alone, by person, and goes when that person signs out.
"use strict";
(() => {
const PAUSE = 120;
const RECENT = "smartbcc-searches";
const MOST = 6;
let timer;
let asking;

const field = () => document.querySelector("[data-suggest]");
const box = () => document.getElementById("suggestions");
const options = () => [...(box()?.querySelectorAll("[role=option]") ?? [])];
const active = () => options().find((one) => one.getAttribute("aria-selected") === "true");

function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(RECENT) ?? "{}");
    return kept.of === field().dataset.recentOf && Array.isArray(kept.searches) ? kept.searches : [];
  } catch {
    return [];
  }
}

function remember(words) {
  const said = words.trim();
  if (said.length < 2) return;
  try {
    const searches = [said, ...recent().filter((one) => one !== said)].slice(0, MOST);
    localStorage.setItem(RECENT, JSON.stringify({ of: field().dataset.recentOf, searches }));
  } catch { /* A browser that keeps nothing suggests nothing of it. */ }
}

function close() {
  clearTimeout(timer);
  asking?.abort();
  if (!box()) return;
  box().hidden = true;
  box().replaceChildren();
  field().setAttribute("aria-expanded", "false");
  field().removeAttribute("aria-activedescendant");
}

function open() {
  const isAny = options().length > 0;
  box().hidden = !isAny;
  field().setAttribute("aria-expanded", String(isAny));
  field().removeAttribute("aria-activedescendant");
}

function choose(option) {
  for (const one of options()) one.setAttribute("aria-selected", String(one === option));
  if (option) {
    field().setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    field().removeAttribute("aria-activedescendant");
  }
}

function take(option) {
  const input = field();
  if (option.dataset.forget !== undefined) {
    localStorage.removeItem(RECENT);
    close();
    return;
  }
  input.value = option.dataset.value + input.value.slice(input.selectionEnd);
  close();
  input.focus();
  input.setSelectionRange(option.dataset.value.length, option.dataset.value.length);
  input.dispatchEvent(new Event("picked", { bubbles: true }));
  remember(input.value.endsWith(":") ? "" : input.value);
  if (input.value.endsWith(":")) ask();
}

function option(number, words, name) {
  const one = document.createElement("div");
  one.className = "suggestion";
  one.id = `suggestion-${number}`;
  one.setAttribute("role", "option");
  one.setAttribute("aria-selected", "false");
  one.textContent = words;
  one.dataset[name] = words;
  return one;
}

function showRecent() {
  const { recentSays, forgetSays } = field().dataset;
  const searches = recent();
  if (!searches.length) return close();
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", recentSays);
  const title = document.createElement("div");
  title.className = "suggestions-title small hush";
  title.setAttribute("aria-hidden", "true");
  title.textContent = recentSays;
  const forget = option(searches.length + 1, forgetSays, "forget");
  forget.classList.add("hush");
  group.append(title, ...searches.map((one, number) => option(number + 1, one, "value")), forget);
  box().replaceChildren(group);
  return open();
}

async function ask() {
  clearTimeout(timer);
  asking?.abort();
  asking = new AbortController();
  const input = field();
  const asked = input.value.slice(0, input.selectionEnd);
  try {
    const answer = await fetch(`${input.dataset.suggest}?${new URLSearchParams({ q: asked })}`, { signal: asking.signal });
    if (!answer.ok || answer.redirected || field() !== input || document.activeElement !== input) return;
    box().innerHTML = await answer.text();
    open();
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

function wait() {
  clearTimeout(timer);
  if (!field().value) return showRecent();
  timer = setTimeout(ask, PAUSE);
  return undefined;
}

function move(by) {
  const shown = options();
  if (!shown.length) return field().value ? ask() : showRecent();
  const here = shown.indexOf(active());
  return choose(shown[here < 0 ? (by > 0 ? 0 : shown.length - 1) : here + by] ?? null);
}

document.addEventListener("input", (event) => {
  if (event.target === field()) wait();
});
document.addEventListener("focusin", (event) => {
  if (event.target === field()) { if (!field().value) showRecent(); } else if (!event.target.closest?.(".find")) close();
});
document.addEventListener("keydown", (event) => {
  if (event.target !== field() || event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && active()) {
    event.preventDefault();
    take(active());
  } else if (event.key === "Enter") {
    remember(field().value);
    close();
  } else if (event.key === "Escape" && !box().hidden) {
    event.preventDefault();
    event.stopPropagation();
    close();
  } else if (event.key === "Tab") {
    close();
  }
}, true);
document.addEventListener("mousedown", (event) => {
  const one = event.target.closest?.("#suggestions [role=option]");
  if (one) {
    event.preventDefault();
    take(one);
  } else if (!event.target.closest?.(".find")) {
    close();
  }
});
document.addEventListener("submit", (event) => {
  if (event.target.matches?.('form[action$="/logout"]')) localStorage.removeItem(RECENT);
}, true);
})();
