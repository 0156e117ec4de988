"""Looking at a page on a desk, in the dark and on a phone: axe, nothing off to the side, no text cut off.

With SCREENSHOTS=DIR in the environment each look is kept there as a picture, for a person's eyes.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from tests.kit.axe import OF_COLOUR, OF_NAMES, OF_SIZE, violations
from tests.kit.browsing import DESK, PHONE

PICTURES: Final = os.environ.get("SCREENSHOTS", "")
SIDEWAYS: Final = """
() => {
  const root = document.scrollingElement, wide = root.scrollWidth - innerWidth;
  if (wide <= 0) return [];
  const kept = one => one && one !== root && (/fixed/.test(getComputedStyle(one).position)
    || getComputedStyle(one).overflowX !== "visible" || kept(one.parentElement));
  const out = [...document.querySelectorAll("body *")].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width && box.right > innerWidth + 1 && !kept(one.parentElement);
  });
  const deepest = out.filter(one => ![...one.children].some(child => out.includes(child)));
  return [`${wide}px too wide`, ...deepest.slice(0, 4).map(one => one.outerHTML.slice(0, 120))];
}
"""
CLIPPED: Final = """
() => {
  const cut = [];
  for (const one of document.querySelectorAll("body *")) {
    const style = getComputedStyle(one);
    if (!one.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    if (one.clientWidth <= 2 || one.clientHeight <= 2 || style.clip !== "auto" || style.clipPath !== "none") continue;
    if (one.closest("svg, iframe, select, textarea, input")) continue;
    if (![...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
    const wide = /hidden|clip/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
    const tall = /hidden|clip/.test(style.overflowY) && one.scrollHeight > one.clientHeight + 3;
    const said = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
    if ((wide || tall) && !said) cut.push(one.outerHTML.slice(0, 160));
  }
  return cut;
}
"""
FOLDED: Final = """
(opens) => {
  const folds = [...document.querySelectorAll(opens ? "details:not([open])" : "details[data-unfolded]")];
  for (const one of folds) {
    one.open = opens;
    one.toggleAttribute("data-unfolded", opens);
  }
  return folds.length;
}
"""
SETTLED: Final = """
async () => {
  const frame = () => new Promise(done => requestAnimationFrame(done));
  await frame();
  await frame();
  const ending = document.getAnimations().filter(one => one.effect.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ending.map(one => one.finished));
}
"""


def look(page: Page, called: str) -> list[str]:
    """Answer what is wrong with the page that is open."""
    found = []
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    settle(page)
    found += [f"desk: {one}" for one in (*violations(page), *sideways(page), *clipped(page))]
    _picture(page, called, "desk")
    page.emulate_media(color_scheme="dark")
    settle(page)
    found += [f"dark: {one}" for one in violations(page, OF_COLOUR)]
    _picture(page, called, "dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    settle(page)
    found += [f"phone: {one}" for one in (*violations(page, OF_SIZE), *sideways(page), *clipped(page))]
    _picture(page, called, "phone")
    folded: int = page.evaluate(FOLDED, True)
    found += [f"unfolded: {one}" for one in violations(page, OF_NAMES)] if folded else []
    page.evaluate(FOLDED, False)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return found


def settle(page: Page) -> None:
    """Return once a change of size or colours is drawn and its transitions are over."""
    page.evaluate(SETTLED)


def sideways(page: Page) -> list[str]:
    """Answer what makes the page scroll to the side."""
    found: list[str] = page.evaluate(SIDEWAYS)
    return found


def clipped(page: Page) -> list[str]:
    """Answer the elements whose text is cut off without a sign of it."""
    found: list[str] = page.evaluate(CLIPPED)
    return found


def _picture(page: Page, called: str, way: str) -> None:
    if PICTURES:
        name = re.sub(r"[^\w.-]", "_", f"{called}-{way}")
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=way != "phone", timeout=60_000)
