"""Whom a decided mail is told to: its owner, by a mail that says who wrote and when, and nobody outside (R38, R39)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select

from accounts.users import UserMade
from db.models import OutboxMessage, Pause, User
from db.raw import RawStore
from db.session import Database
from ingest.loading import load_inbound
from ingest.release import release
from linking.rule import Rule
from mail.parse import parse
from mailauth.results import Verdict
from outbox.budget import ALLOWANCES, Account, Budget, spend
from outbox.letterhead import Letterhead
from tests.kit.mails import EML, a_message, eml
from tests.kit.proofs import a_proof
from tests.kit.thinking import MAIL_DOMAIN, Office

HOUSE: Final = Letterhead(base_url="https://bcc.example", mail_domain=MAIL_DOMAIN, hostname="mx.bcc.example")
CARL: Final = "carl@customer.example"
CANARY: Final = "canary in the mine"


@dataclass(frozen=True)
class World:
    office: Office
    rita: UserMade
    ada: UserMade

    def mail(self, **how: Any) -> str:
        """Deliver a mail and answer how it ended."""
        built = {one: how.pop(one) for one in ("from_", "to", "cc", "extra") if one in how}
        raw = a_message(**({"subject": CANARY, "text": f"{CANARY} {len(self.sent())}"} | built))
        told = self.office.deliver(raw, **how)
        return str(told.plan.status)

    def sent(self) -> list[OutboxMessage]:
        query = select(OutboxMessage).where(OutboxMessage.company_id == self.office.company_id)
        with self.office.database.read() as session:
            return list(session.scalars(query.order_by(OutboxMessage.id)))

    def told(self) -> list[tuple[str, str]]:
        """Answer who was told of what since the last time that was asked."""
        return [(mail.key.partition(":")[0], mail.forward_path) for mail in self.sent()]


@pytest.fixture
def world(database: Database) -> World:
    office = Office(database)
    office.letterhead = HOUSE
    return World(office, office.user("rita@seller.example"), office.user("ada@seller.example", role="admin"))


def test_held_mail_is_told_to_whom_it_seems_to_belong_to_without_a_word_of_it(world: World) -> None:
    assert world.mail(from_=CARL, to="x@y.example", proof=a_proof(CARL)) == "held"
    assert world.told() == []  # it is nobody's: admins see it on their page, and hear before its end
    rep = "r.rep@seller.example"
    assert world.mail(from_=f"Rita <{rep}>", to=CARL, proof=a_proof(rep)) == "held"
    assert world.told() == [("sender_held", "rita@seller.example"), ("how_to_get_approved", rep)]
    mail = world.sent()[0]
    assert (mail.reports, mail.user_id) == (False, world.rita.user_id)
    assert f"{rep} was proved, but is not an approved sender" in parse(mail.content).text
    assert CANARY.encode() not in mail.content
    assert world.office.bcc_address.partition("@")[0].encode() not in mail.content


def test_only_a_proved_colleague_without_a_place_on_the_list_is_written_to_and_once(world: World) -> None:
    kurt, outsider = "kurt@seller.example", "kurt@elsewhere.example"
    for from_, verdict in ((outsider, Verdict.PROVED), (kurt, Verdict.UNPROVED), (kurt, Verdict.PROVED)):
        for _ in range(2):
            assert world.mail(from_=from_, proof=a_proof(from_, verdict, publishes=False)) == "held"
    assert world.told() == [("how_to_get_approved", kurt)]


def test_questions_and_what_is_never_stored_are_told_to_the_owner(world: World) -> None:
    world.mail(to="new@customer.example")
    world.mail(to="newer@customer.example")
    world.office.decides(never_store=["to:bank.example"])
    assert world.mail(to="x@bank.example") == "discarded"
    assert world.told() == [("unresolved", "rita@seller.example"), ("never_stored", "rita@seller.example")]
    assert all(CANARY.encode() not in mail.content for mail in world.sent())
    assert "new@customer.example" in parse(world.sent()[0].content).text


def test_an_address_that_everybody_sees_raises_the_alarm(world: World) -> None:
    world.office.contact(world.rita, CARL)
    for _ in range(2):
        world.mail(to=[CARL, world.office.bcc_address])
    assert world.told() == [("address_leaked", "rita@seller.example")]
    assert world.office.bcc_address.encode() not in world.sent()[0].content


def test_filed_mail_files_uploads_and_automatic_mail_tell_nobody(world: World) -> None:
    world.office.contact(world.rita, CARL)
    world.mail(to=CARL)
    world.mail(to="new@customer.example", origin="upload", owner=world.rita)
    for extra in ({"Auto-Submitted": "auto-generated"}, {"List-Id": "<a.b.example>"}, {"Precedence": "bulk"}):
        world.mail(to="newer@customer.example", extra=extra)
        from_kurt = a_message(from_="kurt@seller.example", extra=extra)
        world.office.deliver(from_kurt, to=[world.rita.personal_bcc_address], proof=a_proof("kurt@seller.example"))
    assert world.told() == []


def test_a_replay_tells_nobody_and_a_release_does(world: World, settings: Any) -> None:
    raw = RawStore(world.office.database, settings.data_dir)
    held = world.office.deliver(a_message(from_=CARL, to="new@elsewhere.example"), proof=a_proof(CARL))
    with world.office.database.write() as session:
        release(session, world.ada.viewer, held.inbound_id, world.office.at, user_id=world.rita.user_id)
    for cause, expected in (("replay", []), (None, [("unresolved", "rita@seller.example")])):
        with world.office.database.read() as session:
            inbound = load_inbound(session, raw, world.office.company_id, held.inbound_id, cause)
        world.office.write(world.office.think(inbound))
        assert world.told() == expected


def test_who_wants_no_notices_gets_none(world: World) -> None:
    world.office.prefers(world.rita, notices="none")
    world.mail(to=["new@customer.example", world.office.bcc_address])
    assert world.told() == []


def test_what_a_peer_may_not_create_any_more_is_asked_about(world: World) -> None:
    world.office.decides(unknown_address="contact")
    account = Account(company_id=world.office.company_id, user_id=world.rita.user_id)
    with world.office.database.write() as session:
        for number in range(ALLOWANCES[Budget.CREATIONS].domain_a_day - 1):
            spend(session, account, Budget.CREATIONS, f"s{number}@tracker.example", world.office.at)
    for number in range(3):
        told = world.office.deliver(a_message(to=f"r{number}@tracker.example", text=f"{number}"))
    (letter,) = told.message_ids
    assert world.office.links(letter) == {}
    assert world.office.questions(letter) == {Rule.UNKNOWN_ADDRESS: []}
    with world.office.database.read() as session:
        pause = session.scalars(select(Pause).where(Pause.company_id == world.office.company_id)).one()
    assert (pause.kind, pause.peer, pause.count, pause.user_id) == (
        "creations",
        "tracker.example",
        2,
        world.rita.user_id,
    )
    assert sorted(world.told())[:2] == [("paused", "ada@seller.example"), ("paused", "rita@seller.example")]
    world.office.at += timedelta(hours=25)
    told = world.office.deliver(a_message(to="later@tracker.example", text="later"))
    assert set(world.office.links(told.message_ids[0]).values()) == {Rule.CREATED}


def every_mail() -> Iterator[tuple[str, bytes]]:
    for path in sorted(EML.glob("*/*/message.eml")):
        yield str(path.parent.relative_to(EML)), eml(str(path.parent.relative_to(EML)))


def test_nothing_is_ever_sent_to_an_outside_party(world: World) -> None:
    """Every mail of the collection by each address, proved or not, of an approved sender or a stranger (RULES R39)."""
    world.office.decides(unknown_address="contact")
    addresses = [world.office.bcc_address, world.rita.personal_bcc_address]
    for number, (_, raw) in enumerate(every_mail()):
        authors = parse(raw).from_
        sender = authors[0].address if authors else "nobody@elsewhere.example"
        for verdict, from_ in (
            (Verdict.PROVED, sender),
            (Verdict.UNPROVED, sender),
            (Verdict.PROVED, "rita@seller.example"),
        ):
            world.office.at += timedelta(hours=25)
            proof = a_proof(from_, verdict, publishes=False)
            world.office.deliver(raw, to=[addresses[number % 2]], proof=proof)
    with world.office.database.read() as session:
        users = set(session.scalars(select(User.email).where(User.company_id == world.office.company_id)))
    mails = world.sent()
    assert len(mails) > 20
    assert {mail.forward_path for mail in mails} <= users
    assert {mail.kind for mail in mails} == {"notice"}
