"""A mailbox that forwards: what services ask, what comes back, who gets a copy (RULES R8a, R14.3, R18)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from accounts.addresses import find_recipient
from accounts.forwarding import SHOWN, dismiss_asked, list_asked
from accounts.refusals import Missing
from accounts.viewer import Viewer
from db.session import Database
from ingest.inbounds import get_inbound, list_inbound
from ingest.plan import Plan
from linking.letter_filter import LetterFilter
from linking.letters import list_letters
from mailauth.results import Verdict
from smtpd import replies
from smtpd.onlooker import Onlooker
from smtpd.reply import Reply
from smtpd.weighing import weigh
from tests.kit.mails import a_message
from tests.kit.proofs import a_proof
from tests.kit.thinking import Office

GMAIL = "forwarding-noreply@google.com"
CARL = "carl@customer.example"
ASKS = {
    "from_": f"Gmail Team <{GMAIL}>",
    "subject": "(#417739015) Gmail Forwarding Confirmation - Receive Mail from rita@gmail.com",
    "text": "Please click: https://mail-settings.google.com/mail/vf-%5BANGjdJ9xUq%5D-tP2c\n",
}


@dataclass(frozen=True)
class World:
    office: Office
    rita: Any
    otto: Any
    ada: Any

    def at_door(self, raw: bytes, sender: str, verdict: Verdict = Verdict.PROVED) -> Reply | None:
        """What the door says to it at Rita's address."""
        with self.office.database.read() as session:
            found = find_recipient(session, self.rita.personal_bcc_address)
        assert found is not None
        proof = a_proof(sender, verdict)
        door = Onlooker(self.office.database)
        return weigh(proof, raw, self.office.company_id, [found], door, self.office.at).reply

    def arrives(self, verdict: Verdict = Verdict.PROVED, **mail: Any) -> Plan:
        """What becomes of it there."""
        raw = a_message(**({"to": self.rita.personal_bcc_address} | mail))
        sender = mail["from_"].rpartition("<")[2].rstrip(">")
        return self.office.deliver(raw, to=[self.rita.personal_bcc_address], proof=a_proof(sender, verdict)).plan

    def asked(self, viewer: Viewer) -> list[tuple[str, str | None, bool]]:
        """What services ask a viewer, and whether he has put it away."""
        with self.office.database.read() as session:
            return [(one.service, one.code, one.dismissed) for one in list_asked(session, viewer, self.office.at)]


@pytest.fixture
def world(database: Database) -> World:
    office = Office(database)
    return World(
        office,
        office.user("rita@seller.example", name="Rita Rep"),
        office.user("otto@seller.example", name="Otto"),
        office.user("ada@seller.example", role="admin"),
    )


def test_a_confirmation_is_shown_to_the_owner_alone_even_before_forwarding_is_on(world: World) -> None:
    raw = a_message(**ASKS, to=world.rita.personal_bcc_address)
    assert world.at_door(raw, GMAIL) is None
    plan = world.arrives(**ASKS)
    row = world.office.inbound(plan.inbound.id)
    assert (row.status, row.reason, row.owner_id) == ("filed", "R18.confirmation", world.rita.user_id)
    assert plan.letters == ()
    assert world.asked(world.rita.viewer) == [("Gmail", "417739015", False)]
    for other in (world.otto, world.ada):
        assert world.asked(other.viewer) == []
        with world.office.database.read() as session:
            told = [one.reason for one in list_inbound(session, other.viewer)]
        assert set(told) <= {None}


def test_it_is_put_away_by_its_owner_and_goes_after_a_while(world: World) -> None:
    world.arrives(**ASKS)
    with world.office.database.read() as session:
        request_id = list_asked(session, world.rita.viewer, world.office.at)[0].id
    with pytest.raises(Missing), world.office.database.write() as session:
        dismiss_asked(session, world.otto.viewer, request_id, world.office.at)
    with world.office.database.write() as session:
        dismiss_asked(session, world.rita.viewer, request_id, world.office.at)
    assert world.asked(world.rita.viewer) == [("Gmail", "417739015", True)]
    world.office.at += SHOWN
    world.arrives(**ASKS, message_id="<later@x>")
    assert world.asked(world.rita.viewer) == [("Gmail", "417739015", False)]


def test_a_look_alike_is_an_outsiders_mail(world: World) -> None:
    raw = a_message(**ASKS, to=world.rita.personal_bcc_address)
    assert world.at_door(raw, GMAIL, Verdict.UNPROVED) is replies.NO_PASSING_SIGNATURE
    fake = ASKS | {"from_": "Gmail <forwarding-noreply@google.com.evil.example>"}
    raw = a_message(**fake, to=world.rita.personal_bcc_address)
    assert world.at_door(raw, "forwarding-noreply@google.com.evil.example") is replies.OUTSIDER
    world.office.prefers(world.rita, forwards_here=True)
    assert world.arrives(Verdict.UNPROVED, **ASKS).reason == "R8a.forwarded_unproved"
    assert world.arrives(**fake).reason == "R8a.forwarded"
    assert world.asked(world.rita.viewer) == []


def test_other_mail_of_the_service_is_an_outsiders_too(world: World) -> None:
    raw = a_message(from_=f"Google <{GMAIL}>", to=world.rita.personal_bcc_address, subject="News", text="News.\n")
    assert world.at_door(raw, GMAIL) is replies.OUTSIDER


def test_what_is_forwarded_is_linked_to_the_customer(world: World) -> None:
    world.office.prefers(world.rita, forwards_here=True)
    carl = world.office.contact(world.rita, CARL)
    dora = world.office.contact(world.rita, "dora@customer.example")
    told = world.office.deliver(
        a_message(from_=f"Carl <{CARL}>", to="rita@seller.example", cc="dora@customer.example"),
        to=[world.rita.personal_bcc_address],
    )
    assert world.office.links(told.message_ids[0]) == {carl: "R20.address", dora: "R20.address"}
    copy = world.office.copies(told.message_ids[0])[0]
    assert (copy.kind, copy.direction, copy.owner_id) == ("redirect", "incoming", world.rita.user_id)


def test_what_is_forwarded_among_colleagues_is_not_captured(world: World) -> None:
    world.office.prefers(world.rita, forwards_here=True)
    plan = world.arrives(from_="News <news@seller.example>", to="rita@seller.example")
    assert (plan.status, plan.reason) == ("discarded", "R23.internal")


def test_automatic_mail_that_is_forwarded_is_marked_and_makes_nothing(world: World) -> None:
    world.office.decides(unknown_address="contact")
    world.office.prefers(world.rita, forwards_here=True)
    told = world.office.deliver(
        a_message(from_="Shop <news@shop.example>", to="rita@seller.example", extra={"List-Id": "<news.shop.example>"}),
        to=[world.rita.personal_bcc_address],
    )
    assert [(one.kind, one.direction) for one in told.plan.letters] == [("automatic", "incoming")]
    assert world.office.links(told.message_ids[0]) == {}


def test_two_owners_get_a_copy_each_and_learn_nothing_of_the_other(world: World) -> None:
    for one in (world.rita, world.otto):
        world.office.prefers(one, forwards_here=True, sharing_default={"smtp": "private", "imap": "private"})
    ritas = world.office.contact(world.rita, CARL, visibility="owner")
    told = world.office.deliver(
        a_message(from_=f"Carl <{CARL}>", to=["rita@seller.example", "otto@seller.example"]),
        to=[world.rita.personal_bcc_address, world.otto.personal_bcc_address],
    )
    assert {one.owner_id for one in world.office.copies(told.message_ids[0])} == {
        world.rita.user_id,
        world.otto.user_id,
    }
    said: dict[int, set[str]] = {}
    with world.office.database.read() as session:
        for one in (world.rita, world.otto):
            page = list_letters(session, one.viewer, LetterFilter(), 9, now=world.office.at, read_raw=lambda _: b"")
            said[one.user_id] = {step.rule for letter in page.rows for step in letter.decisions}
            named = {link.target_id for letter in page.rows for link in letter.links}
            assert named == ({ritas} if one is world.rita else set())
    assert "R20.address" in said[world.rita.user_id]
    assert "R20.address" not in said[world.otto.user_id]
    assert "R24.unknown" in said[world.otto.user_id]


def test_what_was_sent_before_comes_back_as_the_same_letter(world: World) -> None:
    """Rita Bccs the dropbox and copies herself; her mailbox forwards that copy."""
    world.office.prefers(world.rita, forwards_here=True)
    mail = a_message(to=CARL, cc="rita@seller.example")
    first = world.office.deliver(mail)
    again = world.office.deliver(mail, to=[world.rita.personal_bcc_address])
    assert [one.kind for one in first.plan.letters] == ["copy"]
    assert [(one.kind, one.direction) for one in again.plan.letters] == [("returning", "outgoing")]
    assert again.message_ids == first.message_ids


def test_a_released_mail_of_a_forwarding_mailbox_is_incoming(world: World) -> None:
    world.office.prefers(world.rita, forwards_here=True)
    plan = world.arrives(Verdict.UNPROVED, from_=f"Carl <{CARL}>", to="rita@seller.example")
    assert (plan.status, plan.owner_id) == ("held", world.rita.user_id)
    with world.office.database.read() as session:
        shown = get_inbound(session, world.rita.viewer, plan.inbound.id)
    assert shown.reason == "R8a.forwarded_unproved"
