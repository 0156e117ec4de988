"""SECURITY O1: two servers whose users have each other's Bcc addresses exchange at most one mail, and fall silent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config.settings import load
from db.models import InboundMessage, OutboxMessage
from db.session import Database, open_database
from mail.envelope import NULL_REVERSE_PATH
from net.zone_server import quoted
from outbox.letterhead import letterhead_of
from outbox.queue import Kind, Outgoing, enqueue
from outbox.writing import write_mail
from tests.kit.mails import a_message
from tests.kit.running import Running, stored_id, wait_for
from tests.kit.sales import CUSTOMER, REP, STRANGER, Company
from tests.kit.signing import Signer

pytestmark = pytest.mark.slow

SIGNER = Signer("northwind.example")
MAIL_DOMAINS = ("bcc.first.example", "bcc.second.example")
ZONE = {(SIGNER.name, "TXT"): [quoted(SIGNER.record)]} | {
    # What either server sends is proved to the other: only that it is no person's mail keeps it from an answer.
    key: [text]
    for domain in MAIL_DOMAINS
    for key, text in {
        (domain, "TXT"): '"v=spf1 ip4:127.0.0.1 -all"',
        (f"_dmarc.{domain}", "TXT"): '"v=DMARC1; p=reject"',
    }.items()
}


@dataclass(frozen=True, slots=True)
class Row:
    """What of an inbound or an outbox row is compared here."""

    status: str
    of: str
    content: bytes = b""


class Side:
    """One installation: a company of people, and one whose only user is an address of the other installation."""

    def __init__(self, data: Path, mail_domain: str) -> None:
        data.mkdir()
        self.mail_domain = mail_domain
        self.running = Running(data, ZONE, mail_domain=mail_domain, hostname=f"mx.{mail_domain}")
        self.people = self.company("People", REP, "northwind.example")
        self.facing: Company

    def company(self, name: str, admin: str, domain: str) -> Company:
        """Make a company from the command line."""
        made = self.running.json("setup", "--company", name, "--admin", admin, "--domain", domain)
        return Company(
            made["bcc_address"], made["personal_bcc_address"], made["user_id"], self.running.api(made["api_token"])
        )

    def face(self, other: Side) -> None:
        """Make the company whose user reads his mail at an address of the other side, and send by way of it."""
        self.facing = self.company("Mirror", other.people.bcc_address, other.mail_domain)
        self.running.environ["SMARTBCC_SMARTHOST_URL"] = f"smtp://127.0.0.1:{other.running.smtp_port}"

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Look into its database."""
        with closing(open_database(load(self.running.environ, None))) as database:
            yield database

    def sent(self) -> list[Row]:
        """Answer what it wrote to others."""
        query = select(OutboxMessage).order_by(OutboxMessage.id).execution_options(across_companies="the test counts")
        with self.database() as database, database.read() as session:
            return [Row(one.status, one.kind, one.content) for one in session.scalars(query)]

    def received(self) -> list[Row]:
        """Answer what it took from anybody."""
        query = select(InboundMessage).order_by(InboundMessage.id).execution_options(across_companies="the test counts")
        with self.database() as database, database.read() as session:
            return [Row(one.status, str(one.envelope["reverse_path"])) for one in session.scalars(query)]


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Side, Side]]:
    first, second = (Side(tmp_path_factory.mktemp(domain) / "data", domain) for domain in MAIL_DOMAINS)
    first.face(second)
    second.face(first)
    try:
        for one in (first, second):
            one.running.start()
        yield first, second
    finally:
        first.running.close()
        second.running.close()


def _quiet(sides: Sequence[Side]) -> bool | None:
    """Tell whether nothing is under way anywhere: every mail in is decided, every mail out has ended."""
    waiting = {"received", "processing", "queued", "sending"}
    under_way = [row for side in sides for row in (*side.received(), *side.sent()) if row.status in waiting]
    return None if under_way else True


def _fall_silent(sides: Sequence[Side]) -> None:
    wait_for(partial(_quiet, sides), "both to fall silent", 60)


def _any_sent(side: Side) -> list[Row] | None:
    return side.sent() or None


def _hold_at(side: Side) -> None:
    """Let a stranger, whom nothing proves, write to the user who is an address of the other side."""
    assert side.facing.api.call("PATCH", "me", {"forwards_here": True}).status == 200
    raw = a_message(from_=STRANGER, to=CUSTOMER, subject=f"To {side.mail_domain}")
    inbound = side.facing.api.decided(stored_id(side.running.send(raw, STRANGER, side.facing.personal_bcc_address)))
    assert inbound["status"] == "held"


def _confirm_at(side: Side, to: str) -> None:
    """Send what has a reverse-path: the mail that asks whether an address is somebody's own."""
    with side.database() as database, database.write() as session:
        now = database.now(session)
        company_id = session.scalars(
            select(InboundMessage.company_id).execution_options(across_companies="the test has one company with mail")
        ).first()
        args: dict[str, Any] = {"from": STRANGER, "received": now, "why": "It waits.", "until": now}
        letterhead = letterhead_of(load(side.running.environ, None))
        content = write_mail(letterhead, "sender_held", "en", to, args | {"more": 0, "time_zone": "UTC"}, now=now)
        assert company_id is not None
        enqueue(
            session,
            Outgoing(
                company_id=company_id,
                key="confirm",
                kind=Kind.CONFIRMATION,
                forward_path=to,
                content=content,
                reports=True,
            ),
            now,
        )


@pytest.fixture(scope="module")
def noticed(sides: tuple[Side, Side]) -> tuple[Side, Side]:
    """Both sides after each had to tell a user who is an address of the other."""
    for one in sides:
        _hold_at(one)
    for one in sides:
        wait_for(partial(_any_sent, one), "a notice to be written")
    _fall_silent(sides)
    return sides


def test_a_notice_to_the_other_side_is_refused_there_and_nothing_follows(noticed: tuple[Side, Side]) -> None:
    for one in noticed:
        assert [row.status for row in one.sent() if row.of == "notice"] == ["failed"]
        assert not [row for row in one.received() if row.of == NULL_REVERSE_PATH]


def test_a_mail_with_a_reverse_path_is_taken_once_and_never_answered(noticed: tuple[Side, Side]) -> None:
    first, second = noticed
    before = [(len(one.sent()), len(one.received())) for one in noticed]
    _confirm_at(first, second.facing.personal_bcc_address)
    wait_for(lambda: True if len(second.received()) > before[1][1] else None, "the other side to take it")
    _fall_silent(noticed)
    assert (first.sent()[-1].status, first.sent()[-1].of) == ("sent", "confirmation")
    taken = second.received()[-1]
    assert (taken.status, taken.of[:2], taken.of.partition("@")[2]) == ("filed", "r-", first.mail_domain)
    after = [(len(one.sent()), len(one.received())) for one in noticed]
    assert after == [(before[0][0] + 1, before[0][1]), (before[1][0], before[1][1] + 1)]


def test_a_captured_notice_is_answered_by_nobody(noticed: tuple[Side, Side]) -> None:
    side, other = noticed
    robot = f"check@{side.mail_domain}"
    before = len(side.sent()), len(other.sent())
    question = a_message(from_=REP, to=robot, subject="Question")
    captured = b"Auto-Submitted: auto-generated\r\n" + question.replace(b"Question", b"Captured")
    for raw in (captured, question):
        assert side.running.send(SIGNER.sign(raw), REP, robot).code == 250
    wait_for(lambda: True if len(side.sent()) > before[0] else None, "the robot to answer the question")
    _fall_silent(noticed)
    assert [row.of for row in side.sent()[before[0] :]] == ["answer"]
    assert [row.status for row in side.received()[-2:]] == ["discarded", "discarded"]
    assert len(other.sent()) == before[1]
