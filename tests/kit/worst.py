"""Inputs made to be slow to read (SECURITY M1 to M4): tests see that they are read, `bench.worst` how fast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.kit.calendars import ics
from tests.kit.cms import signed_data, signed_in_pieces
from tests.kit.tnef import BINARY, PROPERTIES, SIGNATURE, TnefEntry, a_property, attribute, properties, tnef

HEAD: Final = b"From: a@b.example\r\nMIME-Version: 1.0\r\n"
SMIME: Final = HEAD + b"Content-Type: application/pkcs7-mime\r\n\r\n"


def text(body: bytes, content_type: bytes = b"text/plain") -> bytes:
    """Answer a mail of one part."""
    return HEAD + b"Content-Type: " + content_type + b"; charset=utf-8\r\n\r\n" + body


def field(name: bytes, value: bytes) -> bytes:
    """Answer a mail with one more header field."""
    return HEAD + name + b": " + value + b"\r\n\r\nhi"


def nested(levels: int, tail: bytes = b"hi") -> bytes:
    """Answer a mail of multiparts inside each other."""
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
    for level in range(1, levels):
        raw += b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level - 1, level)
    return raw + b"--b%d\r\n\r\n" % (levels - 1) + tail


def parts(part: bytes, count: int) -> bytes:
    """Answer a mail of many equal parts."""
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + (b"--b" + part) * count


def file(name: bytes, content: bytes) -> bytes:
    """Answer a mail that is one file."""
    return HEAD + b"Content-Disposition: attachment; filename=" + name + b"\r\n\r\n" + content


def _nested_tnef(levels: int) -> bytes:
    octets = tnef([TnefEntry("x", b"x")])
    for _ in range(levels):
        octets = tnef([TnefEntry("x", inside=octets)])
    return octets


_MANY_PROPERTIES: Final = properties([a_property(BINARY, 0x1000, b"") for _ in range(100_000)])
MAILS: Final[dict[str, Callable[[], bytes]]] = {
    "20,000 recipients": lambda: field(b"To", b", ".join(b'"N %d" <u%d@x.example>' % (n, n) for n in range(20_000))),
    "20,000 parameters": lambda: field(b"Content-Type", b"text/plain" + b"; a=b" * 20_000),
    "20,000 sections": lambda: field(b"Content-Type", b"a/b" + b"".join(b"; n*%d*=v" % n for n in range(20_000))),
    "1,500 levels": lambda: nested(1500),
    "20,000 levels": lambda: nested(20_000),
    "levels over much": lambda: nested(49, b"A" * 10_000_000),
    "100,000 parts": lambda: parts(b"\r\n\r\nx\r\n", 100_000),
    "false delimiters": lambda: parts(b" no\r\n", 1_000_000),
    "1,500 attached mails": lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 1500,
    "encoded words": lambda: field(b"Subject", b"=?utf-8?q?a?= " * 20_000),
    "wrong encoded words": lambda: field(b"Subject", b"=?us-ascii?q?=E4?= x " * 20_000),
    "open encoded words": lambda: field(b"Subject", b"=?u?q?" * 20_000),
    "quotes": lambda: field(b"From", b'"a\\' * 20_000),
    "parentheses": lambda: field(b"From", b"(" * 60_000),
    "angles": lambda: field(b"From", b"<" * 60_000),
    "at signs": lambda: field(b"From", b"a@b " * 15_000),
    "groups": lambda: field(b"To", b"a:" * 30_000),
    "prefixes": lambda: field(b"Subject", b"Re: [a] " * 8_000),
    "lines without colon": lambda: HEAD + b"xx\r\n" * 1_000_000,
    "folded lines": lambda: HEAD + b"X: a\r\n" + b" b\r\n" * 1_000_000 + b"\r\n",
    "short lines": lambda: text(b"a\r\n" * 2_000_000),
    "labels": lambda: text(b"From: \r\nTo: \r\n" * 200_000),
    "attributions": lambda: text(b"x 10:20 a:\r\n" * 100_000),
    "open attributions": lambda: text(b"On 1 Jan 2026 a@b wrote x\r\n" * 100_000),
    "rules": lambda: text((b"_" * 40 + b"\r\n") * 100_000),
    "stars": lambda: text((b"*" * 70 + b":\r\n") * 100_000),
    "markers": lambda: text((b"--- Forwarded message --- " + b"To:From:" * 400 + b"\r\n") * 500),
    "blank lines": lambda: text(b"\r\n" * 1_000_000),
    "lines like attributions": lambda: text((b"On 4 March 2026 at 10:20 a@b.example " + b"x" * 60 + b":\r\n") * 20_000),
    "lines like labels": lambda: text(b"From: a@b.example\r\nTo: x\r\n\r\n" * 30_000),
    "lines like those of phones": lambda: text((b"Sent from my " + b"a" * 60 + b" x.\r\n") * 25_000),
    "a report in words": lambda: (
        b"From: MAILER-DAEMON@x\r\nSubject: failure notice\r\n\r\n" + b"<a@b.example>:\r\n" * 99_999
    ),
    "flowed": lambda: text(b">a \r\n>>a \r\n" * 300_000, b"text/plain; format=flowed"),
    "quoted spaces": lambda: HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b" \r\n" * 1_000_000,
    "padded base64": lambda: HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QQ==" * 2_000_000,
    "escapes": lambda: HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + b"\x1b$B" * 500_000,
}
MAILS |= {
    "TNEF: attributes": lambda: file(b"winmail.dat", SIGNATURE + attribute(1, 0x9999, b"") * 2_000_000),
    "TNEF: files": lambda: file(b"winmail.dat", tnef([TnefEntry("x")] * 20_000)),
    "TNEF: properties": lambda: file(b"winmail.dat", SIGNATURE + attribute(1, PROPERTIES, _MANY_PROPERTIES) * 20),
    "TNEF: one in the other": lambda: file(b"winmail.dat", _nested_tnef(400)),
    "TNEF: 1,000 parts": lambda: parts(
        b"\r\nContent-Type: application/ms-tnef\r\n\r\n" + tnef([TnefEntry("x")] * 200) + b"\r\n", 1000
    ),
    "calendar: events": lambda: file(b"a.ics", ics() * 3_000),
    "calendar: attendees": lambda: file(b"a.ics", ics(["ATTENDEE:mailto:a@b.example"] * 18_000)),
    "calendar: folds": lambda: file(b"a.ics", ics(["SUMMARY:x" + "\r\n x" * 120_000])),
    "calendar: levels": lambda: file(b"a.ics", b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 36_000),
    "calendar: parameters": lambda: file(b"a.ics", ics(["DTSTART" + ";a=b" * 950 + ":20260304T100000Z"] * 100)),
    "calendar: 1,000 parts": lambda: parts(b"\r\nContent-Type: text/calendar\r\n\r\n" + ics() + b"\r\n", 1000),
    "CMS: pieces": lambda: SMIME + signed_in_pieces(b"x" * 1_000_000, 1),
    "CMS: open elements": lambda: SMIME + b"0\x80" * 5_000_000,
    "CMS: 1,000 parts": lambda: parts(
        b"\r\nContent-Type: application/pkcs7-mime\r\n\r\n" + signed_data(b"\r\nhello") + b"\r\n", 1000
    ),
    "open armour": lambda: text(b"-----BEGIN PGP MESSAGE-----\r\n" * 300_000),
}

PAGES: Final[dict[str, Callable[[], str]]] = {
    "unclosed tags": lambda: "<p>" * 500_000,
    "open angles": lambda: "<a " * 500_000,
    "open quotes": lambda: '<a "<a" ' * 200_000,
    "comments": lambda: "<!--" * 400_000,
    "scripts": lambda: "<script>" * 200_000,
    "deep": lambda: "<div>" * 100_000,
    "deep quotes": lambda: "<blockquote>" * 100_000,
    "ampersands": lambda: "&" * 2_000_000,
    "formats opened again": lambda: "<p>" + "".join(f"<b id={n}>" for n in range(60)) + "</p>" + "<p>x</p>" * 90_000,
    "out of the table": lambda: "<table><tr>" + "x<br>" * 90_000,
    "attributes": lambda: "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">",
    "styles": lambda: "".join(f'<p style="a{n}:{"([" * 900}">x' for n in range(500)),
    "large": lambda: "x" * 20_000_000,
}

_AUTHOR_UNITS: Final = (b"a ", b'"a" ', b"=?utf-8?q?a?= ", b"(a) ", b"a. ", b"\xff ", b"((((a)))) ")
AUTHORS: Final = tuple(unit * (2_000 // len(unit)) + b"<a@b.example>" for unit in _AUTHOR_UNITS)
"""Values of From, as long as the second reading takes them."""
FROM_UNITS: Final = (b"(", b'"', b"a@", b"\\", b"=?", b"<", b" ", b"\r\n ", b"a.", b'"a" ')
"""Repeated, they are a From for the strict reading."""
VALUES: Final = (
    b'"' * 60_000,
    b"(" * 60_000,
    b"<" * 60_000,
    b"a@b, " * 12_000,
    b"=?utf-8?q?a?= " * 4_200,
    b"x; a*0*=utf-8''%41; " * 3_000,
    b"[" * 60_000,
    b"\\" * 60_000,
    b"a." * 30_000,
    b"group:" * 10_000,
)
"""Values of any structured field, just below what the shape gate lets pass (gh-136063)."""
FIELDS: Final = (b"From", b"To", b"Subject", b"Content-Type", b"Date", b"References")
SIGNATURES: Final = (
    b" v=1; b=A" + b" " * 60_000 + b"!",
    b" v=1; b" + b"\r\n " * 20_000 + b"!",
    b" v=1; a=rsa-sha256; d=seller.example; s=s1; bh=" + b"A " * 30_000 + b"; b=AAAA; h=from",
    b";" * 60_000,
    b"a=b;" * 15_000,
)
"""Values of DKIM-Signature."""
SPACES: Final = (
    b" " * 1_000_000,
    b"\t \t" * 300_000,
    b"\r\n" * 500_000,
    b" \r\n" * 300_000,
    b"a  b\t\r\n" * 150_000,
)
"""Bodies that a signature covers."""
SPF_TERMS: Final = ("exists:%{d}." + "a." * 30_000 + "example", "ip4:192.0.2.1 " * 4_000)
"""Terms of an SPF record."""
LARGE_BODY: Final = b"a line of text that is as long as lines of text are, more or less\r\n" * 380_000


def spf_zone(terms: str) -> str:
    """Answer a zone whose ten includes hold these terms each."""
    names = [f"i{number}.example" for number in range(10)]
    root = f"s.example TXT v=spf1 {' '.join(f'include:{name}' for name in names)}\n"
    return root + "".join(f"{name} TXT v=spf1 {terms}\n" for name in names)
