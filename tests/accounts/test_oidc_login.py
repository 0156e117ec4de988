"""Signing in at a real provider on loopback: who is let in, who is bound to whom, and what nobody gets past."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pyotp
import pytest
from sqlalchemy import select

from accounts.connecting import Connecting
from accounts.login import Elsewhere, Welcome, Wrong, sign_in
from accounts.oidc_client import OidcClient
from accounts.oidc_flow import LIFETIME, open_flow
from accounts.oidc_login import come_back
from accounts.oidc_metadata import ProviderTrouble
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.second_factor import begin, confirm
from accounts.second_step import HalfWay
from accounts.sign_in_providers import (
    Offered,
    find_active,
    get_provider,
    offered,
    remove_provider,
    save_provider,
    secret_of,
    ways_for,
)
from accounts.sign_in_subjects import list_subjects, release_subject
from accounts.user_change import change_user
from accounts.users import find_user
from accounts.viewer import Role
from db.models import AuditEvent, SignInProvider
from db.session import Database
from net.guard import Guard
from net.post import Poster
from net.resolver import DnsResolver
from tests.kit.company import NOW, house_in
from tests.kit.oidc_provider import SECRET, Person
from tests.kit.passwords import EMAIL, PASSWORD
from tests.kit.sign_in_stage import KEYS, Stage, staged


@pytest.fixture
def stage(database: Database) -> Iterator[Stage]:
    """Anna has an account there, and no way in of her own here."""
    with staged(database) as opened:
        yield opened


def test_the_first_sign_in_binds_and_later_ones_go_by_the_subject(stage: Stage) -> None:
    house = stage.house
    done = stage.enter()
    assert isinstance(done, Welcome)
    assert done.viewer == house.anna.viewer
    stage.provider.person.email, stage.provider.person.email_verified = "anna.new@elsewhere.example", False
    again = stage.enter()
    assert isinstance(again, Welcome)
    assert again.viewer == house.anna.viewer
    # Another account there that was given her address is somebody else.
    stage.provider.person = Person("999", EMAIL)
    assert "another account" in stage.refused()
    # Her account with the address of a colleague stays hers.
    stage.provider.person = Person("248", "bert@northwind.example")
    assert stage.enter().viewer == house.anna.viewer

    host = urlsplit(stage.provider.issuer).netloc
    assert stage.told == [(house.anna.viewer, f"Fir ({host})")]

    stage.give_password(house.anna)
    with stage.database.write() as session:
        (bound,) = list_subjects(session, house.ada.viewer)
        assert (bound.email, bound.issuer) == (EMAIL, stage.provider.issuer)
        for act in (
            lambda: list_subjects(session, house.bert.viewer),
            lambda: release_subject(session, house.bert.viewer, bound.id, NOW),
        ):
            with pytest.raises(Forbidden):
                act()
        release_subject(session, house.ada.viewer, bound.id, NOW)
        with pytest.raises(Missing):
            release_subject(session, house.ada.viewer, bound.id, NOW)
    stage.provider.person = Person("999", EMAIL)
    assert isinstance(stage.enter(), Connecting)
    with stage.database.read() as session:
        events = session.scalars(select(AuditEvent.action).where(AuditEvent.company_id == house.company_id))
        told = [one for one in events if "sign_in" in one]
    assert told == ["company.sign_in.change", "user.sign_in.bind", "user.sign_in.release"]


def test_who_is_not_vouched_for_or_not_of_the_company_stays_outside(stage: Stage) -> None:
    other = house_in(stage.database, "Fabrikam", "fabrikam.example")
    for person, why in (
        (Person("1", EMAIL, email_verified=False), "does not vouch"),
        (Person("1", ""), "does not vouch"),
        (Person("1", "anna@fabrikam.example"), "Nobody here"),
        (Person("1", "nobody@northwind.example"), "Nobody here"),
        (Person("1", "anna@northwind.example.evil.example"), "Nobody here"),
    ):
        stage.provider.person = person
        assert why in stage.refused(), person
    with stage.database.write() as session:
        change_user(session, stage.house.ada.viewer, stage.house.anna.user_id, {"state": "deactivated"}, NOW)
    stage.provider.person = Person("1", EMAIL)
    assert "Nobody here" in stage.refused()
    with stage.database.read() as session:
        assert list_subjects(session, stage.house.ada.viewer) == ()
        assert find_user(session, "anna@fabrikam.example")
    assert other.company_id != stage.house.company_id


def test_a_subject_of_another_company_is_nobody_here(stage: Stage) -> None:
    """Two companies sign in at the same provider: what is bound in one opens nothing in the other."""
    other = house_in(stage.database, "Fabrikam", "fabrikam.example")
    there = replace(stage, house=other)
    there.decide(domains=("fabrikam.example",))
    assert stage.enter().viewer == stage.house.anna.viewer
    assert "Nobody here" in there.refused()
    flow, brought = stage.go()
    mixed = replace(flow, company_id=other.company_id)
    assert "Please begin again" in stage.refused(mixed, brought)


def test_users_are_made_only_where_the_company_wants_it(stage: Stage) -> None:
    stage.provider.person = Person("7", "new@northwind.example", name="New\x07 Person ")
    assert "Nobody here" in stage.refused()
    stage.decide(makes_users=True)
    done = stage.enter()
    assert isinstance(done, Welcome)
    assert done.viewer.role is Role.MEMBER
    with stage.database.read() as session:
        made = find_user(session, "new@northwind.example")
    assert made
    assert (made.name, made.company_id) == ("New Person", stage.house.company_id)
    stage.provider.person = Person("8", "stranger@elsewhere.example")
    assert "Nobody here" in stage.refused()


def test_a_sign_in_comes_back_once_in_time_to_the_browser_that_began_it(stage: Stage) -> None:
    flow, brought = stage.go()
    other, _ = stage.go()
    for wrong in (
        (None, brought),
        (other, brought),
        (flow, replace(brought, state="")),
        (flow, replace(brought, state="ä")),
    ):
        assert "Please begin again" in stage.refused(*wrong)
    assert isinstance(come_back(stage.reception, flow, brought), Welcome)
    assert "Please begin again" in stage.refused(flow, brought)
    assert "Please begin again" in stage.refused(*stage.go(ago=LIFETIME))
    stage.give_password(stage.house.ada)
    stage.decide(active=False)
    assert "Please begin again" in stage.refused(*stage.go())

    assert open_flow(KEYS, flow.sealed(KEYS)) == flow
    for kept in (flow.sealed(KEYS)[:-4] + "AAAA", "", None, 7):
        assert open_flow(KEYS, kept) is None


def test_a_code_that_was_used_or_stolen_opens_nothing(stage: Stage) -> None:
    _, first = stage.go()
    second, mine = stage.go()
    # The code of another sign-in belongs to another verifier and another nonce.
    assert "cannot be trusted" in stage.refused(second, replace(mine, code=first.code))
    flow, brought = stage.go()
    assert isinstance(come_back(stage.reception, flow, brought), Welcome)
    third, back = stage.go()
    assert "cannot be trusted" in stage.refused(third, replace(back, code=brought.code))


def test_answers_that_mix_providers_up_are_refused(stage: Stage) -> None:
    for issuer in ("https://evil.example", ""):
        flow, brought = stage.go()
        assert "cannot be trusted" in stage.refused(flow, replace(brought, issuer=issuer))
    flow, brought = stage.go()
    assert "did not sign you in" in stage.refused(flow, replace(brought, error="access_denied"))
    flow, brought = stage.go()
    assert "did not sign you in" in stage.refused(flow, replace(brought, code=""))
    stage.provider.token_claims = lambda claims: claims | {"iss": "https://evil.example"}
    assert "cannot be trusted" in stage.refused()
    stage.provider.token_claims = lambda claims: claims | {"nonce": "another"}
    assert "cannot be trusted" in stage.refused()


def test_new_keys_are_fetched_when_they_are_needed_and_no_sooner(stage: Stage) -> None:
    for _turn in range(2):
        stage.enter()
    assert stage.provider.asked.count("/keys") == 1
    assert stage.provider.asked.count("/.well-known/openid-configuration") == 1
    stage.provider.rotate()
    assert isinstance(stage.enter(), Welcome)
    assert stage.provider.asked.count("/keys") == 2
    stage.provider.shown_keys.clear()
    stage.provider.rotate()
    stage.provider.shown_keys.clear()
    assert "cannot be trusted" in stage.refused()


def test_an_address_that_is_not_in_the_token_is_asked_for(stage: Stage) -> None:
    stage.provider.thin = True
    assert stage.enter().viewer == stage.house.anna.viewer
    assert "/userinfo" in stage.provider.asked


def test_a_provider_that_is_not_there_or_not_allowed_is_said_in_words(stage: Stage) -> None:
    closed = OidcClient(Poster(Guard(DnsResolver(("127.0.0.1:1",)))), time.monotonic)
    with pytest.raises(ProviderTrouble, match="not allowed"):
        closed.metadata(stage.provider.issuer)
    client = stage.reception.client
    with pytest.raises(ProviderTrouble, match="answered with 404"):
        client.metadata(f"{stage.provider.issuer}/realms/none")
    stage.provider.metadata = {"jwks_uri": f"{stage.provider.issuer}/nowhere"}
    with pytest.raises(ProviderTrouble, match="answered with 404"):
        client.keys(client.metadata(stage.provider.issuer, fresh=True), fresh=True)
    stage.provider.metadata = {"filling": "x" * 300_000}
    with pytest.raises(ProviderTrouble, match="too long"):
        client.metadata(stage.provider.issuer, fresh=True)


def test_the_only_way_leaves_admins_the_glass_to_break(stage: Stage) -> None:
    with pytest.raises(Invalid) as wrong:
        stage.decide(only_way=True)
    assert set(wrong.value.errors) == {"only_way"}
    house, database = stage.house, stage.database
    assert isinstance(stage.enter(), Welcome)
    for user in (house.ada, house.anna):
        stage.give_password(user)
    stage.decide(only_way=True)
    assert sign_in(database, EMAIL, PASSWORD, "192.0.2.7", "b") == Elsewhere("Fir")
    assert sign_in(database, EMAIL, "wrong", "192.0.2.7", "b") == Wrong()
    assert isinstance(sign_in(database, "ada@northwind.example", PASSWORD, "192.0.2.7", "b"), Welcome)
    assert isinstance(stage.enter(), Welcome)
    with database.write() as session:
        remove_provider(session, house.ada.viewer, NOW)
    assert isinstance(sign_in(database, EMAIL, PASSWORD, "192.0.2.7", "b"), Welcome)


def test_our_second_step_is_asked_for_where_the_company_wants_it(stage: Stage) -> None:
    anna = stage.house.anna.viewer
    with stage.database.write() as session:
        now = stage.database.now(session)
        secret = begin(session, KEYS, anna, now)
        confirm(session, KEYS, anna, pyotp.TOTP(secret).at(now), now)
    assert isinstance(stage.enter(), Welcome)
    stage.decide(asks_second_step=True)
    half = stage.enter()
    assert isinstance(half, HalfWay)
    assert (half.company_id, half.user_id) == (anna.company_id, anna.user_id)


def test_what_is_offered_tells_nobody_who_is_here(stage: Stage) -> None:
    with stage.database.read() as session:
        (way,) = offered(session).ways
        assert way.label == "Fir"
        known = find_active(session, way.provider_id)
        assert known
        assert known.company_id == stage.house.company_id
    house_in(stage.database, "Fabrikam", "fabrikam.example")
    with stage.database.read() as session:
        assert offered(session) == Offered(asks_address=True)
        assert ways_for(session, EMAIL) == ways_for(session, " NoBody@Northwind.EXAMPLE ") == (way,)
        for email in ("anna@fabrikam.example", "", "northwind.example", "@"):
            assert ways_for(session, email) == ()
    stage.give_password(stage.house.ada)
    stage.decide(active=False)
    with stage.database.read() as session:
        assert offered(session) == Offered()
        assert find_active(session, way.provider_id) is None


def test_what_an_admin_decides_is_checked_and_the_secret_is_sealed(stage: Stage) -> None:
    for changes in (
        {"label": ""},
        {"label": "x" * 41},
        {"issuer": "https://id.example?x"},
        {"client_id": ""},
        {"domains": ()},
        {"domains": ("gmail.com",)},
        {"domains": ("fabrikam.example",)},
    ):
        with pytest.raises(Invalid) as wrong:
            stage.decide(**changes)
        assert set(wrong.value.errors) == set(changes)
    with stage.database.write() as session:
        kept = session.scalar(
            select(SignInProvider.client_secret).where(SignInProvider.company_id == stage.house.company_id)
        )
        assert kept
        assert SECRET not in kept
        found = get_provider(session, stage.house.company_id)
        assert found
        assert secret_of(session, KEYS, found) == SECRET
        saved = save_provider(session, stage.house.ada.viewer, KEYS, found.decided, "", NOW)
        assert saved.has_secret
        assert secret_of(session, KEYS, saved) == SECRET
        with pytest.raises(Forbidden):
            save_provider(session, stage.house.anna.viewer, KEYS, found.decided, "", NOW)
        with pytest.raises(Forbidden):
            remove_provider(session, stage.house.anna.viewer, NOW)
