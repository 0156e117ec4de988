"""Mail taken without proof: marked, limited, apart from proved mail, and only until it is proved (SECURITY 4.8)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from accounts.addresses import find_recipient
from accounts.ratchet import ENOUGH, MOST_WEAK_A_DAY
from db.models import ApprovedSender, SenderRatchet
from db.session import Database
from ingest.authenticate import Tools, check_again
from ingest.release import release_all_from
from mailauth.results import Proof, Verdict
from mailauth.weak import weakened
from smtpd.directory import Directory
from smtpd.weighing import weigh
from tests.kit.mails import a_message
from tests.kit.proofs import a_proof
from tests.kit.thinking import Office, Told

WILMA = "wilma@small.example"
CARL = "carl@customer.example"
TEXT = "Here is the offer that we talked about yesterday, with all its parts and prices.\n"
ONE = {"from_": WILMA, "to": CARL, "message_id": "<one@small.example>", "text": TEXT}


@dataclass
class World:
    office: Office
    wilma: Any

    def weighed(self, proof: Proof) -> Proof:
        """What the door makes of it at Wilma's own address."""
        with self.office.database.read() as session:
            found = find_recipient(session, self.wilma.personal_bcc_address)
        assert found is not None
        door = Directory(self.office.database)
        return weigh(proof, b"", self.office.company_id, [found], door, self.office.at).proof

    def weak(self, **mail: Any) -> Told:
        """Take one without proof."""
        proof = self.weighed(a_proof(WILMA, Verdict.UNPROVED, publishes=False))
        assert proof.verdict is Verdict.WEAK
        raw = a_message(**(ONE | mail))
        return self.office.deliver(raw, to=[self.wilma.personal_bcc_address], proof=proof)

    def forget_proofs(self) -> None:
        """Turn the ratchet back, which no product can."""
        this = SenderRatchet.company_id == self.office.company_id
        with self.office.database.write() as session:
            session.execute(delete(SenderRatchet).where(this))

    def proved(self, **mail: Any) -> Told:
        """Take one with proof."""
        return self.office.deliver(a_message(**(ONE | mail)))


@pytest.fixture
def world(database: Database) -> World:
    office = Office(database, unprovable_senders="weak")
    return World(office, office.user(WILMA))


def nothing() -> Proof:
    return a_proof(WILMA, Verdict.UNPROVED, publishes=False)


def test_it_is_filed_with_a_mark_and_a_sentence(world: World) -> None:
    world.office.contact(world.wilma, CARL)
    told = world.weak()
    (copy,) = world.office.copies(told.message_ids[0])
    assert copy.marks == ["weak"]
    assert copy.proof["verdict"] == "weak"
    assert "publishes nothing" in copy.proof["sentence"]
    assert len(world.office.links(told.message_ids[0])) == 1


def test_what_publishes_something_is_never_weak() -> None:
    with pytest.raises(ValueError, match="weak"):
        weakened(a_proof(WILMA, Verdict.UNPROVED))
    with pytest.raises(ValueError, match="weak"):
        weakened(a_proof(WILMA))


def test_an_address_that_was_proved_three_times_is_never_weak_again(world: World) -> None:
    for number in range(ENOUGH):
        assert world.weighed(nothing()).verdict is Verdict.WEAK
        world.proved(message_id=f"<{number}@small.example>", text=f"{number}\n")
    assert world.weighed(nothing()).verdict is Verdict.UNPROVED


def test_spf_does_not_turn_the_ratchet_nor_does_a_replay(world: World) -> None:
    for number in range(ENOUGH + 1):
        proof = a_proof(WILMA, signed=())
        spf = Proof(**{name: getattr(proof, name) for name in proof.__slots__} | {"dkim": ()})
        world.office.deliver(a_message(**(ONE | {"text": f"{number}\n"})), proof=spf)
    assert world.weighed(nothing()).verdict is Verdict.WEAK


def test_no_more_in_a_day_than_somebody_writes_by_hand(world: World) -> None:
    found = [world.weighed(nothing()).verdict for _ in range(MOST_WEAK_A_DAY + 1)]
    assert found == [Verdict.WEAK] * MOST_WEAK_A_DAY + [Verdict.UNPROVED]
    world.office.at += timedelta(days=1)
    assert world.weighed(nothing()).verdict is Verdict.WEAK


def test_it_is_no_witness_of_proved_mail(world: World) -> None:
    """Whoever knows an id, or a text, puts nothing in its place and lets nothing look proved."""
    changes = ({}, {"text": "{text}Pay to another account, please.\n"}, {"message_id": ""})
    for number, (weak_first, change) in enumerate(itertools.product((True, False), changes)):
        mail = {"message_id": f"<{number}@small.example>", "text": f"{number}. {TEXT}"}
        forged = mail | {name: value.format(**mail) for name, value in change.items()}
        first = world.weak(**forged) if weak_first else world.proved(**mail)
        second = world.proved(**mail) if weak_first else world.weak(**forged)
        assert first.message_ids != second.message_ids
        weak, proved = (first, second) if weak_first else (second, first)
        marks = [world.office.copies(one.message_ids[0])[0].marks for one in (weak, proved)]
        assert marks == [["weak"], []]
        world.forget_proofs()


def test_it_stays_weak_when_it_is_asked_about_again_as_long_as_its_domain_publishes_nothing(world: World) -> None:
    kept = replace(world.office.store(a_message(**ONE)), proof=weakened(nothing()))
    for found, verdict in (
        (nothing(), Verdict.WEAK),
        (a_proof(WILMA, Verdict.UNPROVED), Verdict.UNPROVED),
        (a_proof(WILMA), Verdict.PROVED),
    ):
        tools = Tools(authenticate=lambda *_, found=found, **__: found)
        assert check_again(kept, tools, world.office.at).verdict is verdict


def test_two_weak_witnesses_are_one_letter(world: World) -> None:
    assert world.weak().message_ids == world.weak(extra={"Received": "from a by b"}).message_ids


def test_what_rules_made_of_it_is_no_evidence_for_proved_mail(world: World) -> None:
    """A forged mail cannot place a conversation; a person who linked it can."""
    carl = world.office.contact(world.wilma, CARL)
    deal = world.office.deal(world.wilma, "Chairs", carl)
    weak = world.weak()
    assert deal in world.office.links(weak.message_ids[0])
    world.office.change(deal, status="won")
    answer = world.proved(
        message_id="<two@small.example>", in_reply_to="<one@small.example>", subject="Re: Offer", text="And this.\n"
    )
    assert set(world.office.links(answer.message_ids[0])) == {carl}
    assert any(step.rule == "R28.in_reply_to" for step in answer.plan.all_steps())


def test_it_makes_no_contact_by_itself(world: World) -> None:
    world.office.decides(unknown_address="contact")
    told = world.weak()
    assert world.office.links(told.message_ids[0]) == {}
    assert list(world.office.questions(told.message_ids[0])) == ["R24.unknown"]


def test_it_is_never_anothers_who_has_the_address_later(world: World) -> None:
    """Her own secret address spoke for it: in another's name it would be a forgery."""
    other, proof = world.office.user("otto@small.example"), world.weighed(nothing())
    with world.office.database.write() as session:
        moved = update(ApprovedSender).where(
            ApprovedSender.company_id == world.office.company_id, ApprovedSender.address_key == WILMA
        )
        session.execute(moved.values(user_id=other.user_id))
    told = world.office.deliver(a_message(**ONE), to=[world.wilma.personal_bcc_address], proof=proof)
    with world.office.database.write() as session:
        assert release_all_from(session, world.office.company_id, WILMA, world.office.at) == 0
    row = world.office.inbound(told.inbound_id)
    assert (row.status, row.owner_id) == ("held", world.wilma.user_id)
