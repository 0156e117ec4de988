"""Leaving: what becomes of a user's mail and records when he is deactivated, and when he comes back (RULES R55).

Sign-in, tokens and addresses end with his state. What he shared and what records he had go to the
successor, but never anything private: a mail goes over whole or not at all, because whoever has one of
its letters can read the raw mail, and a record that a rule made from private mail stays where it is.
Nothing goes over of a letter that the successor has himself. What does is written down, so that who
comes back gets back what is still there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, exists, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from accounts.policies import Sharing
from accounts.refusals import Invalid
from accounts.viewer import Role
from db.models import Inherited, Leaver, MessageCopy, Record, TeamMember, Unresolved, User
from db.search import set_sight
from languages.speech import _

GRACE: Final = timedelta(days=30)
KEPT: Final = timedelta(days=90)
COPY: Final = "copy"
RECORD: Final = "record"
_beside: Final = aliased(MessageCopy, name="copy_beside")
_theirs: Final = aliased(MessageCopy, name="successors_copy")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaverView:
    """A user who has left, for admins: nothing here tells what private mail he had until it is gone."""

    user_id: int
    successor_id: int | None
    left_at: datetime
    grace_until: datetime | None
    delete_at: datetime
    deleted_at: datetime | None


def leave(session: Session, company_id: int, user_id: int, successor_id: int | None, now: datetime) -> None:
    """Name who follows a user that leaves, and hand over what is not private; raise Invalid."""
    if successor_id is not None:
        _check_successor(session, company_id, user_id, successor_id)
    values: dict[str, Any] = {
        "successor_id": successor_id,
        "grace_until": now + GRACE if successor_id else None,
        "left_at": now,
        "delete_at": now + KEPT,
        "deleted_mails": 0,
    }
    session.execute(insert(Leaver).values(company_id=company_id, user_id=user_id, **values))
    _pass_on_succession(session, company_id, user_id, successor_id)
    if successor_id is not None:
        _hand_over(session, company_id, user_id, successor_id)


def name_successor(session: Session, company_id: int, user_id: int, successor_id: int) -> None:
    """Name who follows a user that left without one, while his addresses would still be kept; raise Invalid."""
    _check_successor(session, company_id, user_id, successor_id)
    leaver = find_leavers(session, company_id, [user_id]).get(user_id)
    if leaver is None or leaver.successor_id is not None:
        raise Invalid({"successor_id": _("a successor is named when a user leaves, once")})
    this = Leaver.company_id == company_id, Leaver.user_id == user_id
    values = {"successor_id": successor_id, "grace_until": leaver.left_at + GRACE}
    session.execute(update(Leaver).where(*this).values(**values))
    _hand_over(session, company_id, user_id, successor_id)


def come_back(session: Session, company_id: int, user_id: int) -> None:
    """Give back what went over and is still the successor's, as far as it is still shared."""
    leaver = find_leavers(session, company_id, [user_id]).get(user_id)
    if leaver is not None and leaver.successor_id is not None:
        of_copies = MessageCopy.owner_id == leaver.successor_id, MessageCopy.sharing != Sharing.PRIVATE
        _move_copies(session, company_id, user_id, leaver.successor_id, user_id, and_(*of_copies))
        of_record = Record.company_id == company_id, Record.id.in_(_inherited(company_id, user_id, RECORD))
        given = update(Record).where(*of_record, Record.owner_id == leaver.successor_id)
        session.execute(given.values(owner_id=user_id), execution_options={"synchronize_session": False})
    session.execute(delete(Inherited).where(Inherited.company_id == company_id, Inherited.leaver_id == user_id))
    session.execute(delete(Leaver).where(Leaver.company_id == company_id, Leaver.user_id == user_id))


def find_leavers(session: Session, company_id: int, user_ids: Collection[int]) -> dict[int, LeaverView]:
    """Answer those of the users who have left."""
    query = select(Leaver).where(Leaver.company_id == company_id, Leaver.user_id.in_(user_ids))
    rows = session.scalars(query, execution_options={"populate_existing": True})
    return {
        row.user_id: LeaverView(
            user_id=row.user_id,
            successor_id=row.successor_id,
            left_at=row.left_at,
            grace_until=row.grace_until,
            delete_at=row.delete_at,
            deleted_at=row.deleted_at,
        )
        for row in rows
    }


def _check_successor(session: Session, company_id: int, user_id: int, successor_id: int) -> None:
    able = select(User.id).where(
        User.company_id == company_id, User.id == successor_id, User.state == "active", User.role != Role.READ_ONLY
    )
    if successor_id == user_id or session.scalar(able) is None:
        raise Invalid({"successor_id": _("a successor is another active user who may write")})


def _pass_on_succession(session: Session, company_id: int, user_id: int, successor_id: int | None) -> None:
    """Whom this user followed is followed by his own successor; without one their addresses end."""
    followed = Leaver.company_id == company_id, Leaver.successor_id == user_id
    values = {"successor_id": successor_id} if successor_id else {"grace_until": None}
    session.execute(update(Leaver).where(*followed).values(**values))


def _hand_over(session: Session, company_id: int, user_id: int, successor_id: int) -> None:
    mine = MessageCopy.company_id == company_id, MessageCopy.owner_id == user_id
    # Whoever withdraws or shares one just now is waited for, and keeps what he decided.
    session.execute(select(MessageCopy.id).where(*mine).with_for_update())
    shared = _goes_over(session, company_id, user_id, successor_id)
    _write_down(session, company_id, user_id, COPY, select(MessageCopy.id).where(*mine, shared))
    _move_copies(session, company_id, user_id, user_id, successor_id, MessageCopy.owner_id == user_id)
    records = (
        Record.company_id == company_id,
        Record.owner_id == user_id,
        or_(Record.created_from.is_(None), Record.visibility != "owner"),
    )
    _write_down(session, company_id, user_id, RECORD, select(Record.id).where(*records))
    moved = update(Record).where(*records).values(owner_id=successor_id)
    session.execute(moved, execution_options={"synchronize_session": False})


def _goes_over(session: Session, company_id: int, user_id: int, successor_id: int) -> ColumnElement[bool]:
    """Answer the condition of a copy whose whole mail may go over."""
    passing = [Sharing.SHARED]
    if _sees_no_more_people(session, company_id, user_id, successor_id):
        passing.append(Sharing.TEAM)
    has_it = exists().where(
        _theirs.company_id == company_id, _theirs.message_id == _beside.message_id, _theirs.owner_id == successor_id
    )
    stays = exists().where(
        _beside.company_id == company_id,
        _beside.inbound_id == MessageCopy.inbound_id,
        _beside.owner_id == user_id,
        or_(_beside.sharing.not_in(passing), _beside.deleted_at.is_not(None), has_it),
    )
    return ~stays


def _sees_no_more_people(session: Session, company_id: int, user_id: int, successor_id: int) -> bool:
    """Tell whether what is for the leaver's teams would be seen by nobody new as the successor's."""
    teams = select(TeamMember.user_id, TeamMember.team_id).where(
        TeamMember.company_id == company_id, TeamMember.user_id.in_((user_id, successor_id))
    )
    found: dict[int, set[int]] = {user_id: set(), successor_id: set()}
    for member, team_id in session.execute(teams):
        found[member].add(team_id)
    return bool(found[successor_id]) and found[successor_id] <= found[user_id]


def _write_down(session: Session, company_id: int, user_id: int, kind: str, ids: Any) -> None:
    chosen = ids.subquery()
    rows = select(literal(company_id), literal(user_id), literal(kind), chosen.c.id)
    session.execute(insert(Inherited).from_select(["company_id", "leaver_id", "kind", "target_id"], rows))


def _move_copies(
    session: Session, company_id: int, leaver_id: int, before: int, after: int, which: ColumnElement[bool]
) -> None:
    there = MessageCopy.company_id == company_id, MessageCopy.id.in_(_inherited(company_id, leaver_id, COPY))
    unfetched = {"synchronize_session": False}
    asked = select(MessageCopy.id).where(*there, which)
    of_copy = Unresolved.company_id == company_id, Unresolved.copy_id.in_(asked), Unresolved.owner_id == before
    session.execute(update(Unresolved).where(*of_copy).values(owner_id=after), execution_options=unfetched)
    moved = session.scalars(asked).all()
    session.execute(update(MessageCopy).where(*there, which).values(owner_id=after), execution_options=unfetched)
    set_sight(session, company_id, moved)


def _inherited(company_id: int, leaver_id: int, kind: str) -> Any:
    return select(Inherited.target_id).where(
        Inherited.company_id == company_id, Inherited.leaver_id == leaver_id, Inherited.kind == kind
    )
