"""Sessions: the connections that one process has open, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Protocol

import structlog

from smtpd.limits import Limits
from smtpd.networks import Networks
from smtpd.policy.connection import check_connection, check_crowd, network_of
from smtpd.reply import Reply
from smtpd.room import Room

MAILS_AT_ONCE: Final = 10
"""Of the largest size; what a process holds of mail under way is at most so much."""
CALM: Final = 0.75
log = structlog.get_logger(__name__)


class Session(Protocol):
    """A connection, as far as this file knows it."""

    def retire(self) -> None:
        """End as soon as nothing is under way."""

    def hurry(self) -> None:
        """Take the shorter time for what is waited for now."""


class Sessions:
    """Counted by one event loop."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.retiring = self._was_stressed = False
        self.networks = Networks()
        self.room = Room(MAILS_AT_ONCE * limits.message_octets)
        self._open: dict[Session, str | None] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Session]:
        return iter(tuple(self._open))

    def enter(self, session: Session) -> None:
        """Count a new connection, of which nothing is known yet."""
        self._open[session] = None

    def admit(self, session: Session, peer: str, now: datetime, *, exempt: bool) -> Reply | None:
        """Count who the client is; answer a refusal where its network has too many (SECURITY S7)."""
        network = None if exempt else network_of(peer)
        if network is None or session not in self._open:
            return None
        vouched = self.networks.is_vouched(network, now)
        refusal = check_connection(
            self.networks.open_sessions(network), self.limits.connections_per_network, vouched=vouched
        ) or check_crowd(len(self), self.limits.connections, vouched=vouched)
        self.networks.enter(network)
        self._open[session] = network
        self._note_stress(now)
        return refusal

    def is_hurried(self, session: Session, now: datetime) -> bool:
        """Tell whether this one has less time than usual: a stranger's, while most of the sessions are in use."""
        network = self._open.get(session)
        if not self.is_stressed or network is None:
            return False
        return not self.networks.is_vouched(network, now)

    @property
    def is_stressed(self) -> bool:
        """Tell whether most of the sessions, or of the room for mail under way, are in use."""
        return len(self) >= self.limits.stressed_connections or self.room.is_scarce

    def _note_stress(self, now: datetime) -> None:
        """Say it when stress begins, and let strangers who idle feel it."""
        if self._was_stressed or not self.is_stressed:
            return
        self._was_stressed = True
        log.warning("under stress", sessions=len(self), octets=self.room.held)
        for session in self:
            if self.is_hurried(session, now):
                session.hurry()

    def _note_calm(self) -> None:
        """Say it when stress has passed, a little below where it began."""
        if self._was_stressed and len(self) < CALM * self.limits.stressed_connections and not self.room.is_scarce:
            self._was_stressed = False
            log.warning("no longer under stress", sessions=len(self), octets=self.room.held)

    def exempt(self, session: Session) -> None:
        """Count it no more for its network: who is there has signed in (SECURITY S7)."""
        network = self._open.get(session)
        if network is not None:
            self.networks.leave(network)
            self._open[session] = None

    def leave(self, session: Session) -> None:
        """Count it no more; may be told twice."""
        network = self._open.pop(session, None)
        self._note_calm()
        if network is not None:
            self.networks.leave(network)

    def vouch(self, session: Session, now: datetime) -> None:
        """Remember that this connection brought proved mail."""
        network = self._open.get(session)
        if network is not None:
            self.networks.vouch(network, now)

    def retire(self) -> None:
        """Ask every session to end; those with a mail under way end after it."""
        self.retiring = True
        for session in self:
            session.retire()
