"""The sprite of icons holds what the pages draw, and nothing else."""

from __future__ import annotations

import re

from tests.architecture.sources import ROOT, tracked_files

SPRITE = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "webui/static/vendor/lucide.svg").read_text()))
PAGES = "\n".join(
    (ROOT / name).read_text()
    for name in tracked_files()
    if name.startswith("webui/") and "/vendor/" not in name and name.endswith((".html", ".py", ".js"))
)


def test_every_icon_that_is_drawn_is_there() -> None:
    drawn = set(re.findall(r"(?:\bicon\(|\bimage=)'([a-z0-9-]+)'", PAGES))

    assert len(drawn) > 20
    assert drawn <= SPRITE


def test_every_icon_that_is_there_is_named_on_a_page() -> None:
    quoted = set(re.findall(r"""['"]([a-z0-9-]+)['"]""", PAGES))

    assert quoted >= SPRITE
