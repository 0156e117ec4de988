"""What forwarding services ask a user to confirm: his alone, for a while (RULES R18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.refusals import Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.inserting import insert_unless_there
from db.models import ForwardRequest

SHOWN: Final = timedelta(days=30)
"""How long one is kept: a code works for days, and nobody needs it afterwards."""
MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One that came; `dismissed`: its owner has put it away."""

    id: int
    service: str
    account: str | None
    code: str | None
    link: str | None
    received_at: datetime
    dismissed: bool

    @property
    def spaced_code(self) -> str:
        """Answer the code in groups of three, which no line divides."""
        code = self.code or ""
        return "\u00a0".join(code[place : place + 3] for place in range(0, len(code), 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardAsked:
    """What a service asks, to be kept: whom, in which mail, and how to say yes."""

    user_id: int
    inbound_id: int
    service: str
    account: str | None
    code: str | None
    link: str | None
    received_at: datetime


def keep_asked(session: Session, company_id: int, asked: ForwardAsked, now: datetime) -> None:
    """Keep it for its owner, once for each mail; what is past goes."""
    _forget(session, company_id, asked.user_id, now)
    row = {name: getattr(asked, name) for name in ForwardAsked.__slots__}
    row |= {"company_id": company_id, "id": new_id(session), "dismissed_at": None}
    session.execute(insert_unless_there(session, ForwardRequest, ("company_id", "inbound_id")), [row])


def list_asked(session: Session, viewer: Viewer, now: datetime) -> tuple[Asked, ...]:
    """Answer what services asked the viewer lately, the newest first."""
    query = (
        select(ForwardRequest)
        .where(
            ForwardRequest.company_id == viewer.company_id,
            ForwardRequest.user_id == viewer.user_id,
            ForwardRequest.received_at > now - SHOWN,
        )
        .order_by(ForwardRequest.id.desc())
    )
    return tuple(
        Asked(
            id=row.id,
            service=row.service,
            account=row.account,
            code=row.code,
            link=row.link,
            received_at=row.received_at,
            dismissed=row.dismissed_at is not None,
        )
        for row in session.scalars(query.limit(MOST_SHOWN), execution_options={"populate_existing": True})
    )


def dismiss_asked(session: Session, viewer: Viewer, request_id: int, now: datetime | None) -> None:
    """Put one away, or with None bring it back; raise Missing for one that is not the viewer's."""
    this = (
        ForwardRequest.company_id == viewer.company_id,
        ForwardRequest.user_id == viewer.user_id,
        ForwardRequest.id == request_id,
    )
    done = update(ForwardRequest).where(*this).values(dismissed_at=now).returning(ForwardRequest.id)
    if session.execute(done, execution_options={"synchronize_session": False}).first() is None:
        raise Missing("forwarding request")


def _forget(session: Session, company_id: int, user_id: int, now: datetime) -> None:
    over = (
        ForwardRequest.company_id == company_id,
        ForwardRequest.user_id == user_id,
        ForwardRequest.received_at <= now - SHOWN,
    )
    session.execute(delete(ForwardRequest).where(*over), execution_options={"synchronize_session": False})
