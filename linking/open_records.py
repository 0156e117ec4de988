"""Deals, leads and projects beside a letter: what is open for its people, and what it is linked to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import Participant, Record
from linking.facts import DEALS
from linking.visibility import visible_record

MOST_OPEN: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DealShown:
    """`through`: the contacts and organisations of those asked about for whom it is open; none for what is linked."""

    id: int
    type: str
    name: str
    status: str
    value: Decimal | None
    currency: str | None
    through: tuple[int, ...] = ()


def open_for(session: Session, viewer: Viewer, people: Collection[int]) -> tuple[DealShown, ...]:
    """Answer what is open for these contacts and organisations, the newest first (RULES R21)."""
    if not people:
        return ()
    through = union_all(
        select(Participant.record_id, Participant.contact_id.label("party")).where(
            Participant.company_id == viewer.company_id, Participant.contact_id.in_(people)
        ),
        select(Record.id, Record.organization_id).where(
            Record.company_id == viewer.company_id, Record.organization_id.in_(people)
        ),
    ).subquery()
    query = _deals(viewer).where(Record.status == "open").join(through, through.c.record_id == Record.id)
    rows = session.execute(query.add_columns(through.c.party).order_by(Record.id.desc())).all()
    parties: dict[int, set[int]] = {}
    for row, party in rows:
        parties.setdefault(row.id, set()).add(party)
    met = {row.id: row for row, _ in rows}
    return tuple(_shown(row, parties[row.id]) for row in list(met.values())[:MOST_OPEN])


def deals_by_id(session: Session, viewer: Viewer, ids: Collection[int]) -> dict[int, DealShown]:
    """Answer those of the records that are deals, leads or projects and that the viewer sees."""
    rows = session.scalars(_deals(viewer).where(Record.id.in_(ids))) if ids else ()
    return {row.id: _shown(row, ()) for row in rows}


def _deals(viewer: Viewer) -> Select[Record]:
    return select(Record).where(visible_record(viewer), Record.type.in_(sorted(DEALS)))


def _shown(row: Record, through: Collection[int]) -> DealShown:
    return DealShown(
        id=row.id,
        type=row.type,
        name=row.name,
        status=row.status or "",
        value=row.value,
        currency=row.currency,
        through=tuple(sorted(through)),
    )
