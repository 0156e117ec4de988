"""What opens a door: tokens, sessions, invitations. Only hashes are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from accounts.invites import LIFETIME as INVITE_LIFETIME
from accounts.invites import accept_invite, find_invite, make_invite
from accounts.program_keys import NOTED_EVERY
from accounts.refusals import Missing
from accounts.sessions import (
    IDLE,
    LIFETIME,
    SEEN_EVERY,
    find_session,
    is_sight_due,
    list_sessions,
    note_sight,
    open_session,
    revoke_all_sessions,
    revoke_session,
)
from accounts.tokens import find_token_user, list_tokens, make_api_token, note_token_use, revoke_token
from db.session import Database
from tests.kit import tenancy
from tests.kit.company import NOW, House, house_in


@pytest.fixture
def house(database: Database) -> House:
    """Four colleagues."""
    return house_in(database)


def test_a_token_acts_as_its_user_until_it_is_revoked(database: Database, house: House) -> None:
    watch = tenancy.watch(database.engine)
    with database.write() as session:
        token = make_api_token(session, house.anna.viewer, "script", NOW)
        principal = find_token_user(session, token)
        assert principal
        assert principal.viewer == house.anna.viewer
        assert principal.is_use_due(NOW)
        note_token_use(session, principal, NOW)
        [shown] = list_tokens(session, house.anna.viewer)
        assert (shown.name, shown.last_used_at) == ("script", NOW)
        used = find_token_user(session, token)
        assert used
        assert not used.is_use_due(NOW)
        assert used.is_use_due(NOW + NOTED_EVERY)
        with pytest.raises(Missing):
            revoke_token(session, house.bert.viewer, principal.key_id, NOW)
        revoke_token(session, house.anna.viewer, principal.key_id, NOW)
        assert find_token_user(session, token) is None
        assert list_tokens(session, house.anna.viewer) == ()
    watch.verify()


@pytest.mark.parametrize("wrong", ["", "sbcc_api_", "x" * 9999, "\udce9", "é", "sbcc_api_0"])
def test_what_is_no_token_opens_nothing(database: Database, house: House, wrong: str) -> None:
    with database.read() as session:
        assert find_token_user(session, wrong) is None
        assert find_session(session, wrong, NOW) is None
        assert find_invite(session, wrong, NOW) is None


def test_one_kind_does_not_open_anothers_door(database: Database, house: House) -> None:
    with database.write() as session:
        token = make_api_token(session, house.anna.viewer, "t", NOW)
        secret = open_session(session, house.anna.viewer, "b", NOW)
        invite = make_invite(session, house.anna.viewer, NOW)
        assert find_token_user(session, secret) is None
        assert find_session(session, token, NOW) is None
        assert find_invite(session, token, NOW) is None
        assert find_session(session, invite, NOW) is None


def test_no_secret_stands_in_the_database(database: Database, house: House) -> None:
    with database.write() as session:
        secrets = [
            make_api_token(session, house.anna.viewer, "t", NOW),
            open_session(session, house.anna.viewer, "b", NOW),
            make_invite(session, house.anna.viewer, NOW),
        ]
    with database.read() as session:
        kept = "".join(
            str(session.execute(text(f"SELECT * FROM {table}")).all())
            for table in ("directory_token", "api_token", "web_session", "invite", "audit_event")
        )
    for secret in secrets:
        assert len(secret) > 50
        assert secret.split("_", 2)[2] not in kept


def test_a_session_ends_by_age_by_idleness_and_by_hand(database: Database, house: House) -> None:
    with database.write() as session:
        secret = open_session(session, house.anna.viewer, "browser " * 99, NOW)
        other = open_session(session, house.anna.viewer, "phone", NOW)
        signed_in = find_session(session, secret, NOW)
        assert signed_in
        assert (signed_in.viewer, len(signed_in.user_agent)) == (house.anna.viewer, 300)
        assert find_session(session, secret, NOW + IDLE) is None
        for day in range(1, LIFETIME.days):
            now = NOW + timedelta(days=day)
            assert is_sight_due(signed_in, now) is (now - signed_in.last_seen_at >= SEEN_EVERY)
            note_sight(session, signed_in, now)
            assert find_session(session, secret, now)
        assert find_session(session, secret, NOW + LIFETIME) is None
        assert [one.user_agent[:5] for one in list_sessions(session, house.anna.viewer, NOW)] == ["phone", "brows"]
        with pytest.raises(Missing):
            revoke_session(session, house.bert.viewer, signed_in.session_id, NOW)
        revoke_session(session, house.anna.viewer, signed_in.session_id, NOW)
        assert find_session(session, secret, NOW) is None
        assert find_session(session, other, NOW)
        revoke_all_sessions(session, house.company_id, house.anna.user_id, NOW)
        assert find_session(session, other, NOW) is None


def test_an_invitation_is_used_once(database: Database, house: House) -> None:
    with database.write() as session:
        old = make_invite(session, house.anna.viewer, NOW)
        secret = make_invite(session, house.anna.viewer, NOW)
        before = find_invite(session, old, NOW)
        assert before
        assert not before.open
        invitation = find_invite(session, secret, NOW)
        assert invitation
        assert (invitation.open, invitation.email) == (True, "anna@northwind.example")
        browser = open_session(session, house.anna.viewer, "b", NOW)
        assert accept_invite(session, secret, "hash", NOW) == house.anna.viewer
        assert find_session(session, browser, NOW) is None
        assert accept_invite(session, secret, "another", NOW) is None
        used = find_invite(session, secret, NOW)
        assert used
        assert not used.open


def test_an_invitation_expires(database: Database, house: House) -> None:
    with database.write() as session:
        secret = make_invite(session, house.anna.viewer, NOW)
        assert accept_invite(session, secret, "hash", NOW + INVITE_LIFETIME) is None
