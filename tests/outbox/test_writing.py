"""Every mail of ours, with the worst that a stranger can be called: it renders, loads nothing, and reads back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Final

import pytest
from jinja2 import UndefinedError

from accounts.refusals import Invalid
from languages.speech import speaking, spoken
from mail.message import Automatic
from mail.parse import parse
from outbox.letterhead import Letterhead
from outbox.notices import Notice
from outbox.writing import TEMPLATES, write_mail
from tests.kit.mails import EML

NOW: Final = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
HOUSE: Final = Letterhead(
    base_url="https://bcc.seller.example", mail_domain="bcc.seller.example", hostname="mx.example"
)
TO: Final = "rita@seller.example"
NAMES: Final = (
    "carl@customer.example",
    "x" * 3000 + "@customer.example",
    "\u202eelpmaxe.evil@drac\u202c@customer.example",
    "שלום@דוגמה.example",
    "a@b.example\r\nBcc: everybody@customer.example\r\n\r\n<h1>Hello</h1>",
    "<script>alert(1)</script>@b.example",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    '"><img src=http://tracker.example/x.gif>@b.example',
    "\x00\x07\ud800\u2028\u2029@b.example",
    "",
)
NUMBERS: Final = (1, 2, 10**9)
REMOTE: Final = re.compile(
    r"<[^<>]*\s(?:src|srcset|background|poster|data)\s*=|<[^<>]*url\(|@import|<(?:link|script|img|iframe|form)\b"
)
OURS: Final = re.compile(r'href="(https://bcc\.seller\.example/[a-z/]+(?:#[a-z]+)?)"')


def args_with(name: str, number: int) -> dict[str, dict[str, Any]]:
    """Answer what each template is given, with one name and number in every place."""
    line = {
        "at": NOW,
        "towards": "to",
        "who": name,
        "what": ("linked", "filed", "held", "not_stored", "question")[number % 5],
    }
    more = {"more": number - 1}
    letter = {"direction": "outgoing", "links": [name], "questions": [name], "creations": [name]}
    return {
        "sender_held": {"from": name, "received": NOW, "why": name, "until": NOW, **more},
        "forged": {"from": name, "received": NOW, "peer": name, **more},
        "unresolved": {"with": name, "received": NOW, **more},
        "held_ending": {"count": number, "first": NOW, "nobodys": number == 1},
        "never_stored": {"from": name, "received": NOW, "why": name, **more},
        "address_leaked": {"visible": number == 1, "received": NOW, "count": number, **more},
        "paused": {"peer": name, "what": ("notices", "creations", "answers")[number % 3], "mine": number == 1},
        "how_to_get_approved": {},
        "access_asked": {"user": name, **more},
        "sender_waits": {"address": name, "user": name, **more},
        "webhook_stopped": {"url": name, "reason": "gone" if number == 1 else "failing", "since": NOW},
        "passkey_added": {"name": name, "at": NOW, "device": name},
        "sign_in_connected": {"name": name, "at": NOW},
        "confirm_sender": {
            "asker": name,
            "asker_email": TO,
            "whose": name,
            "for_team": number == 1,
            "company": name,
            "link": "https://bcc.seller.example/senders/confirm/secret",
            "code": "12345678",
            "until": NOW,
        },
        "digest": {"since": NOW, "lines": [line] * 3, "left_out": number - 1},
        "answer": {
            "sentence": name,
            "checks": [{"name": "DKIM", "result": name, "of": name, "reason": name}],
            "letters": [letter, letter | {"links": [], "questions": [], "creations": []}][: number % 3],
            "status": "filed",
            "steps": [name] * 3,
        },
    }


def every_mail() -> Iterator[tuple[str, bytes]]:
    for name in NAMES:
        for number in NUMBERS:
            for template, args in args_with(name, number).items():
                yield template, write_mail(HOUSE, template, "en", TO, args, now=NOW)


def test_every_mail_reads_back_and_loads_nothing() -> None:
    seen = set()
    for template, raw in every_mail():
        read = message_from_bytes(raw, policy=policy.SMTP)
        assert [name for name in read if name.lower() in ("bcc", "cc")] == []
        assert (read["To"], read["Auto-Submitted"], read["X-Auto-Response-Suppress"]) == (TO, "auto-generated", "All")
        assert read["From"] == "Smart Bcc <no-reply@bcc.seller.example>"
        assert "Precedence" not in read  # it sends notices to spam
        ours = parse(raw)
        assert ours.automatic is Automatic.REPLY
        assert (ours.defects, [one.address for one in ours.to]) == ((), [TO])
        assert max(map(len, raw.split(b"\r\n"))) <= 998
        assert len(raw) < 60_000
        html = ours.html or ""
        assert REMOTE.search(html) is None, template
        assert "<h1>Hello" not in html
        assert "\u202e" not in html + ours.text + ours.subject
        assert set(re.findall(r'href="([^"]*)"', html)) == set(OURS.findall(html)), template
        assert "49" not in ours.subject.replace("2049", "")
        seen.add(template)
    assert seen == {path.parent.name for path in TEMPLATES.glob("*/body.txt")}


def test_every_notice_has_its_three_templates() -> None:
    for kind in Notice:
        assert {path.name for path in (TEMPLATES / kind).iterdir()} >= {"subject.txt", "body.txt", "body.html"}


def test_a_name_from_right_to_left_turns_nothing_around_it() -> None:
    raw = write_mail(HOUSE, "unresolved", "en", TO, args_with("שלום@דוגמה.example", 1)["unresolved"], now=NOW)
    assert parse(raw).subject == "A question about your mail with \u2068שלום@דוגמה.example\u2069"


def test_times_are_told_in_the_zone_of_the_reader() -> None:
    args = args_with("carl@customer.example", 1)["unresolved"] | {"time_zone": "Asia/Tokyo"}
    assert "Received: 5 March 2026, 07:30 JST" in parse(write_mail(HOUSE, "unresolved", "en", TO, args, now=NOW)).text


def test_a_time_that_the_zone_of_the_reader_cannot_say_is_told_in_utc() -> None:
    late = {"time_zone": "Asia/Tokyo", "received": datetime.max.replace(tzinfo=UTC)}
    args = args_with("carl@customer.example", 1)["unresolved"] | late
    told = parse(write_mail(HOUSE, "unresolved", "en", TO, args, now=NOW)).text
    assert "Received: 31 December 9999, 23:59 UTC" in told


def test_a_language_that_is_not_offered_has_english_in_its_place() -> None:
    args = args_with("carl@customer.example", 1)["forged"]
    texts = {parse(write_mail(HOUSE, "forged", one, TO, args, now=NOW)).text for one in ("en", "en-GB", "fr", "", "..")}
    assert len(texts) == 1


@pytest.mark.parametrize(("language", "written"), [("nb", "5. mars 2026"), ("de", "5. März"), ("es", "5 de marzo de")])
def test_a_mail_is_in_the_language_of_who_gets_it(language: str, written: str) -> None:
    given = {"with": spoken, "time_zone": "Asia/Tokyo"}
    args = args_with("carl@customer.example", 1)["unresolved"] | given
    with speaking("en"):
        raw = write_mail(HOUSE, "unresolved", language, TO, args, now=NOW)
        assert spoken() == "en"
    mail = parse(raw)
    assert message_from_bytes(raw, policy=policy.SMTP)["Content-Language"] == language
    assert f'<html lang="{language}" dir="ltr">' in (mail.html or "")
    assert written in mail.text
    assert re.search(rf": +{language}$", mail.text, re.MULTILINE)


def test_an_answer_says_what_it_answers() -> None:
    args = args_with("a", 1)["answer"]
    raw = write_mail(
        HOUSE, "answer", "en", TO, args, now=NOW, auto_submitted="auto-replied", in_reply_to="<1@b.example>"
    )
    read = message_from_bytes(raw, policy=policy.SMTP)
    assert (read["Auto-Submitted"], read["In-Reply-To"]) == ("auto-replied", "<1@b.example>")


@pytest.mark.parametrize(
    "to", ["", "rita", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "<a@b.example>", "@b.example"]
)
def test_what_is_no_address_gets_nothing(to: str) -> None:
    with pytest.raises(Invalid):
        write_mail(HOUSE, "how_to_get_approved", "en", to, {}, now=NOW)


def test_a_missing_argument_is_never_sent() -> None:
    with pytest.raises(UndefinedError):
        write_mail(HOUSE, "forged", "en", TO, {}, now=NOW)


@pytest.mark.parametrize("msg_id", ["", "1@b.example", "<1@b.example>\r\nBcc: a@b.example", "<1 @b>", "<é@b.example>"])
def test_what_is_no_msg_id_is_not_answered_by_name(msg_id: str) -> None:
    raw = write_mail(HOUSE, "how_to_get_approved", "en", TO, {}, now=NOW, in_reply_to=msg_id)
    assert {"In-Reply-To", "Bcc"}.isdisjoint(message_from_bytes(raw, policy=policy.SMTP).keys())


def test_an_address_beyond_ascii_is_written_as_it_is() -> None:
    raw = write_mail(HOUSE, "how_to_get_approved", "en", "rené@bücher.example", {}, now=NOW)
    assert "To: rené@bücher.example\r\n".encode() in raw


def test_the_text_of_one_is_as_people_read_it() -> None:
    args = args_with("carl@customer.example", 4)["sender_held"] | {
        "why": "Held: carl@customer.example was proved, but is not an approved sender."
    }
    text = parse(write_mail(HOUSE, "sender_held", "en", TO, args, now=NOW)).text
    assert text.replace("\r\n", "\n").rstrip("\n") == Path(EML.parent / "outbox" / "sender_held.txt").read_text(
        encoding="utf-8"
    ).rstrip("\n")
