"""Mail from a team's address: whose it becomes, and the queue where nobody's (RULES R10, R11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from accounts.refusals import Forbidden, Missing
from accounts.sender_acts import revoke
from accounts.sender_request import Owner
from accounts.senders import Sender, find_standing, list_senders
from accounts.teams import change_team, delete_team, make_team
from accounts.users import UserMade
from accounts.viewer import Viewer
from db.models import InboundMessage, OutboxMessage
from db.raw import RawStore
from db.session import Database
from ingest.approving import Asked, ask, confirm_by_code
from ingest.envelopes import envelope_to_json
from ingest.held import count_held, get_held, list_held
from ingest.inbound import Inbound
from ingest.inbounds import get_inbound
from ingest.loading import load_inbound
from ingest.noticing_daily import remind_of_held
from ingest.plan import Plan
from ingest.release import discard, release, restore
from mail.parse import parse
from mailauth.results import Proof, Verdict
from smtpd.policy.submission import check_author
from tests.ingest.test_approving import POST, code_in, secret_in
from tests.ingest.test_approving import World as Asking
from tests.kit.mails import a_message
from tests.kit.proofs import SIGNED, a_proof
from tests.kit.thinking import NOW, Office

SALES = "sales@seller.example"


@dataclass(frozen=True)
class World:
    office: Office
    raw: RawStore
    rita: UserMade
    otto: UserMade
    nick: UserMade
    admin: UserMade
    team_id: int
    sender: Sender

    def arrives(self, *, to: str = "", by: UserMade | None = None, proof: Proof | None = None, **mail: Any) -> Plan:
        """Let a mail of the team come in."""
        inbound = self.office.store(
            a_message(**({"from_": f"Sales <{SALES}>"} | mail)), to=[to] if to else None, proof=proof
        )
        if by is not None:
            inbound = replace(inbound, envelope=replace(inbound.envelope, submitted_by=by.user_id))
            self._note(inbound)
        plan = self.office.think(inbound)
        self.office.write(plan)
        return plan

    def _note(self, inbound: Inbound) -> None:
        row = update(InboundMessage).where(
            InboundMessage.company_id == inbound.company_id, InboundMessage.id == inbound.id
        )
        with self.office.database.write() as session:
            session.execute(row.values(envelope=envelope_to_json(inbound.envelope)))

    def whose(self, plan: Plan) -> str:
        names: dict[int | None, str] = {one.user_id: name for name, one in self.people().items()}
        row = self.office.inbound(plan.inbound.id)
        return f"{row.status} {row.reason} {names.get(row.owner_id)}"

    def mails(self, to: UserMade) -> list[str]:
        query = select(OutboxMessage.content).where(
            OutboxMessage.company_id == self.office.company_id, OutboxMessage.user_id == to.user_id
        )
        with self.office.database.read() as session:
            kinds = query.where(OutboxMessage.kind == "notice")
            return [parse(raw).text for raw in session.scalars(kinds)]

    def people(self) -> dict[str, UserMade]:
        return {"rita": self.rita, "otto": self.otto, "nick": self.nick, "admin": self.admin}


@pytest.fixture
def world(database: Database, settings: Any) -> World:
    office = Office(database)
    rita, otto, nick = (office.user(f"{name}@seller.example") for name in ("rita", "otto", "nick"))
    admin = office.user("ada@seller.example", role="admin")
    with database.write() as session:
        team = make_team(session, admin.viewer, "Sales", [rita.user_id, otto.user_id], NOW)
    raw = RawStore(database, settings.data_dir)
    asking = Asking(office, raw, rita, otto, admin)
    sender, asked = asking.do(ask, admin.viewer, Owner(team_id=team.id), SALES, POST, office.at)
    assert asked is Asked.SENT
    (mail,) = asking.mails(SALES)
    assert "mail of the team Sales" in " ".join(mail.split())
    for viewer in (rita.viewer, nick.viewer):
        # A member reads the team's mail, but it is an admin who says that the address is the team's.
        with pytest.raises((Forbidden, Missing)):
            asking.do(confirm_by_code, viewer, sender.id, code_in(mail), POST, office.at)
    assert asking.confirm(admin.viewer, secret_in(mail)) is Asked.APPROVED
    return World(office, raw, rita, otto, nick, admin, team.id, sender)


def test_whose_of_its_members_it_becomes(world: World) -> None:
    personal = {name: one.personal_bcc_address for name, one in world.people().items()}
    sender: dict[str, Any] = {
        "extra": {"Sender": "Rita <rita@seller.example>"},
        "proof": a_proof(SALES, signed=(*SIGNED, "sender")),
    }
    cases = [
        (world.arrives(by=world.otto, text="1\n"), "otto"),
        (world.arrives(by=world.otto, text="2\n", **sender), "otto"),
        (world.arrives(text="3\n", **sender), "rita"),
        (world.arrives(to=personal["otto"], text="4\n", **sender), "rita"),
        (world.arrives(to=personal["otto"], text="5\n"), "otto"),
        # Somebody could have put it on top: the signature does not cover it.
        (world.arrives(to=personal["otto"], text="6\n", extra={"Sender": "rita@seller.example"}), "otto"),
    ]
    assert [world.whose(plan) for plan, _ in cases] == [f"filed R9.approved {name}" for _, name in cases]
    assert {letter.direction for plan, _ in cases for letter in plan.letters} == {"outgoing"}


def test_what_names_no_member_waits_for_the_team(world: World) -> None:
    nick, covered = world.nick.personal_bcc_address, a_proof(SALES, signed=(*SIGNED, "sender"))
    plans = [
        world.arrives(text="1\n"),
        world.arrives(by=world.nick, text="2\n"),
        world.arrives(extra={"Sender": "nick@seller.example"}, proof=covered, text="3\n"),
        world.arrives(to=nick, text="4\n"),
        world.arrives(extra={"Sender": "rita@elsewhere.example"}, proof=covered, text="5\n"),
    ]
    assert [world.whose(plan) for plan in plans] == ["held R10.team None"] * 5
    forged = world.arrives(proof=a_proof(SALES, Verdict.UNPROVED), extra={"Sender": "rita@seller.example"})
    assert world.whose(forged) == "held R9.refused None"


def test_the_queue_is_its_members_and_nobody_elses(world: World) -> None:
    held = world.arrives(subject="Canary").inbound.id
    with world.office.database.read() as session:
        for viewer in (world.rita.viewer, world.otto.viewer):
            assert get_held(session, world.raw, viewer, held).subject == "Canary"
            assert (count_held(session, viewer, 9), get_inbound(session, viewer, held).mine) == (1, True)
            assert get_inbound(session, viewer, held).envelope is not None
        admins = get_held(session, world.raw, world.admin.viewer, held)
        assert (admins.subject, admins.may_act, admins.team_id) == (None, False, world.team_id)
        assert count_held(session, world.admin.viewer, 9) == 0
        assert list_held(session, world.raw, world.nick.viewer) == ()
        with pytest.raises(Missing):
            get_held(session, world.raw, world.nick.viewer, held)
    with pytest.raises(Forbidden):
        _do(world, release, world.admin.viewer, held)
    with pytest.raises(Missing):
        _do(world, release, world.nick.viewer, held)
    _do(world, discard, world.rita.viewer, held)
    _do(world, restore, world.otto.viewer, held)
    _do(world, release, world.otto.viewer, held)
    with world.office.database.read() as session:
        inbound = load_inbound(session, world.raw, world.office.company_id, held)
    world.office.write(world.office.think(inbound))
    assert world.office.inbound(held).owner_id == world.otto.user_id
    _do(world, revoke, world.admin.viewer, world.sender.id)
    # Who signed in to hand it over has it, not the company.
    assert world.whose(world.arrives(by=world.otto, text="2\n")) == "held R9.not_approved otto"


def test_who_leaves_the_team_or_may_not_write_is_none_of_it_any_more(world: World) -> None:
    held = world.arrives(text="1\n").inbound.id
    with world.office.database.write() as session:
        change_team(session, world.admin.viewer, world.team_id, {"user_ids": [world.otto.user_id]}, NOW)
        assert [one.address for one in list_senders(session, world.otto.viewer)] == [SALES, "otto@seller.example"]
        assert [one.address for one in list_senders(session, world.rita.viewer)] == ["rita@seller.example"]
    with world.office.database.read() as session, pytest.raises(Missing):
        get_held(session, world.raw, world.rita.viewer, held)
    assert world.whose(world.arrives(by=world.rita, text="2\n")) == "held R10.team None"
    with world.office.database.write() as session:
        delete_team(session, world.admin.viewer, world.team_id, NOW)
    assert world.whose(world.arrives(by=world.otto, text="3\n")) == "held R9.not_approved otto"
    # Nobody is left to decide about its queue: else it would only run out.
    with world.office.database.read() as session:
        assert get_held(session, world.raw, world.admin.viewer, held).may_act
        with pytest.raises(Missing):
            get_held(session, world.raw, world.otto.viewer, held)
        assert count_held(session, world.admin.viewer, 9) == 2
    _do(world, release, world.admin.viewer, held)


def test_every_member_who_may_decide_is_told_and_reminded(world: World) -> None:
    world.office.letterhead = POST.letterhead
    held = world.arrives(subject="Canary")
    said = {name: world.mails(one) for name, one in world.people().items()}
    assert {name: len(mails) for name, mails in said.items()} == {"rita": 1, "otto": 1, "nick": 0, "admin": 0}
    assert "Canary" not in said["rita"][0]
    until = world.office.inbound(held.inbound.id).held_until
    assert until is not None
    with world.office.database.write() as session:
        remind_of_held(session, world.office.company_id, POST.letterhead, until - timedelta(days=1))
    assert [len(world.mails(one)) for one in world.people().values()] == [2, 2, 0, 0]


def test_what_a_user_signed_in_for_is_never_anothers_who_has_the_address_later(world: World) -> None:
    asking, address = Asking(world.office, world.raw, world.rita, world.otto, world.admin), "shop@home.example"
    mail: dict[str, Any] = {"from_": address, "subject": "Canary"}
    held = [world.arrives(by=world.rita, **mail), world.arrives(**(mail | {"text": "Proved.\n"}))]
    asking.ask(world.otto, address)
    assert asking.confirm(world.otto.viewer, secret_in(asking.mails(address)[0])) is Asked.APPROVED
    assert [world.whose(one) for one in held] == ["held R9.not_approved rita", "received None otto"]
    # Otto has it by the time the worker comes to what was on its way.
    assert world.whose(world.arrives(by=world.rita, **(mail | {"text": "3\n"}))) == "held R9.not_approved rita"


def test_a_member_may_hand_it_over_by_signing_in(world: World) -> None:
    with world.office.database.read() as session:
        standing = find_standing(session, world.office.company_id, SALES)
    assert check_author(standing, world.rita.user_id) is None
    assert check_author(standing, world.nick.user_id) is not None
    assert check_author(None, world.rita.user_id) is not None


def _do(world: World, what: Any, viewer: Viewer, number: int) -> None:
    with world.office.database.write() as session:
        what(session, viewer, number, world.office.at)
