"""What is made to be slow (SECURITY M1 to M4, section 8 items 25 to 27) is read, without an error.

How fast, `bench.worst` measures; here the limit only ends what would take minutes.
"""

from __future__ import annotations

import pytest

from mail.html import sanitise
from mail.message import ParsedMessage
from mail.parse import parse
from tests.kit.worst import MAILS, PAGES, text

pytestmark = pytest.mark.timeout(30)


@pytest.mark.parametrize("name", MAILS)
def test_mail_is_read(name: str) -> None:
    assert isinstance(parse(MAILS[name]()), ParsedMessage)


@pytest.mark.parametrize("name", PAGES)
def test_page_is_read_and_cleaned(name: str) -> None:
    page = PAGES[name]()
    assert parse(text(page.encode(), b"text/html")).html is not None
    assert "<script" not in sanitise(page, lambda content_id: f"cid:{content_id}")
