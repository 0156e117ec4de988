"""Every reply is well-formed, tells nothing, and is shown by a dialogue."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from smtpd import replies
from smtpd.reply import Reply

REPLIES: Final = replies.every()
SUBJECTS: Final = {"0", "1", "3", "4", "5", "6", "7"}
"""RFC 3463 §3: undefined, addressing, mail system, network, protocol, content, security."""
KNOWN: Final = {
    *("0.0", "1.0", "1.1", "1.3", "1.5", "1.7", "3.0", "3.1", "3.2", "3.4", "4.2", "4.6"),
    *("5.1", "5.2", "5.3", "5.4", "6.0", "7.0", "7.1", "7.5", "7.8", "7.11", "7.20", "7.22", "7.23", "7.26"),
}
"""Subjects and details of RFC 3463, 4954, 5248, 7372 that we use."""
WITHOUT_CODE: Final = {"GREETING", "HELLO", "START_MAIL"}
"""RFC 2034 §3: the greeting, HELO and EHLO, and 3yz have no enhanced code."""
NOT_IN_A_DIALOGUE: Final = {
    "TOO_MANY_CONNECTIONS": "loopback is exempt; tests/smtpd/test_sessions.py",
    "TOO_BUSY": "loopback is exempt; tests/smtpd/test_sessions.py",
    "SHUTTING_DOWN": "tests/smtpd/test_server.py",
}
DIALOGUES: Final = Path(__file__).resolve().parents[1] / "dialogues"
SAID: Final = {
    re.sub(r"^S\S* ", "", line)
    for path in DIALOGUES.glob("*.smtp")
    for line in path.read_text(encoding="utf-8").splitlines()
    if line.startswith("S")
}


@pytest.mark.parametrize("name", REPLIES)
def test_codes_agree(name: str) -> None:
    reply = REPLIES[name]
    if name in WITHOUT_CODE:
        assert reply.enhanced == ""
        return
    kind, _, detail = reply.enhanced.partition(".")
    assert kind == str(reply.code)[0]
    assert detail in KNOWN
    assert detail.partition(".")[0] in SUBJECTS
    assert 200 <= reply.code <= 599


@pytest.mark.parametrize("name", REPLIES)
def test_text_is_one_short_line_of_ascii(name: str) -> None:
    reply = REPLIES[name]
    assert re.fullmatch(r"[ -~]+", reply.line)
    assert len(reply.line) < 200
    assert bytes(reply) == reply.line.encode() + b"\r\n"
    assert reply.when.endswith(".")


@pytest.mark.parametrize("name", REPLIES)
def test_what_closes_says_so_by_its_code(name: str) -> None:
    reply = REPLIES[name]
    if reply.code in (421, 521, 221):
        assert reply.closes
    if reply.accepts:
        assert not reply.counts


@pytest.mark.parametrize("name", sorted(set(REPLIES) - set(NOT_IN_A_DIALOGUE)))
def test_a_dialogue_shows_it(name: str) -> None:
    reply: Reply = REPLIES[name]
    shown = re.compile(re.escape(reply.line).replace(r"\{\}", r"[!-~ ]+"))
    assert any(shown.fullmatch(line) for line in SAID)


def test_no_text_says_whom_we_know() -> None:
    words = ("approved", "user", "company", "policy", "blocked", "list")
    telling = [name for name, reply in REPLIES.items() if any(word in reply.text.lower() for word in words)]
    assert telling == []


def test_the_table_lists_every_reply() -> None:
    rows = [line for line in replies.render().splitlines() if line.startswith("| `")]
    assert len(rows) == len(REPLIES)
