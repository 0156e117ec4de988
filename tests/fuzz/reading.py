"""What is thrown at the readers of a whole mail: structure, forwards, HTML, and what is packed into files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from mail.calendar_part import read_calendar
from mail.charset import clean
from mail.html import sanitise
from mail.html_text import html_to_text
from mail.message import ParsedMessage
from mail.parse import attachment_content, parse
from mail.rendering import message_json
from mail.tnef import read_tnef
from tests.kit.calendars import PEOPLE, WHEN, ics
from tests.kit.mails import EML, File, a_message, eml
from tests.kit.tnef import TnefEntry, tnef
from tests.kit.worst import PAGES, text

_UNSAFE: Final = re.compile("[\\x00\ud800-\udfff]")
_ACTIVE: Final = re.compile(
    r"<(?:script|iframe|object|embed|form|base|meta|link)\b|<[^>]*\son[a-z]+\s*=", re.IGNORECASE
)


def structure(raw: bytes) -> None:
    """Any octets are a mail; its files are where it says that they are, and what it says fits a database and JSON."""
    found = parse(raw)
    assert [one.position for one in found.attachments] == list(range(len(found.attachments)))
    for one in found.attachments:
        assert len(attachment_content(raw, one.position)) == one.size
        assert "/" not in one.filename
        assert len(one.filename.encode()) <= 150
    _is_clean(found)


def forward(octets: bytes) -> None:
    """Any text may be a forward: who is found in it has an address or a name, and what it says stands in the text."""
    for content_type in (b"text/plain", b"text/html"):
        found = parse(text(octets, content_type).replace(b"\r\nMIME", b"\r\nSubject: Fwd: x\r\nMIME", 1))
        for original in found.forwarded:
            assert original.from_ is None or original.from_.address or original.from_.name
            people = [*original.to, *original.cc, *([original.from_] if original.from_ else [])]
            assert all("@" in one.address or not one.address for one in people)
        _is_clean(found)


def html(octets: bytes) -> None:
    """Whatever a page is, nothing active is left of it, even where a browser reads and we clean it again (mXSS)."""
    page = clean(octets.decode("utf-8", "replace"))
    safe = sanitise(page, lambda content_id: f"cid:{content_id}")
    again = sanitise(safe, lambda content_id: f"cid:{content_id}")
    assert not _ACTIVE.search(safe)
    assert not _ACTIVE.search(again)
    assert html_to_text(again).split() == html_to_text(safe).split()
    html_to_text(page)


def winmail(octets: bytes) -> None:
    """Any octets are TNEF or not, and a mail with them is read."""
    read_tnef(octets)
    structure(a_message(text="", attachments=[File("winmail.dat", octets, "application/ms-tnef")]))


def calendar(octets: bytes) -> None:
    """Any octets are a calendar or not, and a mail with them is read."""
    read_calendar(octets, {})
    structure(a_message(text="", attachments=[File("a.ics", octets, "text/calendar")]))


def _is_clean(found: ParsedMessage) -> None:
    said = json.dumps(message_json(found), ensure_ascii=False)
    assert not _UNSAFE.search(said)
    assert "\\u0000" not in said


READING: Final[Mapping[str, Callable[[bytes], None]]] = {
    "parse": structure,
    "forward": forward,
    "html": html,
    "winmail": winmail,
    "calendar": calendar,
}
_PAGE: Final = b"""<html><head><style>p{color:red}</style></head><body><p style="color:red" onclick="x()">Hello
<a href="https://x.example/">x</a> <img src="cid:a@b"> <blockquote>old</blockquote> <table><tr><td>1</td></tr></table>
<svg><style><img src=x onerror=alert(1)></style></svg><math><mtext><table><mglyph><style></math></body></html>"""
_FORWARDS: Final = (
    b"See below\r\n\r\n---------- Forwarded message ---------\r\nFrom: Carl <carl@customer.example>\r\n"
    b"Date: Wed, 4 Mar 2026 at 10:20\r\nSubject: Chairs\r\nTo: <rita@seller.example>\r\n\r\nHello\r\n",
    b"-----Original Message-----\r\nFrom: Carl [mailto:carl@customer.example]\r\nSent: Wednesday\r\n\r\nHi\r\n",
    b"From: carl@customer.example\r\n\r\nHello\r\n",
    b"On Wed, 4 Mar 2026, Carl <carl@customer.example> wrote:\r\n\r\n> Hello\r\n> > there\r\n",
    _PAGE.replace(b"Hello", b"<b>From:</b> Carl &lt;carl@customer.example&gt;<br><b>Sent:</b> x<br><b>To:</b> y<br>"),
)


def reading_seeds(target: str) -> Iterator[bytes]:
    """Answer octets to begin with, our own all of them."""
    match target:
        case "forward":
            yield from _FORWARDS
        case "html":
            yield _PAGE
            yield from (page().encode()[:2000] for page in PAGES.values())
        case "winmail":
            yield tnef([TnefEntry("a.txt", b"a", long_name="ä.txt", content_id="a@b")], text="Hello", html="<p>")
            yield tnef([TnefEntry("Mail", inside=tnef([TnefEntry("b.txt", b"b")]))])
        case "calendar":
            yield ics((*WHEN, *PEOPLE, "RRULE:FREQ=DAILY", "DESCRIPTION:a\\, b"))
        case _:
            yield a_message(
                html=_PAGE.decode(), attachments=[File("ä.pdf", b"1"), File("m.eml", a_message(), "message/rfc822")]
            )
            yield a_message(attachments=[File("winmail.dat", tnef([TnefEntry("a", b"a")]), "application/ms-tnef")])
            yield from (eml(str(path.parent.relative_to(EML))) for path in sorted(EML.glob("*/*/message.eml")))
