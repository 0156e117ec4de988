// SPDX-License-Identifier: Apache-2.0
// The time zone: the browser's is offered once, filled in at a click, and the list of all is narrowed by what one types.
"use strict";
(() => {
const OFFERED = "zone-offered";
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

function listOf(element) {
  return document.getElementById(element.dataset.zones);
}

function narrow(list, typed) {
  const words = typed.toLowerCase().split(/\s+/);
  const fits = (one) => words.every((word) => `${one.label} ${one.value}`.toLowerCase().includes(word));
  for (const one of list.options) one.hidden = !fits(one);
  for (const group of list.querySelectorAll("optgroup")) group.hidden = ![...group.children].some(fits);
  const found = [...list.options].filter(fits);
  if (typed && found.length && !found.includes(list.selectedOptions[0])) list.value = found[0].value;
}

function choose(list, zone) {
  narrow(list, "");
  if (![...list.options].some((one) => one.value === zone)) list.prepend(new Option(zone, zone));
  list.value = zone;
  list.focus();
}

function offer() {
  const form = document.getElementById("zone-offer");
  if (!form?.hidden || !here || here === "UTC" || localStorage.getItem(OFFERED)) return;
  form.elements.time_zone.value = here;
  form.elements.back.value = location.pathname + location.search;
  form.querySelector("[data-zone]").textContent = here;
  form.hidden = false;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-zones]")) narrow(listOf(event.target), event.target.value);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-zones]");
  if (button) choose(listOf(button), here);
  if (event.target.closest("#zone-offer button")) localStorage.setItem(OFFERED, here);
  if (event.target.closest("[data-zone-stays]")) document.getElementById("zone-offer").hidden = true;
});
document.addEventListener("htmx:after:settle", offer);
offer();
})();
