"""The fingerprint of R29a, pinned: a change of it is a new version and a replay."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

from mail.fingerprint import content_digest, fingerprint
from mail.parse import parse
from tests.kit.mails import DATE, File, a_message


def test_fingerprint_is_made_of_five_facts() -> None:
    raw = a_message(to=["Carl <CARL@customer.example>", "box@bcc.example"], cc="pat@x.example", subject="Re: ÄPFEL")
    facts = [
        "rita@seller.example",
        "2026-03-04T10:20:30Z",
        "äpfel",
        ["carl@customer.example", "pat@x.example"],
        "hellocarlhereistheoffer",
    ]
    expected = hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()
    assert fingerprint(parse(raw), {"box@bcc.example"}) == expected


def test_layout_zone_and_quotes_do_not_count() -> None:
    one = a_message(text="Hello Carl,\nhere is the offer.\n")
    two = a_message(
        text="Hello  Carl, here\nis the offer.\n\n> quoted\n-- \nRita\n",
        subject="AW: Offer",
        date=DATE.astimezone(timezone(timedelta(hours=5))),
    )
    assert fingerprint(parse(one), ()) == fingerprint(parse(two), ())


def test_only_the_first_2000_letters_count() -> None:
    one, two = a_message(text="ab " * 1000 + "x"), a_message(text="ab " * 1000 + "y")
    assert fingerprint(parse(one), ()) == fingerprint(parse(two), ())
    assert content_digest(parse(one)) != content_digest(parse(two))


def test_everything_shown_is_in_the_digest() -> None:
    base = a_message(message_id="<one@x.example>")
    others = [
        a_message(message_id="<two@x.example>"),
        a_message(message_id="<one@x.example>", from_="Rita <rita@seller.example>"),
        a_message(message_id="<one@x.example>", to="other@x.example"),
        a_message(message_id="<one@x.example>", cc="other@x.example"),
        a_message(message_id="<one@x.example>", date=datetime(2026, 3, 5, tzinfo=UTC)),
        a_message(message_id="<one@x.example>", subject="Other"),
        a_message(message_id="<one@x.example>", text="Other"),
        a_message(message_id="<one@x.example>", html="<p>Other</p>"),
        a_message(message_id="<one@x.example>", attachments=[File("a.txt", b"x")]),
        a_message(message_id="<one@x.example>", attachments=[File("b.txt", b"x")]),
    ]
    digests = [content_digest(parse(raw)) for raw in [base, *others]]
    assert len(set(digests)) == len(digests)
    assert content_digest(parse(base)) == digests[0]
