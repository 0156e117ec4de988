"""Small mails here, large ones in a process of their own: the same answer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import pytest

from mail.envelope import Envelope
from mail.shape import ShapeFault
from mailauth.results import Verdict
from net.resolver import DnsResolver
from net.zone_server import ZoneServer, quoted
from smtpd import examine_child, examiner
from smtpd.examine import Examined, examine
from smtpd.examiner import LARGE_OCTETS, Examiner, ExaminerFailed
from tests.kit.mails import a_message
from tests.kit.resolver import ZoneResolver
from tests.kit.signing import Signer, sender_zone, signed_mail
from tests.kit.waiting import wait_until

NOW = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
ENVELOPE = Envelope(
    reverse_path="rita@seller.example",
    forward_paths=("all@bcc.example",),
    helo="mail.seller.example",
    peer="203.0.113.9",
    tls=True,
    received_at=NOW,
)
SIGNER = Signer("seller.example")
RESOLVER = ZoneResolver(sender_zone("seller.example", SIGNER))
LARGE = signed_mail(SIGNER, text="a line of a large mail\n" * 20_000)


@pytest.fixture
def zone() -> Iterator[ZoneServer]:
    lines = (line.split(maxsplit=2) for line in sender_zone("seller.example", SIGNER).splitlines())
    records = {(name, kind): [quoted(text) if kind == "TXT" else text] for name, kind, text in lines}
    server = ZoneServer(records)
    yield server
    server.close()


@pytest.fixture
def working(zone: ZoneServer) -> Iterator[Examiner]:
    made = Examiner(RESOLVER, [zone.address])
    yield made
    made.close()


def test_what_dns_told_before_is_judged_without_asking(zone: ZoneServer) -> None:
    asking = Examiner(DnsResolver([zone.address]))
    mail = signed_mail(SIGNER)
    assert asking.examine_known(mail, ENVELOPE, NOW) is None
    proved = asking.examine(mail, ENVELOPE, NOW)

    zone.close()

    assert proved.proof.verdict is Verdict.PROVED
    assert asking.examine_known(mail, ENVELOPE, NOW) == proved
    assert asking.examine_known(signed_mail(SIGNER, from_="x@unknown.example"), ENVELOPE, NOW) is None
    assert asking.examine_known(LARGE, ENVELOPE, NOW) is None


def test_a_proof_and_a_fault_are_told_apart() -> None:
    good = examine(signed_mail(SIGNER), ENVELOPE, RESOLVER, NOW)
    assert good.fault is None
    assert good.proof.verdict is Verdict.PROVED
    bad = examine(b"From: a@b.example, c@d.example\r\n\r\n", ENVELOPE, RESOLVER, NOW)
    assert bad.fault is ShapeFault.NOT_ONE_AUTHOR


def test_what_goes_over_the_pipe_comes_back_equal() -> None:
    examined = examine(signed_mail(SIGNER), ENVELOPE, RESOLVER, NOW)
    assert examine_child.read_answer(examine_child.answer_line(examined)) == examined


def test_a_child_answers_each_request_and_ends_with_its_input() -> None:
    mails = [signed_mail(SIGNER), b"", a_message()]
    requests = b"".join(examine_child.request_line(raw, ENVELOPE, NOW) + raw for raw in mails)
    answers = BytesIO()
    examine_child.serve(BytesIO(requests), answers, RESOLVER)
    found = [examine_child.read_answer(line) for line in answers.getvalue().splitlines()]
    assert found == [examine(raw, ENVELOPE, RESOLVER, NOW) for raw in mails]


def test_a_mail_cut_short_ends_the_child() -> None:
    request = examine_child.request_line(b"x" * 100, ENVELOPE, NOW) + b"x" * 50
    with pytest.raises(SystemExit):
        examine_child.serve(BytesIO(request), BytesIO(), RESOLVER)


def test_a_large_mail_is_judged_in_a_child_as_it_would_be_here(working: Examiner) -> None:
    assert len(LARGE) > LARGE_OCTETS
    here = examine(LARGE, ENVELOPE, RESOLVER, NOW)
    there = working.examine(LARGE, ENVELOPE, NOW)
    assert _essence(there) == _essence(here)
    assert there.proof.verdict is Verdict.PROVED
    assert working.examine(b"From: x\r\n\r\n" + LARGE, ENVELOPE, NOW).fault is not None


def _essence(examined: Examined) -> tuple[object, ...]:
    proof = examined.proof
    return examined.fault, proof.verdict, proof.from_address, proof.dkim, proof.spf, proof.dmarc


def test_a_child_that_dies_is_replaced(working: Examiner) -> None:
    working.examine(LARGE, ENVELOPE, NOW)
    [child] = working.children()
    os.kill(child, 9)
    wait_until(lambda: not _runs(child))
    with pytest.raises(ExaminerFailed):
        working.examine(LARGE, ENVELOPE, NOW)
    assert working.examine(LARGE, ENVELOPE, NOW).proof.verdict is Verdict.PROVED


def test_closing_ends_the_children(zone: ZoneServer) -> None:
    made = Examiner(RESOLVER, [zone.address])
    made.examine(LARGE, ENVELOPE, NOW)
    [child] = made.children()
    made.close()
    assert not _runs(child)


def test_small_mails_need_no_child() -> None:
    made = Examiner(RESOLVER)
    assert made.examine(signed_mail(SIGNER), ENVELOPE, NOW).proof.verdict is Verdict.PROVED
    assert made.children() == []
    made.close()


def test_a_child_that_takes_too_long_is_given_up(zone: ZoneServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examiner, "PATIENCE_SECONDS", 0.001)
    made = Examiner(RESOLVER, [zone.address])
    with pytest.raises(ExaminerFailed):
        made.examine(LARGE, ENVELOPE, NOW)
    assert made.children() == []
    made.close()


def _runs(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
