"""Asking to see a letter that one may not see, and what the owner of a copy says to it (RULES R30b, R32).

Whoever asks is answered alike whether there is such a letter or not, and learns nothing but that he asked or that he
may see it now. A grant lets one person see one copy, and can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, and_, func, insert, select, update
from sqlalchemy.orm import Session

from accounts.audit import OWN, record_event
from accounts.refusals import Conflict, Forbidden, Missing
from accounts.viewer import Role, Viewer
from db.ids import new_id
from db.models import AccessGrant, AccessRequest, MessageCopy, User
from languages.speech import _
from linking.cursor import Cursor, Page, page_by_id
from linking.sight import sees_letter
from linking.to_decide import copies_asked, first_copy, letters_asked, said_before, to_decide

MOST_A_DAY: Final = 20
DAY: Final = timedelta(hours=24)


class AccessState(StrEnum):
    """How it stands; to the one who asked a refusal looks like no answer."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A request; `asked` is the public id of the letter, `message_id` the number of the owner's own, for him alone."""

    id: int
    asked: str
    asker_id: int
    state: AccessState
    created_at: datetime
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The request as the asker sees it, and whom to tell of it: owners who can let him see the letter."""

    access: Access
    owners: tuple[int, ...]


def ask(session: Session, viewer: Viewer, asked: str, message_id: int | None, now: datetime) -> Asked:
    """Ask once for the letter of this public id, whatever is behind it; raise Conflict after too many a day."""
    there = session.scalar(_own(viewer).where(AccessRequest.asked == asked))
    if there is not None:
        return Asked(_as_asker(session, viewer, [there])[0], ())
    recent = select(func.count()).select_from(_own(viewer).where(AccessRequest.created_at > now - DAY).subquery())
    if (session.scalar(recent) or 0) >= MOST_A_DAY:
        raise Conflict(_("You have asked for many letters today. Please go on tomorrow."))
    number = new_id(session)
    row = {"asker_id": viewer.user_id, "asked": asked, "message_id": message_id, "created_at": now}
    session.execute(insert(AccessRequest).values(company_id=viewer.company_id, id=number, **row))
    record_event(session, viewer.company_id, viewer.user_id, f"{OWN}access.ask", now=now)
    made = session.scalars(_own(viewer).where(AccessRequest.id == number)).one()
    return Asked(_as_asker(session, viewer, [made])[0], _owners(session, viewer, made))


def list_asked(session: Session, viewer: Viewer, limit: int, cursor: Cursor | None = None) -> Page[Access]:
    """Answer for what the viewer has asked, the newest first."""
    query = _own(viewer) if cursor is None else _own(viewer).where(AccessRequest.id < cursor.id)
    rows = session.scalars(query.order_by(AccessRequest.id.desc()).limit(limit + 1)).all()
    return page_by_id(_as_asker(session, viewer, rows), limit)


def list_to_decide(
    session: Session,
    viewer: Viewer,
    limit: int,
    cursor: Cursor | None = None,
    states: Sequence[AccessState] = tuple(AccessState),
) -> Page[Access]:
    """Answer who asks for letters of which the viewer has a copy, the newest first."""
    query = to_decide(viewer).where(_state().in_([str(one) for one in states]))
    if cursor is not None:
        query = query.where(AccessRequest.id < cursor.id)
    rows = session.execute(query.order_by(AccessRequest.id.desc()).limit(limit + 1)).all()
    return page_by_id(_as_owner(session, viewer, rows), limit)


def about_letter(
    session: Session, viewer: Viewer, message_id: int, limit: int, states: Sequence[AccessState]
) -> list[Access]:
    """Answer who asks for this letter of the viewer's, or sees it by his word, the newest first."""
    copies = select(MessageCopy.id).where(
        MessageCopy.company_id == viewer.company_id, MessageCopy.message_id == message_id
    )
    query = to_decide(viewer).where(first_copy(viewer).in_(copies), _state().in_([str(one) for one in states]))
    rows = session.execute(query.order_by(AccessRequest.id.desc()).limit(limit)).all()
    return _as_owner(session, viewer, rows)


def decide(session: Session, viewer: Viewer, request_id: int, state: AccessState, now: datetime) -> Access:
    """Let the asker see one's copy, or not, or none of one's copies any longer; raise Missing, Forbidden."""
    found = session.execute(to_decide(viewer).where(AccessRequest.id == request_id)).one_or_none()
    if found is None:
        raise Missing("request")
    if not viewer.may_write:
        raise Forbidden(_("A read-only user lets nobody see anything."))
    request, copy_id, before = found
    said = {"owner_id": viewer.user_id, "state": str(state), "decided_at": now}
    this = (
        AccessGrant.company_id == viewer.company_id,
        AccessGrant.copy_id == copy_id,
        AccessGrant.viewer_id == request.asker_id,
    )
    if session.scalar(select(AccessGrant.id).where(*this)) is None:
        identity = {"company_id": viewer.company_id, "id": new_id(session), "copy_id": copy_id}
        session.execute(insert(AccessGrant).values(**identity, viewer_id=request.asker_id, **said))
    else:
        session.execute(update(AccessGrant).where(*this).values(**said))
    if state is not AccessState.GRANTED:
        session.execute(update(AccessGrant).where(*said_before(viewer, request)).values(**said))
    if before != state:
        act = "grant" if state is AccessState.GRANTED else "refuse"
        to = {"to": request.asker_id}
        record_event(session, viewer.company_id, viewer.user_id, f"{OWN}access.{act}", now=now, args=to)
    return _as_owner(session, viewer, [(request, copy_id, str(state))])[0]


def _own(viewer: Viewer) -> Select[AccessRequest]:
    return select(AccessRequest).where(
        AccessRequest.company_id == viewer.company_id, AccessRequest.asker_id == viewer.user_id
    )


def _state() -> Any:
    """Answer the column of what the owner said; nothing is `asked`."""
    return func.coalesce(AccessGrant.state, str(AccessState.ASKED))


def _as_owner(session: Session, viewer: Viewer, rows: Iterable[tuple[AccessRequest, int, str | None]]) -> list[Access]:
    decided = list(rows)
    query = select(MessageCopy.id, MessageCopy.message_id).where(
        MessageCopy.company_id == viewer.company_id, MessageCopy.id.in_([copy_id for _, copy_id, _ in decided])
    )
    letters = dict(session.execute(query).all()) if decided else {}
    return [
        Access(
            id=row.id,
            asked=row.asked,
            asker_id=row.asker_id,
            state=AccessState(state or AccessState.ASKED),
            created_at=row.created_at,
            message_id=letters[copy_id],
        )
        for row, copy_id, state in decided
    ]


def _as_asker(session: Session, viewer: Viewer, rows: Sequence[AccessRequest]) -> list[Access]:
    """Show the asker his requests: granted is what he may see by a grant now."""
    requests = [row.id for row in rows if row.message_id is not None]
    query = (
        select(AccessRequest.id)
        .join(
            MessageCopy,
            and_(
                MessageCopy.company_id == viewer.company_id,
                MessageCopy.message_id.in_(letters_asked(viewer)),
            ),
        )
        .join(
            AccessGrant,
            and_(AccessGrant.company_id == viewer.company_id, AccessGrant.copy_id == MessageCopy.id),
        )
        .join(User, and_(User.company_id == viewer.company_id, User.id == AccessGrant.owner_id))
        .where(
            AccessRequest.company_id == viewer.company_id,
            AccessRequest.id.in_(requests),
            MessageCopy.deleted_at.is_(None),
            MessageCopy.owner_id == AccessGrant.owner_id,
            AccessGrant.viewer_id == viewer.user_id,
            AccessGrant.state == str(AccessState.GRANTED),
            User.state == "active",
        )
    )
    granted = frozenset(session.scalars(query)) if requests else frozenset()
    return [
        Access(
            id=row.id,
            asked=row.asked,
            asker_id=row.asker_id,
            state=AccessState.GRANTED if row.id in granted else AccessState.ASKED,
            created_at=row.created_at,
        )
        for row in rows
    ]


def _owners(session: Session, viewer: Viewer, row: AccessRequest) -> tuple[int, ...]:
    """Answer the active owners who can let him see it; nobody where he sees it anyway."""
    copies = copies_asked(viewer).where(AccessRequest.id == row.id, MessageCopy.deleted_at.is_(None))
    found = session.execute(copies.add_columns(MessageCopy.message_id, MessageCopy.owner_id)).all()
    if any(sees_letter(session, viewer, one) for one in {copy.message_id for copy in found}):
        return ()
    query = select(User.id).where(
        User.company_id == viewer.company_id,
        User.state == "active",
        User.role != Role.READ_ONLY,
        User.id.in_({copy.owner_id for copy in found}),
    )
    return tuple(session.scalars(query.order_by(User.id)))
