"""The company's gateway: off, then asked of each user, private, and blind to what nobody knows (RULES R56)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from accounts.addresses import find_recipient
from accounts.blocking import BlockScope, add_blocked
from accounts.gateway import accept, find_gateway, switch_off, switch_on, withdraw
from accounts.refusals import Conflict, Forbidden
from db.session import Database
from ingest.gateway import takers_of
from ingest.pipeline import process
from ingest.plan import Plan
from ingest.reading import DatabaseReader
from ingest.release import release
from linking.parties import Addressed
from mail.parse import parse
from mailauth.results import DmarcResult, Verdict
from smtpd import replies
from smtpd.onlooker import Onlooker
from smtpd.reply import Reply
from smtpd.weighing import weigh
from tests.kit.mails import a_message
from tests.kit.proofs import a_proof
from tests.kit.thinking import MAIL_DOMAIN, Office

RITA, OTTO, CARL = "rita@seller.example", "otto@seller.example", "carl@customer.example"
REJECTS = DmarcResult(result="fail", policy="reject", domain="customer.example")


@dataclass
class World:
    office: Office
    ada: Any
    rita: Any
    otto: Any
    address: str

    def act(self, deed: Any, user: Any) -> None:
        """Let a user do it."""
        with self.office.database.write() as session:
            deed(session, user.viewer, self.office.at)

    def at_door(self, **mail: Any) -> Reply | None:
        """What the door says."""
        raw = a_message(**mail)
        with self.office.database.read() as session:
            found = find_recipient(session, self.address)
        assert found is not None
        proof = a_proof(parse(raw).from_[0].address)
        return weigh(proof, raw, self.office.company_id, [found], Onlooker(self.office.database), self.office.at).reply

    def arrives(
        self, verdict: Verdict = Verdict.PROVED, *, relay: str = "", rejects: bool = False, **mail: Any
    ) -> Plan:
        """What becomes of a mail that the company's server copies."""
        raw = a_message(**mail)
        proof = a_proof(parse(raw).from_[0].address, verdict)
        proof = replace(proof, dmarc=REJECTS) if rejects else proof
        return self.office.deliver(raw, to=[self.address], proof=proof, relay=relay).plan

    def owners(self, plan: Plan) -> list[tuple[int, str, str]]:
        """Whose copies there are, and how they are shared."""
        return [(one.owner_id, str(one.sharing), str(one.direction)) for one in plan.letters]


@pytest.fixture
def world(database: Database) -> World:
    office = Office(database)
    ada = office.user("ada@seller.example", role="admin")
    rita, otto = office.user(RITA), office.user(OTTO)
    with database.write() as session:
        address = switch_on(session, ada.viewer, MAIL_DOMAIN, office.at)
    made = World(office, ada, rita, otto, address)
    office.contact(rita, CARL)
    made.act(accept, rita)
    return made


def test_it_is_the_admins_to_switch_and_each_users_to_accept(world: World) -> None:
    office = world.office
    with office.database.read() as session:
        seen = {name: find_gateway(session, getattr(world, name).viewer) for name in ("ada", "rita", "otto")}
    assert seen["ada"].address == world.address
    assert [seen[name].address for name in ("rita", "otto")] == [None, None]
    assert (seen["rita"].accepted_at, seen["otto"].accepted_at) == (office.at, None)
    assert {one.members for one in seen.values()} == {1}
    with pytest.raises(Forbidden), office.database.write() as session:
        switch_on(session, world.rita.viewer, MAIL_DOMAIN, office.at)
    with pytest.raises(Conflict), office.database.write() as session:
        switch_on(session, world.ada.viewer, MAIL_DOMAIN, office.at)
    world.act(switch_off, world.ada)
    with office.database.read() as session:
        assert find_recipient(session, world.address) is None
    with pytest.raises(Conflict):
        world.act(accept, world.otto)
    with pytest.raises(Conflict):
        world.act(switch_off, world.ada)


def test_what_a_user_sends_is_filed_for_him_alone(world: World) -> None:
    plan = world.arrives(from_=RITA, to=CARL)
    assert (plan.status, plan.reason) == ("filed", "R56.gateway")
    assert world.owners(plan) == [(world.rita.user_id, "private", "outgoing")]


def test_what_a_customer_writes_is_incoming(world: World) -> None:
    world.act(accept, world.otto)
    plan = world.arrives(from_=CARL, to=[OTTO, RITA])
    both = [(world.otto.user_id, "private", "incoming"), (world.rita.user_id, "private", "incoming")]
    assert world.owners(plan) == both
    assert {letter.kind for letter in plan.letters} == {"redirect"}


def test_what_nobody_knows_a_party_of_is_let_go_before_it_is_stored(world: World) -> None:
    kept = (
        {"from_": RITA, "to": CARL},
        {"from_": CARL, "to": RITA},
        {"from_": CARL, "to": [OTTO, RITA]},
        {"from_": OTTO, "to": CARL, "cc": RITA},
    )
    let_go = (
        {"from_": RITA, "to": "dora@stranger.example"},
        {"from_": RITA, "to": OTTO},
        {"from_": OTTO, "to": CARL},
        {"from_": CARL, "to": OTTO},
        {"from_": CARL, "to": "dora@stranger.example"},
        {"from_": "dora@stranger.example", "to": RITA},
    )
    assert [world.at_door(**mail) for mail in kept] == [None] * len(kept)
    assert [world.at_door(**mail) for mail in let_go] == [replies.NOT_KEPT] * len(let_go)


def test_a_contact_counts_for_those_who_may_see_it(world: World) -> None:
    world.act(accept, world.otto)
    world.office.contact(world.otto, "dora@secret.example", visibility="owner")
    assert world.at_door(from_="dora@secret.example", to=RITA) is replies.NOT_KEPT
    assert world.at_door(from_="dora@secret.example", to=OTTO) is None
    world.office.record(world.otto, "organization", name="Fabrikam", domains=["fabrikam.example"])
    assert world.at_door(from_="anybody@fabrikam.example", to=RITA) is None


def test_a_users_blocked_list_acts_first(world: World) -> None:
    for scope, user in ((BlockScope.MINE, world.rita), (BlockScope.COMPANY, world.ada)):
        with world.office.database.write() as session:
            add_blocked(session, user.viewer, address=CARL, domain=None, scope=scope, now=world.office.at)
        assert world.at_door(from_=RITA, to=CARL) is replies.NOT_KEPT


def test_taking_it_back_holds_from_the_next_mail_on(world: World) -> None:
    world.act(withdraw, world.rita)
    world.act(withdraw, world.rita)
    assert world.at_door(from_=RITA, to=CARL) is replies.NOT_KEPT
    # What the door took a moment before is not filed either, and is for nobody else to look at.
    plan = world.arrives(from_=RITA, to=CARL)
    assert (plan.status, plan.reason, plan.owner_id) == ("discarded", "R56.nobody", world.rita.user_id)


def test_what_nobody_proves(world: World) -> None:
    incoming, outgoing, relay = {"from_": CARL, "to": RITA}, {"from_": RITA, "to": CARL}, "192.0.2.9"
    for given, end in (
        (incoming, "held R56.unproved"),
        (incoming | {"relay": relay}, "filed R56.gateway"),
        (incoming | {"relay": relay, "rejects": True}, "held R56.unproved"),
        (outgoing | {"relay": relay}, "held R56.unproved_user"),
        (outgoing, "held R56.unproved_user"),
    ):
        plan = world.arrives(Verdict.UNPROVED, **given)
        assert (f"{plan.status} {plan.reason}", plan.owner_id) == (end, world.rita.user_id), given


def test_what_was_held_and_is_released_is_private_too(world: World) -> None:
    held = world.arrives(Verdict.UNPROVED, from_=CARL, to=RITA)
    world.act(lambda session, viewer, now: release(session, viewer, held.inbound.id, now), world.rita)
    again = replace(held.inbound, owner_id=world.rita.user_id, released_by=world.rita.user_id, cause="release")
    with world.office.database.read() as session:
        plan = process(again, DatabaseReader(session, world.office.company_id), world.office.tools)
    assert world.owners(plan) == [(world.rita.user_id, "private", "incoming")]


def test_beside_another_address_the_author_has_his_copy_as_he_prefers(world: World) -> None:
    world.act(accept, world.otto)
    told = world.office.deliver(a_message(from_=RITA, to=CARL, cc=OTTO), to=[world.office.bcc_address, world.address])
    assert world.owners(told.plan) == [
        (world.rita.user_id, "shared", "outgoing"),
        (world.otto.user_id, "private", "outgoing"),
    ]


def test_a_mail_to_very_many_is_looked_through_in_one_go(world: World) -> None:
    many = parse(a_message(from_=RITA, to=[CARL, *(f"c{number}@x.example" for number in range(3_000))]))
    with world.office.database.read() as session:
        look = DatabaseReader(session, world.office.company_id)
        assert takers_of(look, Addressed(from_=many.from_, to=many.to, cc=many.cc)) == (world.rita.user_id,)
