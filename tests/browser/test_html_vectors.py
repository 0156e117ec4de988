"""HTML that attacked other programs, in the real page of a letter: nothing runs, nobody is asked.

Its frames stand in the page of a letter beside that letter's own, cut from the same element, and pieces that let others
live stand in one mail together, so that hundreds are looked at while one page is open.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from mail.html import sanitise
from tests.browser.test_files import upload
from tests.kit.browsing import Browsing
from tests.kit.corpus import corpus
from tests.kit.mails import a_message
from tests.kit.served import Served
from tests.kit.states import State

pytestmark = pytest.mark.slow
COLLECTIONS: Final = {
    "html-dompurify": ("vectors.json", "payload"),
    "html-bleach": ("vectors.json", "payload"),
    "html-loofah": ("vectors.json", "input"),
    "html-roundcube": ("washtml.json", "text"),
}
TOGETHER: Final = 20
END: Final = "the last words"
FRAMES: Final = """
async (addresses) => {
  const frame = document.querySelector("iframe.frame");
  const loaded = one => new Promise(done => one.addEventListener("load", done, { once: true }));
  const copies = addresses.map(address => {
    const copy = frame.cloneNode();
    copy.loading = "eager";
    copy.src = address;
    return copy;
  });
  const all = Promise.all(copies.map(loaded));
  frame.after(...copies);
  await all;
}
"""
LIVE: Final = (
    "script, svg, math, iframe, object, embed, form, input, button, textarea, select, style:not(head style), link, "
    "base, meta:not([charset]), video, audio, [srcset], [background], [action], [formaction], [ping], [id], [name]"
)


def pieces() -> Iterator[str]:
    """Answer every piece of HTML that lies beside the project."""
    for folder, (name, field) in COLLECTIONS.items():
        found: list[dict[str, Any]] = json.loads((corpus(folder) / name).read_text("utf-8"))
        yield from (one[field] for one in found)


def mails() -> Iterator[str]:
    """Answer the HTML of mails: many pieces in one, each piece that would swallow the next one in one of its own."""
    together: list[str] = []
    for piece in dict.fromkeys(pieces()):
        if not sanitise(f"{piece}<p>{END}</p>", lambda _: None).endswith(f"<p>{END}</p>"):
            yield piece
        else:
            together.append(piece)
    for group in itertools.batched(together, TOGETHER):
        yield "<hr>".join(group) + f"<p>{END}</p>"


def test_nothing_runs_and_nobody_is_asked(browsing: Browsing, served: Served, company: State) -> None:
    html = ["<p>First</p><table><tr><td>x</td></tr></table>", *mails()]
    letters = [upload(company, a_message(subject=f"{n}", html=one, text=None)) for n, one in enumerate(html)]
    page = browsing.open(served.base_url, cookie=served.cookie(company.anna))
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.goto(f"/m/{letters[0]}")

    page.evaluate(FRAMES, [f"/m/{letter}/frame" for letter in letters[1:]])

    page.wait_for_load_state("networkidle")
    frames = [one for one in page.frames if one.parent_frame is not None]
    assert {one.url.removeprefix(served.base_url) for one in frames} == {f"/m/{one}/frame" for one in letters}
    assert [one.url for one in frames if one.locator(LIVE).count()] == []
    assert sum(END in one.locator("body").inner_text() for one in frames) == sum(END in one for one in html)
    assert [dialogs, browsing.troubles(), len(page.context.pages)] == [[], [], 1]
    assert all(url.startswith(served.base_url) for url in browsing.watches[0].asked)
