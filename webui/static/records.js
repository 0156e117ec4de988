// SPDX-License-Identifier: Apache-2.0
// Facts are changed in their place: e opens the one that has the focus, Escape leaves it, the focus comes back.
"use strict";
(() => {
let left = "";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (event.key === "e" && target.matches?.(".rec-fact a, .rec-fact a *")) {
    const edit = target.closest(".rec-fact").querySelector("[data-rec-edit]");
    if (!edit) return;
    event.preventDefault();
    edit.click();
  } else if (event.key === "Escape" && target.closest?.(".rec-form")) {
    event.preventDefault();
    target.closest(".rec-form").querySelector("[data-rec-cancel]").click();
  } else if (event.key === "Enter" && target.matches?.("[data-rec-find]")) {
    // Enter in the search of a list must not send the form around it.
    event.preventDefault();
  }
}, true);

document.addEventListener("click", (event) => {
  const place = event.target.closest?.("[data-rec-edit], [data-rec-cancel], .rec-form button")?.closest("[id^=fact-]");
  if (place) left = place.id;
  // A click beside the pencil means the fact too.
  const value = event.target.closest?.(".rec-value");
  if (value && !event.target.closest("a") && !getSelection().toString()) {
    value.parentElement.querySelector("[data-rec-edit]")?.click();
  }
});

// The form for a new one opens with the cursor in its first field; toggle does not bubble.
document.addEventListener("toggle", (event) => {
  if (event.target.open && event.target.matches("details.rec-add")) event.target.querySelector("input:not([type=hidden])")?.focus();
}, true);

document.addEventListener("htmx:after:settle", () => {
  const place = left && document.getElementById(left);
  if (!place) return;
  const field = place.querySelector("[aria-invalid=true], [autofocus], .rec-form select, .rec-form [data-rec-find]");
  if (field && !place.contains(document.activeElement)) {
    field.focus();
    field.select?.();
  } else if (!field) {
    place.querySelector("[data-rec-edit]")?.focus({ preventScroll: true });
    left = "";
  }
});
})();
