"""Who has been merged into whom: for names, searches and addresses that still mean the merged one (RULES R58)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, aliased

from accounts.viewer import Viewer
from db.models import Merge, Record

_merge: Final = aliased(Merge, name="standing_merge")
_merged: Final = aliased(Record, name="merged_record")


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedContact:
    """A contact that was merged, under the name that it had."""

    id: int
    name: str
    merged_at: datetime


def merged_into(session: Session, viewer: Viewer, ids: Collection[int]) -> dict[int, tuple[MergedContact, ...]]:
    """Answer whom each of these contacts has taken in, the latest first; they are ones that the viewer sees."""
    query = (
        select(Merge.holder_id, Merge.merged_id, Record.name, Merge.merged_at)
        .join(Record, and_(Record.company_id == viewer.company_id, Record.id == Merge.merged_id))
        .where(Merge.company_id == viewer.company_id, Merge.undone_at.is_(None), Merge.holder_id.in_(list(ids)))
        .order_by(Merge.merged_at.desc(), Merge.id.desc())
    )
    found: defaultdict[int, list[MergedContact]] = defaultdict(list)
    for holder_id, merged_id, name, at in session.execute(query) if ids else ():
        found[holder_id].append(MergedContact(id=merged_id, name=name, merged_at=at))
    return {holder: tuple(merged) for holder, merged in found.items()}


def holders_of(session: Session, company_id: int, ids: Collection[int]) -> dict[int, int]:
    """Answer for those of the contacts that were merged where they are found now."""
    if not ids:
        return {}
    query = select(Merge.merged_id, Merge.holder_id).where(
        Merge.company_id == company_id, Merge.undone_at.is_(None), Merge.merged_id.in_(list(ids))
    )
    return dict(session.execute(query).all())


def follow(session: Session, company_id: int, ids: Sequence[int]) -> list[int]:
    """Answer the ids with the kept contact in the place of each merged one, each once."""
    holders = holders_of(session, company_id, ids)
    return list(dict.fromkeys(holders.get(one, one) for one in ids))


def was_called(viewer: Viewer, word: str) -> ColumnElement[bool]:
    """A record that has taken in a contact in whose name the word stands."""
    return exists(
        select(_merge.id)
        .join(_merged, and_(_merged.company_id == viewer.company_id, _merged.id == _merge.merged_id))
        .where(
            _merge.company_id == viewer.company_id,
            _merge.holder_id == Record.id,
            _merge.undone_at.is_(None),
            _merged.name.icontains(word, autoescape=True),
        )
    )


def is_merged(viewer: Viewer) -> ColumnElement[bool]:
    """A record that is away because another has taken it in."""
    return exists().where(
        _merge.company_id == viewer.company_id, _merge.merged_id == Record.id, _merge.undone_at.is_(None)
    )
