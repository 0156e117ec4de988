"""Nobody is let in as somebody else by an admin's provider, nor by an admin's link; and nobody is shut out unawares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pyotp
import pytest
from sqlalchemy import select

from accounts.companies import change_company
from accounts.connecting import LIFETIME, Connecting, connect, open_connecting
from accounts.invites import accept_invite, find_invite, make_invite
from accounts.login import Elsewhere, Welcome, sign_in
from accounts.refusals import Conflict, Invalid
from accounts.second_factor import begin, confirm
from accounts.second_step import HalfWay
from accounts.sign_in_providers import get_provider, remove_provider, ways_for
from accounts.sign_in_subjects import list_subjects, release_subject
from accounts.users import UserMade
from accounts.ways_in import count_shut_out
from db.models import Invite, Passkey, SenderDomain, SignInSubject, WebSession
from db.session import Database
from tests.kit.company import NOW, house_in
from tests.kit.factories import make
from tests.kit.oidc_provider import Person
from tests.kit.passwords import EMAIL, PASSWORD
from tests.kit.sign_in_stage import KEYS, Stage, staged


@pytest.fixture
def stage(database: Database) -> Iterator[Stage]:
    """Anna has an account there, and no way in of her own here."""
    with staged(database) as opened:
        yield opened


def give_passkey(stage: Stage, user: UserMade) -> None:
    """Let a user have a passkey."""
    with stage.database.write() as session:
        make(session, Passkey, company_id=user.company_id, user_id=user.user_id)


def give_account(stage: Stage, user: UserMade, issuer: str = "https://earlier.example") -> None:
    """Let a user be bound to an account at a provider."""
    with stage.database.write() as session:
        make(session, SignInSubject, company_id=user.company_id, user_id=user.user_id, issuer=issuer)


def asked(stage: Stage) -> Connecting:
    """Sign in at the provider, and be asked for a proof."""
    found = stage.enter()
    assert isinstance(found, Connecting)
    return found


def test_what_an_admins_provider_says_opens_nothing_of_who_has_a_way_in(stage: Stage) -> None:
    house = stage.house
    stage.give_password(house.anna)
    give_passkey(stage, house.bert)
    give_account(stage, house.rosa)
    for user, email in ((house.anna, EMAIL), (house.bert, "bert@northwind.example")):
        stage.provider.person = Person(f"ada says {email}", email)
        connecting = asked(stage)
        assert connecting.is_for(user.viewer)
        # The name alone may be anything.
        assert urlsplit(stage.provider.issuer).netloc in connecting.label
    stage.provider.person = Person("ada says rosa", "rosa@northwind.example")
    assert "Whoever runs the server" in stage.refused()
    assert stage.told == []
    with stage.database.read() as session:
        assert [one.name for one in list_subjects(session, house.ada.viewer)] == ["Rosa"]
        assert session.scalar(select(WebSession.id).where(WebSession.company_id == house.company_id)) is None


def test_an_account_is_connected_by_its_user_alone_in_time(stage: Stage) -> None:
    house = stage.house
    stage.give_password(house.anna)
    found = asked(stage)
    with stage.database.write() as session:
        now = stage.database.now(session)
        assert open_connecting(KEYS, found.sealed(KEYS), now) == found
        for kept in (found.sealed(KEYS)[:-4] + "AAAA", "", None, 7):
            assert open_connecting(KEYS, kept, now) is None
        assert open_connecting(KEYS, found.sealed(KEYS), now + LIFETIME) is None
        assert not connect(session, found, house.bert.viewer, now)
        assert not connect(session, replace(found, issuer_digest="another"), house.anna.viewer, now)
        assert not connect(session, replace(found, provider_id=1), house.anna.viewer, now)
        assert connect(session, found, house.anna.viewer, now)
        for again in (found, replace(found, subject="another")):
            assert not connect(session, again, house.anna.viewer, now)
        assert not connect(session, replace(found, user_id=house.bert.user_id), house.bert.viewer, now)
    assert isinstance(stage.enter(), Welcome)


def test_where_the_provider_is_the_only_way_who_came_from_it_may_show_a_password(stage: Stage) -> None:
    house, database = stage.house, stage.database
    for user in (house.ada, house.anna, house.bert):
        stage.give_password(user)
    stage.decide(only_way=True)
    found = asked(stage)
    bert = "bert@northwind.example"
    assert sign_in(database, EMAIL, PASSWORD, "192.0.2.7", "b") == Elsewhere("Fir")
    assert sign_in(database, bert, PASSWORD, "192.0.2.7", "b", found) == Elsewhere("Fir")
    assert isinstance(sign_in(database, EMAIL, PASSWORD, "192.0.2.7", "b", found), Welcome)
    with database.write() as session:
        now = database.now(session)
        secret = begin(session, KEYS, house.anna.viewer, now)
        confirm(session, KEYS, house.anna.viewer, pyotp.TOTP(secret).at(now), now)
    assert isinstance(sign_in(database, EMAIL, PASSWORD, "192.0.2.7", "b", found), HalfWay)


def test_an_account_that_is_the_only_way_in_is_not_released(stage: Stage) -> None:
    house = stage.house
    stage.enter()
    with stage.database.write() as session:
        (bound,) = list_subjects(session, house.ada.viewer)
        with pytest.raises(Conflict, match="next to sign in"):
            release_subject(session, house.ada.viewer, bound.id, NOW)
    assert isinstance(stage.enter(), Welcome)


def test_an_admin_makes_no_link_for_who_has_any_way_in(stage: Stage) -> None:
    house = stage.house
    with stage.database.write() as session:
        before = {
            user: make_invite(session, user.viewer, NOW, by=house.ada.viewer) for user in (house.anna, house.rosa)
        }
    give_passkey(stage, house.rosa)
    stage.enter()
    with stage.database.write() as session:
        ended = select(Invite.used_at).where(
            Invite.company_id == house.company_id, Invite.user_id == house.anna.user_id
        )
        assert all(session.scalars(ended))
        for user in (house.anna, house.rosa):
            with pytest.raises(Conflict, match="a way in already"):
                make_invite(session, user.viewer, NOW, by=house.ada.viewer)
            assert accept_invite(session, before[user], "hash", NOW) is None
            made = make_invite(session, user.viewer, NOW)
            found = find_invite(session, made, NOW)
            assert found
            assert found.open
        assert accept_invite(session, made, "hash", NOW) == house.rosa.viewer


def test_a_domain_of_another_company_is_spoken_of_by_whom_dns_proves_it(stage: Stage) -> None:
    """Nobody proves what stands on a company's own list."""
    other = house_in(stage.database, "Fabrikam", "fabrikam.example")
    there = replace(stage, house=other)
    with stage.database.write() as session:
        change_company(session, other.ada.viewer, {"domains": ["fabrikam.example", "northwind.example"]}, NOW)
    with pytest.raises(Invalid) as wrong:
        there.decide(label="Northwind (new)", domains=("northwind.example",))
    assert set(wrong.value.errors) == {"domains"}
    there.decide(label="Fabrikam", domains=("fabrikam.example",))
    with stage.database.write() as session:
        assert [one.label for one in ways_for(session, "stan@fabrikam.example")] == ["Fabrikam"]
        # Both say that it is theirs, so nobody is offered until one of them proves it.
        assert ways_for(session, EMAIL) == ()
        proof = {"domain": "northwind.example", "proved_at": NOW, "lapsed_at": None}
        make(session, SenderDomain, company_id=stage.house.company_id, **proof)
        assert [one.label for one in ways_for(session, EMAIL)] == ["Fir"]
    with pytest.raises(Invalid):
        there.decide(domains=("northwind.example",))


def test_logins_of_another_company_are_not_spoken_of_either(stage: Stage) -> None:
    other = house_in(stage.database, "Fabrikam", "fabrikam.example")
    with stage.database.write() as session:
        change_company(session, stage.house.ada.viewer, {"domains": []}, NOW)
        change_company(session, other.ada.viewer, {"domains": ["northwind.example"]}, NOW)
    with pytest.raises(Invalid):
        replace(stage, house=other).decide(domains=("northwind.example",))


def test_who_takes_the_provider_away_keeps_a_way_in(stage: Stage) -> None:
    house = stage.house
    stage.enter()
    for changes in ({"active": False}, {"issuer": "https://another.example"}):
        with pytest.raises(Invalid) as wrong:
            stage.decide(**changes)
        assert set(wrong.value.errors) == set(changes)
    with stage.database.write() as session:
        with pytest.raises(Conflict, match="no way in"):
            remove_provider(session, house.ada.viewer, NOW)
        assert get_provider(session, house.company_id)
    stage.give_password(house.ada)
    give_account(stage, house.bert)
    give_passkey(stage, house.bert)
    with stage.database.write() as session:
        assert count_shut_out(session, house.company_id, stage.provider.issuer) == 0
        assert count_shut_out(session, house.company_id) == 1
        remove_provider(session, house.ada.viewer, NOW + timedelta(days=1))
