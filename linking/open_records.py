"""Deals, leads and projects beside a letter: what is open for its people, and what it is linked to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
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
        select(Participant.record_id).where(
            Participant.company_id == viewer.company_id, Participant.contact_id.in_(people)
        ),
        select(Record.id).where(Record.company_id == viewer.company_id, Record.organization_id.in_(people)),
    )
    # Numbers first: there may be thousands, and few are shown.
    newest = _deals(viewer).with_only_columns(Record.id).where(Record.status == "open", Record.id.in_(through))
    ids = session.scalars(newest.order_by(Record.id.desc()).limit(MOST_OPEN)).all()
    rows = session.scalars(_deals(viewer).where(Record.id.in_(ids)).order_by(Record.id.desc())).all() if ids else ()
    taking_part = _taking_part(session, viewer, people, ids)
    return tuple(
        _shown(row, taking_part[row.id] | {one for one in people if one == row.organization_id}) for row in rows
    )


def _taking_part(
    session: Session, viewer: Viewer, people: Collection[int], record_ids: Collection[int]
) -> Mapping[int, set[int]]:
    """Answer which of these contacts take part in each of the records."""
    query = select(Participant.record_id, Participant.contact_id).where(
        Participant.company_id == viewer.company_id,
        Participant.record_id.in_(record_ids),
        Participant.contact_id.in_(people),
    )
    found = defaultdict[int, set[int]](set)
    for record_id, contact_id in session.execute(query) if record_ids else ():
        found[record_id].add(contact_id)
    return found


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
