"""Notices: a mail to a user's own login address that says what waits for him (RULES R38, R39, R40).

One an address, kind and 24 hours: what happens meanwhile is counted and told with the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users import UserState, UserView, get_user
from accounts.viewer import Role
from db.models import User
from mail.address import address_key
from outbox.budget import Account, Budget, Spent, spend
from outbox.letterhead import Letterhead
from outbox.notices_since import Turn, take_turn
from outbox.queue import Kind, Outgoing, enqueue
from outbox.writing import write_mail

__all__ = ["Notice", "NoticeTo", "Outcome", "notify", "tell_of_pause", "write_mail"]

DAY: Final = timedelta(hours=24)


class Notice(StrEnum):
    """What a user is told of; each is a directory of templates."""

    SENDER_HELD = "sender_held"
    FORGED = "forged"
    UNRESOLVED = "unresolved"
    HELD_ENDING = "held_ending"
    NEVER_STORED = "never_stored"
    ADDRESS_LEAKED = "address_leaked"
    PAUSED = "paused"
    SENDER_WAITS = "sender_waits"
    ACCESS_ASKED = "access_asked"
    WEBHOOK_STOPPED = "webhook_stopped"
    PASSKEY_ADDED = "passkey_added"
    SIGN_IN_CONNECTED = "sign_in_connected"


RARELY: Final[Mapping[Notice, timedelta]] = {
    # Whoever puts the address into Cc every day has decided so.
    Notice.ADDRESS_LEAKED: timedelta(days=7),
    # Each may be the one that somebody else added.
    Notice.PASSKEY_ADDED: timedelta(0),
    Notice.SIGN_IN_CONNECTED: timedelta(0),
}
ALWAYS: Final = frozenset({Notice.PASSKEY_ADDED, Notice.SIGN_IN_CONNECTED})
"""What is told even to one who wants no notices: it is about who gets in."""


class Outcome(StrEnum):
    """What became of a notice."""

    SENT = "sent"
    COUNTED = "counted"
    UNWANTED = "unwanted"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class NoticeTo:
    """A user; the mail goes to his login address and nowhere else."""

    company_id: int
    user_id: int


def notify(
    session: Session,
    to: NoticeTo,
    kind: Notice,
    args: Mapping[str, Any],
    *,
    letterhead: Letterhead,
    now: datetime,
    about: str = "",
    own: bool = False,
) -> Outcome:
    """Tell a user, in the transaction that decides what he is told of.

    `args` are what the templates of the kind show; times among them are told in his time zone, and a function
    is asked for its text when his language is spoken. `about`: the peer
    that caused it, "" where none did. `own`: it came of private mail.
    """
    user = get_user(session, to.company_id, to.user_id)
    if not is_wanted(user) and kind not in ALWAYS:
        return Outcome.UNWANTED
    if about and not _is_within(session, user, about, letterhead, now, own=own):
        return Outcome.PAUSED
    turn = take_turn(session, user, kind, now, every=RARELY.get(kind, DAY))
    if turn is None:
        return Outcome.COUNTED
    send(session, user, kind, args, turn, letterhead=letterhead, now=now)
    return Outcome.SENT


def is_wanted(user: UserView) -> bool:
    """Tell whether this user is here and wants to be told of problems."""
    return user.state is UserState.ACTIVE and user.preferences.notices != "none"


def send(
    session: Session,
    user: UserView,
    template: str,
    args: Mapping[str, Any],
    turn: Turn,
    *,
    letterhead: Letterhead,
    now: datetime,
) -> None:
    """Write one notice to the user's login address into the outbox."""
    preferences = user.preferences
    known = {**args, "more": turn.more, "time_zone": preferences.time_zone}
    mail = Outgoing(
        company_id=user.company_id,
        key=turn.key,
        kind=Kind.NOTICE,
        forward_path=user.email,
        content=write_mail(letterhead, template, preferences.language, user.email, known, now=now),
        user_id=user.id,
    )
    enqueue(session, mail, now)


def tell_of_pause(
    session: Session, account: Account, budget: Budget, peer: str, *, letterhead: Letterhead, now: datetime
) -> None:
    """Tell whom it concerns that a peer is paused: the user, and the admins where it is no private mail of his."""
    concerned = set() if account.own else set(admins_of(session, account.company_id))
    if account.user_id is not None:
        concerned.add(account.user_id)
    for user_id in sorted(concerned):
        args = {"peer": peer, "what": str(budget), "mine": user_id == account.user_id}
        notify(session, NoticeTo(account.company_id, user_id), Notice.PAUSED, args, letterhead=letterhead, now=now)


def admins_of(session: Session, company_id: int) -> tuple[int, ...]:
    """Answer the admins who are here."""
    here = User.company_id == company_id, User.role == Role.ADMIN, User.state == UserState.ACTIVE
    return tuple(session.scalars(select(User.id).where(*here).order_by(User.id)))


def _is_within(
    session: Session, user: UserView, about: str, letterhead: Letterhead, now: datetime, *, own: bool
) -> bool:
    account = Account(company_id=user.company_id, user_id=user.id, own=own)
    spent = spend(session, account, Budget.NOTICES, address_key(about), now)
    if spent is Spent.TRIPPED:
        tell_of_pause(session, account, Budget.NOTICES, about, letterhead=letterhead, now=now)
    return spent is Spent.WITHIN
