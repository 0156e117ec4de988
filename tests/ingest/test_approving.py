"""From the first click to the mail that it lets in: ask, confirm by link or code, approve (RULES R10, R10a, R11)."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select, text

from accounts.audit import list_events
from accounts.refusals import Conflict, Forbidden, Invalid, Refused
from accounts.sender_acts import reject, revoke
from accounts.sender_budget import OF_A_USER, TO_AN_ADDRESS
from accounts.sender_domains import add_domain, note_check
from accounts.sender_request import Owner
from accounts.sender_tokens import MOST_TRIES, Tried, find_token
from accounts.senders import Sender, SenderState, find_standing
from accounts.user_change import change_user
from accounts.users import UserMade
from accounts.viewer import Viewer
from db.models import OutboxMessage, SenderToken
from db.raw import RawStore
from db.session import Database
from ingest.approving import (
    Asked,
    Post,
    approve,
    ask,
    ask_again,
    confirm_by_code,
    confirm_by_link,
    release_and_ask,
    verify_again,
)
from ingest.loading import load_inbound
from ingest.release import discard
from mail.parse import parse
from outbox.confirmations import how_they_fared
from outbox.letterhead import Letterhead
from tests.kit.mails import a_message
from tests.kit.thinking import Office
from tests.kit.waiting import wait_until

HOUSE: Final = Letterhead(base_url="https://bcc.seller.example", mail_domain="bcc.seller.example", hostname="mx")
POST: Final = Post(letterhead=HOUSE, code_key=b"k" * 32)
HOME: Final = "rita@home.example"
LINK: Final = re.compile(r"/senders/confirm/(\S+)")
CODE: Final = re.compile(r"^ {4}(\d{4}) (\d{4})$", re.MULTILINE)


@dataclass(frozen=True)
class World:
    office: Office
    raw: RawStore
    rita: UserMade
    otto: UserMade
    admin: UserMade

    def do[T](self, what: Callable[..., T], *args: Any, **how: Any) -> T:
        """Do something in a transaction of its own, a minute later."""
        self.office.at += timedelta(minutes=1)
        with self.office.database.write() as session:
            return what(session, *args, **how)

    def ask(self, user: UserMade, address: str = HOME) -> tuple[Sender, Asked]:
        return self.do(ask, user.viewer, Owner(user_id=user.user_id), address, POST, self.office.at)

    def confirm(self, viewer: Viewer, secret: str) -> Asked:
        with self.office.database.read() as session:
            token = find_token(session, secret)
        assert token
        return self.do(confirm_by_link, viewer, token, HOUSE, self.office.at)

    def mails(self, to: str = HOME) -> list[str]:
        query = select(OutboxMessage.content).where(
            OutboxMessage.company_id == self.office.company_id, OutboxMessage.forward_path == to
        )
        with self.office.database.read() as session:
            return [parse(raw).text if raw else "" for raw in session.scalars(query.order_by(OutboxMessage.id))]

    def hold(self, address: str = HOME, words: str = "Words.\n") -> int:
        return self.office.deliver(a_message(from_=address, text=words)).inbound_id

    def work(self, inbound_id: int) -> None:
        with self.office.database.read() as session:
            inbound = load_inbound(session, self.raw, self.office.company_id, inbound_id)
        self.office.write(self.office.think(inbound))

    def state(self, address: str = HOME) -> str | None:
        with self.office.database.read() as session:
            standing = find_standing(session, self.office.company_id, address)
        return standing.state if standing else None

    def status(self, inbound_id: int) -> str:
        return str(self.office.inbound(inbound_id).status)


@pytest.fixture
def world(database: Database, settings: Any) -> World:
    office = Office(database)
    return World(
        office,
        RawStore(database, settings.data_dir),
        office.user("rita@seller.example"),
        office.user("otto@seller.example"),
        office.user("ada@seller.example", role="admin"),
    )


def secret_in(mail: str) -> str:
    found = LINK.search(mail)
    assert found
    return found[1]


def code_in(mail: str) -> str:
    found = CODE.search(mail)
    assert found
    return found[1] + found[2]


def test_the_mail_names_all_and_its_link_confirms_once_and_lets_in_what_waited(world: World) -> None:
    first, second = world.hold(), world.hold(words="Two.\n")
    sender, asked = world.ask(world.rita)
    assert (asked, world.state()) == (Asked.SENT, "requested")
    (mail,) = world.mails()
    for said in (HOME, "rita (rita@seller.example)", "rita at Seller", "do nothing", "until 5 March 2026"):
        assert said in mail
    with world.office.database.read() as session:
        (row,) = session.scalars(select(OutboxMessage).where(OutboxMessage.company_id == world.office.company_id)).all()
        assert (row.kind, row.reports, row.user_id) == ("confirmation", True, world.rita.user_id)
        (kept,) = session.scalars(select(SenderToken).where(SenderToken.company_id == world.office.company_id)).all()
    assert secret_in(mail) not in (kept.token_hash, kept.code_hash)
    assert code_in(mail) not in kept.code_hash

    assert world.confirm(world.rita.viewer, secret_in(mail)) is Asked.APPROVED
    assert (world.state(), world.status(first), world.status(second)) == ("approved", "received", "received")
    for held in (first, second):
        world.work(held)
        (letter,) = world.office.letters_of(held)
        (copy,) = world.office.copies(letter)
        assert (copy.owner_id, copy.direction, copy.read) == (world.rita.user_id, "outgoing", False)
        assert copy.received_at < copy.sort_at
    assert world.office.inbound(first).reason == "R9.approved"
    with pytest.raises(Conflict):
        world.confirm(world.rita.viewer, secret_in(mail))

    world.do(revoke, world.rita.viewer, sender.id, world.office.at)
    assert world.status(world.hold(words="Three.\n")) == "held"


def test_a_later_mail_takes_the_place_of_the_earlier_and_both_budgets_end(world: World) -> None:
    sender, _ = world.ask(world.rita)
    world.do(ask_again, world.rita.viewer, sender.id, POST, world.office.at)
    old, new = world.mails()
    assert old == ""  # taken back: it had not been sent
    with world.office.database.read() as session:
        fared = how_they_fared(session, world.office.company_id, _tokens(world))
    assert sorted(one.status for one in fared.values()) == ["cancelled", "queued"]
    world.do(ask_again, world.rita.viewer, sender.id, POST, world.office.at)
    with pytest.raises(Conflict):
        world.confirm(world.rita.viewer, secret_in(new))
    assert len(world.mails()) == TO_AN_ADDRESS
    # Whoever asks: the address has had enough for today.
    with pytest.raises(Invalid):
        world.do(ask_again, world.rita.viewer, sender.id, POST, world.office.at)
    with pytest.raises(Invalid):
        world.ask(world.otto)
    # Nor does a tag make another mailbox of it.
    with pytest.raises(Invalid):
        world.ask(world.otto, sender.address.replace("@", "+news@"))
    for number in range(OF_A_USER - TO_AN_ADDRESS):
        world.ask(world.rita, f"r{number}@home.example")
    with pytest.raises(Invalid):
        world.ask(world.rita, "one-more@home.example")
    world.office.at += timedelta(days=1)
    world.do(ask_again, world.rita.viewer, sender.id, POST, world.office.at)
    assert world.confirm(world.rita.viewer, secret_in(world.mails()[-1])) is Asked.APPROVED


def _tokens(world: World) -> list[int]:
    with world.office.database.read() as session:
        return list(session.scalars(select(SenderToken.id).where(SenderToken.company_id == world.office.company_id)))


def test_a_link_ends_after_a_day(world: World) -> None:
    world.ask(world.rita)
    world.office.at += timedelta(hours=24)
    with pytest.raises(Conflict):
        world.confirm(world.rita.viewer, secret_in(world.mails()[0]))
    assert world.state() == "requested"


def test_the_code_does_too_and_five_wrong_ones_end_it(world: World) -> None:
    sender, _ = world.ask(world.rita)
    (mail,) = world.mails()
    for viewer in (world.otto.viewer, world.admin.viewer):
        with pytest.raises(Refused):
            world.do(confirm_by_code, viewer, sender.id, code_in(mail), POST, world.office.at)
    wrong = f"{(int(code_in(mail)) + 1) % 10**8:08}"
    tries = [
        world.do(confirm_by_code, world.rita.viewer, sender.id, wrong, POST, world.office.at)[:2]
        for _ in range(MOST_TRIES)
    ]
    assert tries == [(Tried.WRONG, 4), (Tried.WRONG, 3), (Tried.WRONG, 2), (Tried.WRONG, 1), (Tried.OVER, 0)]
    right = world.do(confirm_by_code, world.rita.viewer, sender.id, code_in(mail), POST, world.office.at)
    assert right == (Tried.OVER, 0, None)
    world.do(ask_again, world.rita.viewer, sender.id, POST, world.office.at)
    code = code_in(world.mails()[-1])
    typed = f"{code[:4]} - {code[4:]}"
    done = world.do(confirm_by_code, world.rita.viewer, sender.id, typed, POST, world.office.at)
    assert done == (Tried.RIGHT, 0, Asked.APPROVED)
    with pytest.raises(Conflict):
        world.confirm(world.rita.viewer, secret_in(world.mails()[-1]))


def test_several_may_ask_and_the_first_who_confirms_has_it(world: World) -> None:
    world.ask(world.otto)
    held = world.hold()
    # Who only asked for an address is shown none of its mail.
    assert world.office.inbound(held).owner_id is None
    world.ask(world.rita)
    ottos, ritas = world.mails()
    world.confirm(world.rita.viewer, secret_in(ritas))
    with pytest.raises(Conflict):
        world.confirm(world.otto.viewer, secret_in(ottos))
    with world.office.database.read() as session:
        standing = find_standing(session, world.office.company_id, HOME)
    assert standing
    assert (standing.user_id, standing.state) == (world.rita.user_id, "approved")
    with pytest.raises(Invalid):
        world.ask(world.otto)


def test_where_the_company_wants_it_an_admin_approves_what_was_confirmed(world: World) -> None:
    world.office.decides(sender_approval="admin")
    held = world.hold()
    sender, _ = world.ask(world.rita)
    with pytest.raises(Conflict):
        world.do(approve, world.admin.viewer, sender.id, world.office.at)
    assert world.confirm(world.rita.viewer, secret_in(world.mails()[0])) is Asked.WAITS
    assert (world.state(), world.status(held)) == ("confirmed", "held")
    (told,) = world.mails("ada@seller.example")
    assert HOME in told
    with pytest.raises(Forbidden):
        world.do(approve, world.rita.viewer, sender.id, world.office.at)
    world.do(approve, world.admin.viewer, sender.id, world.office.at)
    assert (world.state(), world.status(held)) == ("approved", "received")
    world.work(held)
    assert world.office.copies(world.office.letters_of(held)[0])[0].owner_id == world.rita.user_id
    for again in (approve, reject):
        with pytest.raises(Conflict):
            world.do(again, world.admin.viewer, sender.id, world.office.at)
    with world.office.database.read() as session:
        actions = [one.action for one in list_events(session, world.admin.viewer, 10)]
    assert actions[:3] == ["sender.approve", "sender.confirm", "sender.request"]


def test_confirmed_anew_its_mail_is_held_for_its_owner_meanwhile(world: World) -> None:
    sender, _ = world.ask(world.rita)
    world.confirm(world.rita.viewer, secret_in(world.mails()[0]))
    with pytest.raises(Forbidden):
        world.do(verify_again, world.rita.viewer, sender.id, POST, world.office.at)
    world.do(verify_again, world.admin.viewer, sender.id, POST, world.office.at)
    held = world.hold()
    row = world.office.inbound(held)
    assert (row.status, row.owner_id, world.state()) == ("held", world.rita.user_id, "requested")
    mail = world.mails()[-1]
    assert "ada (ada@seller.example) asks" in mail
    assert "counts as mail of\nrita at Seller" in mail
    world.confirm(world.rita.viewer, secret_in(mail))
    assert (world.state(), world.status(held)) == ("approved", "received")


def test_one_click_on_a_held_mail_lets_it_in_and_asks_for_the_address(world: World) -> None:
    one, other = world.hold(), world.hold(words="Two.\n")
    for held in (one, other):
        with pytest.raises(Refused):
            world.do(release_and_ask, world.rita.viewer, held, POST, world.office.at)
    released, asked = world.do(
        release_and_ask, world.admin.viewer, one, POST, world.office.at, user_id=world.rita.user_id
    )
    assert (released.owner_id, released.from_address, asked) == (world.rita.user_id, HOME, Asked.SENT)
    assert (world.status(one), world.status(other), world.state()) == ("received", "held", "requested")
    world.work(one)
    assert world.office.copies(world.office.letters_of(one)[0])[0].direction == "outgoing"
    # What cannot be asked for any more today is let in all the same.
    sender_id = _id_of(world)
    for _ in range(TO_AN_ADDRESS - 1):
        world.do(ask_again, world.rita.viewer, sender_id, POST, world.office.at)
    world.do(revoke, world.rita.viewer, sender_id, world.office.at)
    assert world.do(release_and_ask, world.admin.viewer, other, POST, world.office.at)[1] is Asked.UNSENT
    assert world.status(other) == "received"


def test_an_admins_word_for_a_domain_opens_no_mail_that_waits_for_a_colleague(world: World) -> None:
    """R31: he says whose the address is from now on; who it was held for decides about what waits."""
    theirs = world.hold("Rita <rita.b@seller.example>")
    nobodys = world.hold("Somebody <rita.b@seller.example>", "Two.\n")
    assert [world.office.inbound(one).owner_id for one in (theirs, nobodys)] == [world.rita.user_id, None]
    domain = world.do(add_domain, world.admin.viewer, "seller.example", world.office.at)
    world.do(note_check, world.office.company_id, domain.id, None, world.office.at, world.admin.viewer)
    assert world.ask(world.admin, "rita.b@seller.example")[1] is Asked.APPROVED
    assert [world.status(one) for one in (theirs, nobodys)] == ["held", "received"]
    assert world.office.inbound(theirs).owner_id == world.rita.user_id


def _id_of(world: World) -> int:
    standing = world.do(find_standing, world.office.company_id, HOME)
    assert standing
    return standing.sender_id


def test_who_may_not_write_any_more_has_no_address_whatever_was_under_way(world: World) -> None:
    world.office.decides(sender_approval="admin")
    first, _ = world.ask(world.rita)
    world.confirm(world.rita.viewer, secret_in(world.mails()[0]))
    second, _ = world.ask(world.rita, "rita@second.example")
    secret = secret_in(world.mails("rita@second.example")[0])
    world.do(change_user, world.admin.viewer, world.rita.user_id, {"role": "read_only"}, world.office.at)
    assert world.state() is None
    for act in (
        lambda: world.do(approve, world.admin.viewer, first.id, world.office.at),
        lambda: world.confirm(world.rita.viewer, secret),
        lambda: world.do(_ask_for_rita, world),
    ):
        with pytest.raises(Refused):
            act()
    assert second.state is SenderState.REQUESTED


def _ask_for_rita(session: Any, world: World) -> None:
    ask(session, world.admin.viewer, Owner(user_id=world.rita.user_id), "rita@third.example", POST, world.office.at)


@pytest.mark.parametrize("second", ["approve", "reject", "revoke"])
def test_two_admins_at_once_decide_once(world: World, second: str) -> None:
    world.office.decides(sender_approval="admin")
    sender, _ = world.ask(world.rita)
    world.confirm(world.rita.viewer, secret_in(world.mails()[0]))
    acts = {"approve": approve, "reject": reject, "revoke": revoke}
    _in_a_race(
        world,
        lambda session: approve(session, world.admin.viewer, sender.id, world.office.at),
        lambda session: acts[second](session, world.admin.viewer, sender.id, world.office.at),
        # What is approved may be revoked a moment later.
        loses=not (second == "revoke" and world.office.database.is_sqlite),
    )


def test_approved_and_thrown_away_at_once_a_mail_is_one_of_both(world: World) -> None:
    sender, _ = world.ask(world.rita)
    held = world.office.deliver(a_message(from_=HOME), to=[world.rita.personal_bcc_address]).inbound_id
    (mail,) = world.mails()
    with world.office.database.read() as session:
        token = find_token(session, secret_in(mail))
    assert token
    _in_a_race(
        world,
        lambda session: confirm_by_link(session, world.rita.viewer, token, HOUSE, world.office.at),
        lambda session: discard(session, world.rita.viewer, held, world.office.at),
    )
    assert (world.status(held), sender.state) == ("received", "requested")


def _in_a_race(
    world: World, first: Callable[[Any], object], second: Callable[[Any], object], *, loses: bool = True
) -> None:
    database = world.office.database

    def late() -> None:
        with database.write() as session:
            second(session)

    with ThreadPoolExecutor(1) as other:
        with database.write() as session:
            first(session)
            running = other.submit(late)
            if not database.is_sqlite:
                wait_until(lambda: _somebody_waits(database))
        if loses:
            with pytest.raises(Conflict):
                running.result()
        else:
            running.result()


def _somebody_waits(database: Database) -> bool:
    with database.read() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
