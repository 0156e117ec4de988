"""Forwards as the clients of many languages write them, as text and as HTML alone."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pytest

from mail.message import Address, Forwarded
from mail.parse import parse

TABLE = Path(__file__).with_name("forwards.tsv")
RFC_DATE = "Wed, 4 Mar 2026 10:20:00 +0100"
AUTHOR = Address("Carl Customer", "carl@x.example")
BODY = ("Hello Rita,", "", "please send ten lamps.", "", "Carl")


@dataclass(frozen=True, slots=True)
class Client:
    """A client in one language: the line above its header, its labels in their order, the date as it writes it."""

    name: str
    marker: str
    labels: tuple[tuple[str, str], ...]
    date: str
    bold: bool
    quotes: bool

    def header(self) -> list[str]:
        values = {
            "F": "Carl Customer <carl@x.example>",
            "D": self.date,
            "T": "Rita Rep <rita@y.example>",
            "C": "Pat <pat@x.example>",
            "S": "Ten lamps",
        }
        mark = "*" if self.bold else ""
        lines = [f"{mark}{label}{mark} {values[field]}" for field, label in self.labels]
        return [*([self.marker, *([""] if self.quotes else [])] if self.marker else []), *lines]

    def text(self) -> str:
        lines = [*self.header(), "", *BODY]
        if self.quotes:
            lines = [lines[0], "", *(f"> {line}".rstrip() for line in lines[2:])]
        return "\n".join(["For the deal.", "", *lines])

    def html(self) -> str:
        lines = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in [*self.header(), "", *BODY])
        lines = f"<blockquote>{lines}</blockquote>" if self.quotes else lines
        return f"<html><body><p>For the deal.</p><br>{lines}</body></html>"


def clients() -> Iterator[Client]:
    """`forwards.tsv`: a client, the line above its header, its fields by their first letters, labels, the date."""
    rows = csv.reader(TABLE.read_text(encoding="utf-8").splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE)
    for name, marker, order, words, date in rows:
        labels = tuple(zip(order, (f"{word}:" for word in words.split("|")), strict=True))
        apple = name.startswith("Apple")
        yield Client(name, marker, labels, date or RFC_DATE, bold=apple or name.startswith("Outlook"), quotes=apple)


def forwarded(text: str, subject: str = "Fwd: Ten lamps", kind: str = "plain") -> tuple[Forwarded, ...]:
    head = f"From: Rita <rita@y.example>\nTo: box@y.example\nSubject: {subject}\nDate: Wed, 4 Mar 2026 12:00:00 +0100\n"
    return parse(f"{head}MIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n\n{text}".encode()).forwarded


@pytest.mark.parametrize("client", tuple(clients()), ids=lambda client: client.name)
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_original_is_read(client: Client, kind: str) -> None:
    found = forwarded(client.text() if kind == "plain" else client.html(), kind=kind)
    assert len(found) == 1
    original = found[0]
    assert original.from_ == AUTHOR
    assert [one.address for one in original.to] == ["rita@y.example"]
    assert [one.address for one in original.cc] == ["pat@x.example"]
    assert original.subject == "Ten lamps"
    assert original.text == "\n".join(BODY)
    said = original.date or ""
    assert said.endswith("T09:20:00Z") or said == client.date == "3/4/26 10:20 (GMT+01:00)"


BLOCK = "From: Carl Customer <carl@x.example>\nSent: Wednesday, March 4, 2026 10:20\nTo: Rita\nSubject: Lamps\n"


@pytest.mark.parametrize(
    "subject",
    ["Re: Lamps", "RE: Lamps", "AW: Lamps", "SV: Lamps", "Odp: Lamps", "Antw: Lamps", "回复: Lamps", "Re: Fwd: Lamps"],
)
def test_reply_that_shows_a_header_is_no_forward(subject: str) -> None:
    assert forwarded(f"Thank you.\n\n{BLOCK}\nHello", subject) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Our offers of March\n\nFrom: 10 euro\nTo: 20 euro\n\nUnsubscribe",
        "On Wed, Mar 4, 2026 at 10:20 AM Carl <carl@x.example> wrote:\n> Hello",
        "Date: 4 March\nPlace: Berlin\nSubject: lamps, and what else there is\n",
        "I forwarded your message:\nhe will answer.",
    ],
)
def test_newsletters_and_notes_are_no_forwards(text: str) -> None:
    assert forwarded(text, "News") == ()


def test_outermost_of_forwards_in_forwards_is_the_original() -> None:
    inner = f"See below.\n\n---------- Forwarded message ---------\n{BLOCK}\nHello"
    header = "From: Pat <pat@x.example>\nDate: Wed, Mar 4, 2026 at 11:20 AM\nSubject: Fwd: Lamps\nTo: rita@y.example\n"
    found = forwarded(f"For the deal.\n\n---------- Forwarded message ---------\n{header}\n{inner}")
    assert [one.from_ for one in found] == [Address("Pat", "pat@x.example")]
    assert found[0].text == inner
    assert found[0].date == "2026-03-04T10:20:00Z"


def test_first_line_says_whose_mail_it_is() -> None:
    found = forwarded(f"From: pat@x.example\n\n---------- Forwarded message ---------\n{BLOCK}\nHello")
    assert [one.from_ for one in found] == [Address("", "pat@x.example")]
    assert found[0].text == "Hello"


def test_moment_needs_the_zone_in_which_the_forward_was_written() -> None:
    head = "From: rita@y.example\nTo: box@y.example\nSubject: Fwd: x\n"
    mail = f"{head}\n---------- Forwarded message ---------\n{BLOCK}\nHello"
    assert parse(mail.encode()).forwarded[0].date == "Wednesday, March 4, 2026 10:20"
