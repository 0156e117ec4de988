"""Passkeys: made, used in place of the password and of the code, and everything that opens nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from accounts.challenge import LIFETIME, Challenge, Purpose, new_challenge, open_challenge
from accounts.invites import accept_invite, make_invite
from accounts.login import Elsewhere, Welcome, Wrong
from accounts.passkey_login import Desk, enter_by_passkey, options_to_enter, step_by_passkey
from accounts.passkeys import add_passkey, list_passkeys, options_to_add, remove_passkey, rename_passkey
from accounts.refusals import Conflict, Invalid, Missing
from accounts.relying_party import RelyingParty, relying_party
from accounts.second_step import HalfWay, digest_of
from accounts.throttle import Throttled
from accounts.user_change import change_user
from accounts.users import UserMade
from db.models import AuditEvent, Invite, SignInProvider, SignInSubject, UsedOnce, User
from db.session import Database
from net.sealed import Keys
from tests.kit.authenticator import Authenticator
from tests.kit.company import NOW, House
from tests.kit.factories import make
from tests.kit.passwords import house_with_password

PARTY = RelyingParty("mail.northwind.example", "https://mail.northwind.example")
KEYS = Keys(root=b"r" * 32, ring={"a": b"k" * 32}, current="a")


@dataclass(frozen=True, slots=True)
class Stage:
    """A company, and a browser before which passkeys are shown."""

    database: Database
    house: House
    desk: Desk

    def add(self, user: UserMade, authenticator: Authenticator, name: str = "Laptop", **otherwise: str) -> None:
        """Make a passkey of a user."""
        with self.database.write() as session:
            now = self.database.now(session)
            challenge = new_challenge(Purpose.ADD, now, (user.company_id, user.user_id))
            options = options_to_add(session, KEYS, user.viewer, PARTY, challenge)
            answer = authenticator.make(options, **otherwise)
            add_passkey(session, user.viewer, PARTY, challenge, answer, name, now)

    def challenge(self, purpose: Purpose = Purpose.ENTER, since: timedelta = timedelta(0)) -> Challenge:
        """Give a challenge out, so long ago."""
        return new_challenge(purpose, self.now() - since)

    def enter(self, authenticator: Authenticator, **otherwise: str) -> Any:
        """Sign in by a passkey."""
        challenge = self.challenge()
        return enter_by_passkey(
            self.desk, challenge, authenticator.sign(options_to_enter(PARTY, challenge), **otherwise)
        )

    def now(self) -> datetime:
        with self.database.read() as session:
            return self.database.now(session)

    def audited(self) -> list[str]:
        with self.database.read() as session:
            rows = session.scalars(select(AuditEvent.action).where(AuditEvent.company_id == self.house.company_id))
            return [one for one in rows if one.startswith("user.passkey")]


@pytest.fixture
def stage(database: Database) -> Stage:
    """Anna has a password, Bert has none."""
    desk = Desk(database=database, keys=KEYS, party=PARTY, peer="192.0.2.7", user_agent="browser")
    return Stage(database, house_with_password(database), desk)


@pytest.fixture
def device() -> Authenticator:
    """An authenticator that asks its user."""
    return Authenticator(PARTY.origin)


@pytest.mark.parametrize(
    ("base_url", "known_as"),
    [
        ("https://Mail.Example/", ("mail.example", "https://mail.example")),
        ("https://mail.example:443", ("mail.example", "https://mail.example")),
        ("https://mail.example:8443/", ("mail.example", "https://mail.example:8443")),
        ("http://localhost:8025", ("localhost", "http://localhost:8025")),
        ("http://mail.example", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::1]/", None),
        ("", None),
    ],
)
def test_we_are_known_by_the_host_of_the_base_url(base_url: str, known_as: tuple[str, str] | None) -> None:
    found = relying_party(base_url)
    assert (found and (found.id, found.origin)) == known_as


def test_a_passkey_opens_a_session_and_is_its_owners_alone(stage: Stage, device: Authenticator) -> None:
    anna, bert = stage.house.anna, stage.house.bert
    stage.add(anna, device)
    done = stage.enter(device)
    assert isinstance(done, Welcome)
    assert done.viewer == anna.viewer
    with stage.database.write() as session:
        (mine,) = list_passkeys(session, anna.viewer)
        assert (mine.name, mine.last_used_at is not None, mine.refused_at) == ("Laptop", True, None)
        assert list_passkeys(session, bert.viewer) == ()
        rename_passkey(session, anna.viewer, mine.id, " Key ring ")
        assert list_passkeys(session, anna.viewer)[0].name == "Key ring"
        with pytest.raises(Missing):
            rename_passkey(session, bert.viewer, mine.id, "x")
        with pytest.raises(Missing):
            remove_passkey(session, bert.viewer, mine.id, NOW)
        remove_passkey(session, anna.viewer, mine.id, NOW)
    assert stage.enter(device) == Wrong()
    assert stage.audited() == ["user.passkey.add", "user.passkey.remove"]


def test_what_is_not_right_in_everything_opens_nothing(stage: Stage, device: Authenticator) -> None:
    stage.add(stage.house.anna, device)
    stage.add(stage.house.bert, other := Authenticator(PARTY.origin))
    wrong: list[dict[str, str]] = [
        {"origin": "https://mail.northwind.example.evil.example"},
        {"origin": "http://mail.northwind.example"},
        {"rp_id": "northwind.example"},
        {"challenge": "AAAA"},
        {"type": "webauthn.create"},
        {"handle": other.handle},
        {"handle": ""},
    ]
    for one in wrong:
        assert stage.enter(device, **one) == Wrong(), one
    device.verifies = False
    assert stage.enter(device) == Wrong()
    device.verifies = True
    stranger = Authenticator(PARTY.origin, handle=device.handle)
    assert stage.enter(stranger) == Wrong()
    stranger.credential_id = device.credential_id
    assert stage.enter(stranger) == Wrong()
    assert isinstance(stage.enter(device), Welcome)


def test_what_is_no_answer_opens_nothing(stage: Stage) -> None:
    strange = (r'{"id":"\ud800","response":{}}', r'{"id":"a\u0000","response":{}}', '{"id":"","response":{}}')
    for text in (*strange, "", "null", "[]", "{}", '{"id":1}', '{"id":"a","response":{}}', "[" * 9000, "x" * 99999):
        assert enter_by_passkey(stage.desk, stage.challenge(), text) == Wrong()


def test_a_challenge_is_answered_once_in_time_and_by_who_was_asked(stage: Stage, device: Authenticator) -> None:
    stage.add(stage.house.anna, device)
    challenge = stage.challenge()
    answer = device.sign(options_to_enter(PARTY, challenge))
    assert isinstance(enter_by_passkey(stage.desk, challenge, answer), Welcome)
    device.count += 5
    again = device.sign(options_to_enter(PARTY, challenge))
    for text in (answer, again):
        assert enter_by_passkey(stage.desk, challenge, text) == Wrong()
    late = stage.challenge(since=LIFETIME)
    assert enter_by_passkey(stage.desk, late, device.sign(options_to_enter(PARTY, late))) == Wrong()
    assert enter_by_passkey(stage.desk, None, answer) == Wrong()

    kept = challenge.sealed(KEYS)
    assert open_challenge(KEYS, kept, Purpose.ENTER) == challenge
    for given in (kept[:-4] + "AAAA", "", None, 7, "a.b"):
        assert open_challenge(KEYS, given, Purpose.ENTER) is None
    assert open_challenge(KEYS, kept, Purpose.ADD) is None
    assert open_challenge(KEYS, kept, Purpose.ENTER, (1, 2)) is None
    with stage.database.write() as session:
        # What is too old to be used again is forgotten.
        assert stage.challenge().use_up(session, stage.now() + timedelta(seconds=1))
        make(session, UsedOnce, key_hash="old", expires_at=NOW - timedelta(days=900))
        stage.challenge().use_up(session, stage.now())
        assert session.get(UsedOnce, "old") is None


def test_a_counter_that_does_not_grow_is_a_copy(stage: Stage, device: Authenticator) -> None:
    stage.add(stage.house.anna, device)
    copy = replace(device)
    assert isinstance(stage.enter(device), Welcome)
    assert isinstance(stage.enter(device), Welcome)
    assert stage.enter(copy) == Wrong()
    with stage.database.read() as session:
        (mine,) = list_passkeys(session, stage.house.anna.viewer)
    assert mine.refused_at is not None
    assert stage.audited() == ["user.passkey.add", "user.passkey.refuse"]
    assert isinstance(stage.enter(device), Welcome)


def test_passkeys_that_count_nothing_may_stay_at_zero(stage: Stage, device: Authenticator) -> None:
    stage.add(stage.house.anna, device)
    for _ in range(2):
        device.count = -1
        assert isinstance(stage.enter(device), Welcome)


def test_a_deactivated_user_and_one_who_must_go_elsewhere_get_no_session(stage: Stage, device: Authenticator) -> None:
    house = stage.house
    stage.add(house.anna, device)
    stage.add(house.ada, admins := Authenticator(PARTY.origin))
    with stage.database.write() as session:
        make(session, SignInProvider, company_id=house.company_id, label="Fir", active=True, only_way=True)
    assert stage.enter(device) == Elsewhere("Fir")
    assert isinstance(stage.enter(admins), Welcome)
    with stage.database.write() as session:
        change_user(session, house.ada.viewer, house.anna.user_id, {"state": "deactivated"}, NOW)
    assert stage.enter(device) == Wrong()


def test_the_second_step_takes_a_passkey_of_the_same_user(stage: Stage, device: Authenticator) -> None:
    anna, bert = stage.house.anna, stage.house.bert
    stage.add(anna, device)
    stage.add(bert, others := Authenticator(PARTY.origin))
    with stage.database.read() as session:
        kept = session.scalar(
            select(User.password_hash).where(User.company_id == anna.company_id, User.id == anna.user_id)
        )
    half = HalfWay(anna.company_id, anna.user_id, digest_of(kept), stage.now())

    def step(by: Authenticator, half_way: HalfWay = half) -> Any:
        challenge = stage.challenge(Purpose.STEP)
        return step_by_passkey(stage.desk, half_way, challenge, by.sign(options_to_enter(PARTY, challenge)))

    assert step(others) == Wrong()
    assert step(device, replace(half, password_digest=digest_of("another"))) == Wrong()
    device.verifies = False
    done = step(device)
    assert isinstance(done, Welcome)
    assert done.viewer == anna.viewer


def test_guesses_are_counted_like_those_of_passwords(stage: Stage, device: Authenticator) -> None:
    stage.add(stage.house.anna, device)
    for _ in range(10):
        assert stage.enter(device, origin="https://evil.example") == Wrong()
    assert isinstance(stage.enter(device), Throttled)
    elsewhere = replace(
        stage, desk=Desk(database=stage.database, keys=KEYS, party=PARTY, peer="192.0.2.8", user_agent="")
    )
    assert isinstance(elsewhere.enter(device), Welcome)


def test_what_is_added_is_checked(stage: Stage, device: Authenticator) -> None:
    anna, bert = stage.house.anna, stage.house.bert
    for one in ({"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"challenge": "AAAA"}):
        with pytest.raises(Invalid):
            stage.add(anna, Authenticator(PARTY.origin), **one)
    with pytest.raises(Invalid):
        stage.add(anna, Authenticator(PARTY.origin, verifies=False))
    for name in ("", " ", "x" * 61, "a\nb"):
        with pytest.raises(Invalid):
            stage.add(anna, Authenticator(PARTY.origin), name)
    stage.add(anna, device)
    with pytest.raises(Invalid):
        stage.add(bert, device)
    with stage.database.write() as session:
        challenge = new_challenge(Purpose.ADD, stage.now() - LIFETIME)
        options = options_to_add(session, KEYS, bert.viewer, PARTY, challenge)
        assert len(json.loads(options)["user"]["id"]) == 43
        assert "bert" not in json.loads(options)["user"]["id"]
        with pytest.raises(Invalid):
            add_passkey(session, bert.viewer, PARTY, challenge, device.make(options), "x", stage.now())


def test_the_last_way_in_stays(stage: Stage, device: Authenticator) -> None:
    bert = stage.house.bert
    stage.add(bert, device)
    with stage.database.write() as session:
        (only,) = list_passkeys(session, bert.viewer)
        with pytest.raises(Conflict):
            remove_passkey(session, bert.viewer, only.id, NOW)
    stage.add(bert, Authenticator(PARTY.origin), "Phone")
    with stage.database.write() as session:
        remove_passkey(session, bert.viewer, only.id, NOW)
        assert [one.name for one in list_passkeys(session, bert.viewer)] == ["Phone"]


def test_a_provider_that_lets_nobody_in_is_no_way_in(stage: Stage, device: Authenticator) -> None:
    bert, ada = stage.house.bert, stage.house.ada
    stage.add(bert, device)
    stage.add(ada, Authenticator(PARTY.origin))
    company_id, issuer = bert.company_id, "https://fir.example"

    def remove(user: UserMade) -> None:
        with stage.database.write() as session:
            (only,) = list_passkeys(session, user.viewer)
            remove_passkey(session, user.viewer, only.id, NOW)

    with stage.database.write() as session:
        for user in (bert, ada):
            make(session, SignInSubject, company_id=company_id, user_id=user.user_id, issuer=issuer)
    with pytest.raises(Conflict):
        remove(bert)
    with stage.database.write() as session:
        made = {"label": "Fir", "issuer": "https://another.example", "active": True, "only_way": True}
        make(session, SignInProvider, company_id=company_id, **made)
    with pytest.raises(Conflict):
        remove(bert)
    this = update(SignInProvider).where(SignInProvider.company_id == company_id)
    with stage.database.write() as session:
        session.execute(this.values(issuer=issuer, active=False))
    with pytest.raises(Conflict):
        remove(bert)
    with stage.database.write() as session:
        session.execute(this.values(active=True))
    # The glass to break when the provider fails.
    with pytest.raises(Conflict):
        remove(ada)
    remove(bert)
    with stage.database.write() as session:
        session.execute(this.values(only_way=False))
    remove(ada)


def test_who_comes_from_the_only_way_may_take_the_second_step_by_passkey(stage: Stage, device: Authenticator) -> None:
    bert = stage.house.bert
    stage.add(bert, device)
    changes = {"label": "Fir", "active": True, "only_way": True, "asks_second_step": True}
    with stage.database.write() as session:
        make(session, SignInProvider, company_id=bert.company_id, **changes)
    half = HalfWay(bert.company_id, bert.user_id, digest_of(None), stage.now())
    challenge = stage.challenge(Purpose.STEP)
    done = step_by_passkey(stage.desk, half, challenge, device.sign(options_to_enter(PARTY, challenge)))
    assert isinstance(done, Welcome)


def test_a_passkey_ends_what_an_admin_handed_out_before(stage: Stage, device: Authenticator) -> None:
    bert, ada = stage.house.bert, stage.house.ada
    with stage.database.write() as session:
        links = [make_invite(session, bert.viewer, NOW, by=ada.viewer)]
    stage.add(bert, device)
    with stage.database.write() as session:
        ended = session.scalars(select(Invite.used_at).where(Invite.company_id == bert.company_id))
        assert all(ended)
        assert [accept_invite(session, one, "hash", NOW) for one in links] == [None]
