"""The robot answers an approved sender about his mail and files nothing; nobody else hears of it (RULES R51)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any, Final

import pytest
from sqlalchemy import func, select, update

from accounts.sender_company import company_of_sender
from accounts.users import UserMade
from db.models import ApprovedSender, InboundMessage, MessageCopy, OutboxMessage, User
from db.raw import RawStore
from db.session import Database
from ingest.loading import load_inbound
from ingest.release import restore
from ingest.robot import is_robot, think
from linking.rule import Rule
from mail.parse import parse
from mailauth.results import Verdict
from outbox.budget import ALLOWANCES, Budget
from outbox.letterhead import Letterhead
from tests.kit.factories import make
from tests.kit.mails import a_message
from tests.kit.proofs import a_proof
from tests.kit.thinking import MAIL_DOMAIN, Office, Told

HOUSE: Final = Letterhead(base_url="https://bcc.example", mail_domain=MAIL_DOMAIN, hostname="mx.bcc.example")
ROBOT: Final = f"check@{MAIL_DOMAIN}"
CARL: Final = "carl@customer.example"


@dataclass(frozen=True)
class World:
    office: Office
    rita: UserMade
    carl: int
    deal: int

    def ask(self, *, to: str = ROBOT, proof: Any = None, **how: Any) -> Told:
        raw = a_message(**({"text": f"{self.office.at}"} | how))
        inbound = self.office.store(raw, to=[to], proof=proof)
        with self.office.database.read() as session:
            plan = think(session, inbound, self.office.tools)
        return self.office.write(plan)

    def answers(self) -> list[OutboxMessage]:
        query = select(OutboxMessage).where(
            OutboxMessage.company_id == self.office.company_id, OutboxMessage.kind == "answer"
        )
        with self.office.database.read() as session:
            return list(session.scalars(query.order_by(OutboxMessage.id)))

    def copies(self) -> int:
        with self.office.database.read() as session:
            return session.scalar(select(func.count()).where(MessageCopy.company_id == self.office.company_id)) or 0


@pytest.fixture
def world(database: Database) -> World:
    office = Office(database)
    office.letterhead = HOUSE
    rita = office.user("rita@seller.example")
    carl = office.contact(rita, CARL, name="Carl Customer")
    return World(office, rita, carl, office.deal(rita, "Forty chairs", carl))


def test_it_says_what_was_found_out_and_what_would_have_been_linked(world: World) -> None:
    told = world.ask(message_id="<question@seller.example>", to="Check@BCC.seller.example")
    row = world.office.inbound(told.inbound_id)
    assert (row.status, row.reason, row.owner_id) == ("discarded", Rule.ANSWERED, world.rita.user_id)
    assert row.discarded_at is not None
    assert (world.copies(), told.message_ids) == (0, ())
    (answer,) = world.answers()
    assert (answer.forward_path, answer.user_id, answer.reports) == ("rita@seller.example", world.rita.user_id, False)
    read = message_from_bytes(answer.content, policy=policy.SMTP)
    assert (read["Auto-Submitted"], read["In-Reply-To"]) == ("auto-replied", "<question@seller.example>")
    text = " ".join(parse(answer.content).text.split())
    for said in (
        "rita@seller.example is an approved sender.",
        "- SPF: none for seller.example",
        "- DKIM: pass for seller.example",
        "- DMARC: pass for seller.example (the domain's policy is none)",
        f"Linked to Carl Customer, because {CARL} is an address of that contact.",
        "Linked to Forty chairs, because it is the only open deal, lead or project of Carl Customer.",
        "Nothing was filed.",
    ):
        assert said in text


def test_what_it_would_ask_it_says_and_asks_nobody(world: World) -> None:
    inbound = world.office.store(a_message(to="new@elsewhere.example"), to=[ROBOT])
    with world.office.database.read() as session:
        world.office.write(think(session, inbound, world.office.tools))
    (answer,) = world.answers()
    assert "You would be asked: No contact has the address new@elsewhere.example." in " ".join(
        parse(answer.content).text.split()
    )
    assert world.copies() == 0


def test_a_mail_to_it_alone_is_a_note_and_it_is_no_party(world: World) -> None:
    for number, to in enumerate(([ROBOT], [CARL, ROBOT.upper()])):
        inbound = world.office.store(a_message(to=to, text=f"{number}"), to=[ROBOT])
        with world.office.database.read() as session:
            world.office.write(think(session, inbound, world.office.tools))
    note, visible = (parse(answer.content).text for answer in world.answers())
    assert "This is a note to oneself" in note
    assert "The Bcc address stands in To or Cc" in visible
    assert f"The parties are {CARL}." in visible


@pytest.mark.parametrize(
    ("from_", "how", "extra"),
    [
        ("rita@seller.example", {"verdict": Verdict.UNPROVED}, {}),
        ("rita@seller.example", {"verdict": Verdict.WEAK}, {}),
        ("carl@customer.example", {}, {}),
        ("rita@seller.example", {}, {"Auto-Submitted": "auto-replied"}),
        ("rita@seller.example", {}, {"List-Id": "<a.b.example>"}),
        ("rita@seller.example", {}, {"Precedence": "bulk"}),
        ("rita@seller.example", {}, {"X-Auto-Response-Suppress": "All"}),
    ],
)
def test_nobody_else_and_nothing_automatic_is_answered(
    world: World, from_: str, how: dict[str, Any], extra: dict[str, str]
) -> None:
    told = world.ask(from_=from_, extra=extra, proof=a_proof(from_, **how))
    row = world.office.inbound(told.inbound_id)
    assert (row.status, row.reason) == ("discarded", Rule.NOT_ANSWERED)
    assert (world.answers(), world.copies()) == ([], 0)


def test_its_own_answers_come_back_to_no_end(world: World) -> None:
    """Two of our servers that face each other exchange one mail (SECURITY O1)."""
    world.ask()
    (answer,) = world.answers()
    told = world.ask(proof=a_proof("rita@seller.example"), text="another")
    assert told.plan.reason is Rule.ANSWERED
    back = world.office.store(answer.content, to=[ROBOT], proof=a_proof("rita@seller.example"))
    with world.office.database.read() as session:
        assert think(session, back, world.office.tools).reason is Rule.NOT_ANSWERED


def test_it_answers_a_person_who_tries_not_a_machine_that_goes_on(world: World) -> None:
    most = ALLOWANCES[Budget.ANSWERS].address_an_hour
    for _ in range(most + 3):
        world.ask()
    assert len(world.answers()) == most
    world.office.at += timedelta(hours=25)
    world.ask()
    assert len(world.answers()) == most + 1


def test_a_mail_that_a_person_takes_back_is_filed(world: World, settings: Any) -> None:
    told = world.ask()
    with world.office.database.write() as session:
        this = InboundMessage.company_id == world.office.company_id, InboundMessage.id == told.inbound_id
        session.execute(update(InboundMessage).where(*this).values(discarded_at=world.office.at))
        restore(session, world.rita.viewer, told.inbound_id, world.office.at)
    with world.office.database.read() as session:
        raw = RawStore(world.office.database, settings.data_dir)
        again = load_inbound(session, raw, world.office.company_id, told.inbound_id)
        plan = think(session, again, world.office.tools)
    assert world.office.write(plan).plan.status == "filed"
    assert (len(world.answers()), world.copies()) == (1, 1)


def test_the_company_is_the_senders(database: Database, world: World) -> None:
    other = Office(database, name="Other")
    otto = other.user("otto@other.example")
    with database.write() as session:
        for state, user in (("approved", otto), ("requested", world.rita)):
            whose = {"company_id": user.company_id, "user_id": user.user_id}
            make(session, ApprovedSender, **whose, address_key="x@home.example", state=state)
    with database.read() as session:
        found = {
            one: company_of_sender(session, one)
            for one in ("rita@seller.example", "otto@other.example", "x@home.example", CARL)
        }
    assert found == {
        "rita@seller.example": world.office.company_id,
        "otto@other.example": other.company_id,
        "x@home.example": other.company_id,
        CARL: None,
    }
    with database.write() as session:
        gone = User.company_id == other.company_id, User.id == otto.user_id
        session.execute(update(User).where(*gone).values(state="deactivated"))
    with database.read() as session:
        assert company_of_sender(session, "otto@other.example") is None


def test_its_name_is_one_word() -> None:
    assert [
        is_robot(one) for one in ("check@b.example", "CHECK@b.example", "check-abc@b.example", "check+1@b.example")
    ] == [
        True,
        True,
        False,
        False,
    ]
