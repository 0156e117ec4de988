"""axe-core over a page: the rules of WCAG 2.2 A and AA and the best practices, but for what is argued away here."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

SCRIPT: Final = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OF_COLOUR: Final = ("color-contrast", "link-in-text-block")
"""What may change in the dark."""
OF_SIZE: Final = ("target-size", "color-contrast", "scrollable-region-focusable", "meta-viewport", "region")
"""What may change on a narrow screen."""
OF_NAMES: Final = (
    "aria-valid-attr-value",
    "button-name",
    "duplicate-id-aria",
    "heading-order",
    "image-alt",
    "label",
    "label-content-name-mismatch",
    "link-name",
    "nested-interactive",
    "select-name",
)
"""What holds of things wherever they stand, so that all folds may be open at once."""
ARGUED_AWAY: Final[dict[str, str]] = {}
"""Rule: why we do not follow it."""
RUN: Final = """
async ([rules, tags, off]) => {
  const runOnly = rules.length ? {type: "rule", values: rules} : {type: "tag", values: tags};
  const found = await axe.run(document, {
    runOnly, rules: Object.fromEntries(rules.length ? [] : off.map(name => [name, {enabled: false}])),
    iframes: false, preload: false, resultTypes: ["violations"],
  });
  return found.violations.map(one => ({
    rule: one.id, impact: one.impact,
    where: one.nodes.map(node => `${node.target.join(" ")}: ${node.any.concat(node.all, node.none)
      .map(check => check.message).join("; ")}`),
  }));
}
"""


def violations(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """Answer what axe finds on the page as it is now, one line a rule; all rules, or only those named.

    Frames are left out: those of a mail run no script, and what is in them is not ours.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_script())
    found: list[dict[str, Any]] = page.evaluate(RUN, [list(rules), list(TAGS), list(ARGUED_AWAY)])
    return [f"{one['rule']} ({one['impact']}): {' | '.join(one['where'][:4])}" for one in found]


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8")
