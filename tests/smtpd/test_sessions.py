"""Counting sessions by network, and the good name of networks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from smtpd import replies
from smtpd.limits import Limits
from smtpd.networks import REMEMBERED, Networks
from smtpd.reply import Reply
from smtpd.sessions import Sessions

NOW = datetime(2026, 3, 4, tzinfo=UTC)
PEER = "192.0.2.1"


class Visitor:
    def __init__(self) -> None:
        self.retired = self.hurried = False

    def retire(self) -> None:
        self.retired = True

    def hurry(self) -> None:
        self.hurried = True


@pytest.fixture
def sessions() -> Sessions:
    return Sessions(Limits(connections_per_network=2))


def _enter(sessions: Sessions, visitor: Visitor, peer: str, at: datetime, *, exempt: bool = False) -> Reply | None:
    sessions.enter(visitor)
    return sessions.admit(visitor, peer, at, exempt=exempt)


def test_one_session_too_many_is_refused_until_one_leaves(sessions: Sessions) -> None:
    first, second, third = Visitor(), Visitor(), Visitor()
    assert _enter(sessions, first, PEER, NOW) is None
    assert _enter(sessions, second, "192.0.2.200", NOW) is None
    assert _enter(sessions, third, PEER, NOW) is replies.TOO_MANY_CONNECTIONS
    sessions.leave(third)
    sessions.leave(third)
    sessions.leave(first)
    assert _enter(sessions, Visitor(), PEER, NOW) is None


def test_loopback_and_other_networks_are_not_counted_with_it(sessions: Sessions) -> None:
    assert [_enter(sessions, Visitor(), "127.0.0.1", NOW) for _ in range(9)] == [None] * 9
    assert [_enter(sessions, Visitor(), f"198.51.{n}.1", NOW) for n in range(9)] == [None] * 9


def test_who_is_exempt_or_has_signed_in_is_not_counted(sessions: Sessions) -> None:
    assert [_enter(sessions, Visitor(), PEER, NOW, exempt=True) for _ in range(9)] == [None] * 9
    for _ in range(9):
        user = Visitor()
        assert _enter(sessions, user, PEER, NOW) is None
        sessions.exempt(user)
    first = Visitor()
    assert _enter(sessions, first, PEER, NOW) is None
    sessions.exempt(first)
    sessions.exempt(first)
    sessions.leave(first)
    assert [_enter(sessions, Visitor(), PEER, NOW) for _ in range(3)] == [None, None, replies.TOO_MANY_CONNECTIONS]


def test_proved_mail_speaks_for_its_network_for_thirty_days(sessions: Sessions) -> None:
    first = Visitor()
    _enter(sessions, first, PEER, NOW)
    sessions.vouch(first, NOW)
    assert [_enter(sessions, Visitor(), PEER, NOW + timedelta(days=29)) for _ in range(5)] == [None] * 5
    assert _enter(sessions, Visitor(), PEER, NOW + timedelta(days=30)) is replies.TOO_MANY_CONNECTIONS


def test_vouching_for_loopback_or_for_who_left_does_nothing(sessions: Sessions) -> None:
    local, gone = Visitor(), Visitor()
    _enter(sessions, local, "::1", NOW)
    sessions.vouch(local, NOW)
    sessions.vouch(gone, NOW)
    assert len(sessions) == 1


def test_what_is_remembered_is_bounded() -> None:
    networks = Networks()
    for number in range(REMEMBERED + 1):
        networks.vouch(f"network {number}", NOW)
    assert not networks.is_vouched("network 0", NOW)
    assert networks.is_vouched(f"network {REMEMBERED}", NOW)


def test_retiring_asks_everybody(sessions: Sessions) -> None:
    visitors = [Visitor(), Visitor()]
    for visitor in visitors:
        _enter(sessions, visitor, PEER, NOW)
    sessions.retire()
    assert sessions.retiring
    assert all(visitor.retired for visitor in visitors)


def test_a_stranger_is_hurried_and_then_refused_where_most_sessions_are_in_use() -> None:
    sessions = Sessions(Limits(connections=4, stressed_connections=3))
    good, stranger = Visitor(), Visitor()
    assert _enter(sessions, good, "203.0.113.1", NOW) is None
    sessions.vouch(good, NOW)
    assert _enter(sessions, stranger, "198.51.100.1", NOW) is None
    assert not sessions.is_hurried(stranger, NOW)
    third = Visitor()
    assert _enter(sessions, third, "198.51.101.1", NOW) is None
    assert [sessions.is_hurried(one, NOW) for one in (good, stranger, third)] == [False, True, True]
    assert [one.hurried for one in (good, stranger, third)] == [False, True, True]
    assert _enter(sessions, Visitor(), "198.51.102.1", NOW) is None
    assert _enter(sessions, Visitor(), "198.51.103.1", NOW) is replies.TOO_BUSY
    assert _enter(sessions, Visitor(), "203.0.113.9", NOW) is None
    assert _enter(sessions, Visitor(), "198.51.104.1", NOW, exempt=True) is None


def test_mail_under_way_is_stress_as_well_and_ends_when_it_is_settled() -> None:
    sessions = Sessions(Limits(message_octets=100))
    stranger, next_one = Visitor(), Visitor()
    _enter(sessions, stranger, PEER, NOW)
    assert sessions.room.take(800)
    assert not sessions.room.take(201)
    _enter(sessions, next_one, PEER, NOW)
    assert (stranger.hurried, sessions.is_hurried(stranger, NOW)) == (True, True)
    sessions.room.give_back(800)
    assert not sessions.is_hurried(stranger, NOW)


def test_stress_begins_and_ends_once() -> None:
    sessions = Sessions(Limits(stressed_connections=4))
    visitors = [Visitor() for _ in range(5)]
    with capture_logs() as said:
        for visitor in visitors:
            _enter(sessions, visitor, PEER, NOW)
        sessions.leave(visitors[0])
        sessions.leave(visitors[1])
        _enter(sessions, visitors[0], PEER, NOW)
        for visitor in visitors:
            sessions.leave(visitor)
    assert [one["event"] for one in said] == ["under stress", "no longer under stress"]
