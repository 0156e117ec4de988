"""Contact sheets of the screenshots in a directory: many pages on one picture, to be looked at by a person.

python -m tests.kit.sheets DIR [PART OF A NAME]      writes DIR/sheets/*.png
"""

from __future__ import annotations

import html
import sys
from itertools import batched
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from tests.kit.browsing import ARGUMENTS, chromium_or_skip

WAYS: Final = {"desk": (640, 6), "dark": (640, 6), "phone": (320, 10)}
"""How wide a picture of each kind is shown, and how many stand on a sheet."""
STYLE: Final = (
    "body{margin:8px;display:flex;flex-wrap:wrap;gap:8px;background:#888;font:13px sans-serif;align-items:flex-start}"
    "figure{margin:0}img{display:block;max-height:1000px;object-fit:cover;object-position:top}figcaption{color:#fff}"
)


def main(directory: Path, part: str = "") -> None:
    """Write the sheets."""
    out = directory / "sheets"
    out.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_or_skip(), args=list(ARGUMENTS))
        for way, (width, most) in WAYS.items():
            pictures = sorted(one for one in directory.glob(f"*-{way}.png") if part in one.name)
            for number, some in enumerate(batched(pictures, most)):
                page = browser.new_page(
                    viewport={"width": 3 * 648 + 16 if width == 640 else 5 * 328 + 16, "height": 400}
                )
                document = out / "sheet.html"
                document.write_text(_document(some, width), encoding="utf-8")
                page.goto(document.as_uri())
                page.screenshot(path=out / f"{part or 'all'}-{way}-{number:02}.png", full_page=True)
                page.close()
                document.unlink()
        browser.close()


def _document(pictures: tuple[Path, ...], width: int) -> str:
    figures = "".join(
        f"<figure><figcaption>{html.escape(one.stem)}</figcaption><img src='{one.resolve().as_uri()}' width={width}>"
        "</figure>"
        for one in pictures
    )
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{figures}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
