// SPDX-License-Identifier: Apache-2.0
// What a form of the settings can fill in by itself: the browser's own time zone.
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-browser-zone]");
  if (!button) return;
  const field = document.getElementById(button.dataset.browserZone);
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  field.focus();
});
