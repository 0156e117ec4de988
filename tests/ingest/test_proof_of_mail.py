"""What a proof does to a mail that is filed: age, fields that nobody vouches for, evidence that outlives its keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from db.session import Database
from ingest.authenticate import Tools, check_again
from ingest.envelopes import envelope_from_json
from ingest.explain import without_envelope
from ingest.inbound import Inbound
from linking.sentences import sentence
from mail.envelope import Envelope
from mailauth.kept import rerun
from mailauth.results import Method, Proof, Verdict
from mailauth.stored import from_stored
from mailauth.trust import Trust
from mailauth.verdict import authenticate
from tests.kit.judging import ZONE
from tests.kit.mails import a_message
from tests.kit.proofs import a_proof
from tests.kit.resolver import ZoneResolver
from tests.kit.sealing import Sealer
from tests.kit.signing import Signer
from tests.kit.thinking import NOW, Office, Told

SELLER = Signer("seller.example")
SEALER = Sealer()
TRUST = Trust(frozenset({"forwarder.example"}))
SEEN = "mx.forwarder.example; dmarc=pass header.from=seller.example"


def arrive(office: Office, raw: bytes, zone: str = ZONE) -> Told:
    """File a mail as it comes by the door, judged by what DNS says now."""
    inbound = office.store(raw)
    return office.deliver(raw, proof=authenticate(raw, inbound.envelope, ZoneResolver(zone), now=NOW, trust=TRUST))


def an_inbound(raw: bytes, proof: Proof) -> Inbound:
    """A mail that came by the door and is kept with what was found there."""
    return Inbound(
        company_id=1,
        id=2,
        origin="smtp",
        owner_id=None,
        envelope=without_envelope(NOW),
        raw=raw,
        sha256="",
        received_at=NOW,
        proof=proof,
    )


def marks(office: Office, told: Told) -> list[str]:
    return office.copies(told.message_ids[0])[0].marks or []


def kept(office: Office, told: Told) -> Proof:
    stored = office.inbound(told.inbound_id).proof
    assert stored is not None
    return from_stored(stored)


def test_an_old_mail_is_filed_and_marked(database: Database) -> None:
    office = Office(database)
    office.user("rita@seller.example")
    old = SELLER.sign(a_message(date=NOW - timedelta(days=30), message_id="<old@seller.example>"))
    told = arrive(office, old)
    assert (told.plan.status, marks(office, told)) == ("filed", ["written_long_ago"])
    said = [sentence(step.rule, step.args, {}.get) for step in told.plan.steps if step.step == "authenticate"]
    assert said[1] == "It came 30 days after it was written, so somebody who had it may have sent it again."
    assert marks(office, arrive(office, SELLER.sign(a_message(date=NOW)))) == []


def test_an_old_file_is_no_news(database: Database) -> None:
    office = Office(database)
    rita = office.user("rita@seller.example")
    old = SELLER.sign(a_message(date=NOW - timedelta(days=30)))
    proof = authenticate(old, office.store(old).envelope, ZoneResolver(ZONE), now=NOW)
    told = office.deliver(old, origin="upload", owner=rita, proof=proof)
    assert (proof.days_old, marks(office, told)) == (30, [])


def test_what_a_forwarder_s_seal_does_not_cover_is_doubtful(database: Database) -> None:
    office = Office(database)
    rita = office.user("rita@seller.example")
    carl = office.contact(rita, "carl@customer.example")
    office.contact(rita, "dora@customer.example")
    zone = ZONE + SEALER.signer.line()
    raw = SEALER.seal(a_message(date=NOW), SEEN, covered=("from", "to", "subject", "date"))
    told = arrive(office, b"Cc: dora@customer.example\r\n" + raw, zone)
    assert (told.plan.proof.method, marks(office, told)) == (Method.ARC, ["cc_unproved"])
    assert set(office.links(told.message_ids[0])) == {carl}


def test_the_verdict_can_be_shown_again_when_the_key_is_gone(database: Database) -> None:
    office = Office(database)
    office.user("rita@seller.example")
    raw = SELLER.sign(a_message(date=NOW))
    told = arrive(office, raw)
    rotated = ZoneResolver(ZONE.replace(SELLER.line(), ""))
    row = office.inbound(told.inbound_id)
    envelope = envelope_from_json(row.envelope, row.received_at)
    assert authenticate(raw, envelope, rotated, now=NOW).verdict is Verdict.UNPROVED
    proof = kept(office, told)
    assert (SELLER.record,) in dict(proof.records).values()
    assert rerun(raw, envelope, proof, NOW, TRUST) == proof


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (Method.DKIM, (Verdict.UNPROVED, Method.NOTHING)),
        (Method.NOTHING, (Verdict.UNPROVED, Method.NOTHING)),
        (Method.ARC, (Verdict.PROVED, Method.ARC)),
        (Method.SUBMISSION, (Verdict.PROVED, Method.SUBMISSION)),
    ],
)
def test_asked_again_a_forwarder_counts_where_the_door_took_his_word(
    method: Method, expected: tuple[Verdict, Method]
) -> None:
    raw = SEALER.seal(a_message(date=NOW), SEEN)
    zone = ZoneResolver(ZONE + SEALER.signer.line())

    def judge(raw: bytes, envelope: Envelope, *, now: datetime) -> Proof:
        return authenticate(raw, envelope, zone, now=now, trust=TRUST)

    proof = replace(a_proof("rita@seller.example"), method=method)
    inbound = an_inbound(raw, proof)
    again = check_again(inbound, Tools(authenticate=judge), NOW)
    assert (again.verdict, again.method) == expected
