"""Saved views: searches of mail that a user keeps under a name, in an order of his own; nobody else sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from accounts.refusals import Conflict, Invalid, Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import SavedView
from languages.speech import _

MOST: Final = 20
LONGEST_NAME: Final = 40
LONGEST_SEARCH: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A view as its owner sees it."""

    id: int
    name: str
    search: str
    position: int


def list_views(session: Session, viewer: Viewer) -> tuple[Saved, ...]:
    """Answer the viewer's views in his order."""
    query = select(SavedView).where(*_own(viewer)).order_by(SavedView.position, SavedView.id)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return tuple(Saved(id=row.id, name=row.name, search=row.search, position=row.position) for row in rows)


def save_view(
    session: Session, viewer: Viewer, name: str, search: str, now: datetime, *, position: int | None = None
) -> int:
    """Save a search under a name, as the last one or at `position`; answer its id; raise Invalid, Conflict."""
    there = list_views(session, viewer)
    if len(there) >= MOST:
        raise Conflict(_("You have {number} views; remove one first.").format(number=MOST))
    asked = " ".join(search.split())[:LONGEST_SEARCH]
    if not asked:
        raise Invalid({"search": _("Search for something, then save it.")})
    given = _checked(name, there)
    place = len(there) if position is None else max(0, min(position, len(there)))
    made = new_id(session)
    identity = {"company_id": viewer.company_id, "id": made, "user_id": viewer.user_id, "created_at": now}
    session.execute(insert(SavedView).values(**identity, name=given, search=asked, position=place))
    ids = [one.id for one in there]
    _arrange(session, viewer, [*ids[:place], made, *ids[place:]])
    return made


def rename_view(session: Session, viewer: Viewer, view_id: int, name: str) -> Saved:
    """Give a view another name; answer the view as it was; raise Missing, Invalid."""
    there = list_views(session, viewer)
    before = _find(there, view_id)
    given = _checked(name, [one for one in there if one.id != view_id])
    session.execute(update(SavedView).where(*_own(viewer), SavedView.id == view_id).values(name=given))
    return before


def move_view(session: Session, viewer: Viewer, view_id: int, step: int) -> None:
    """Move a view by so many places, as far as there are any; raise Missing."""
    ids = [one.id for one in list_views(session, viewer)]
    if view_id not in ids:
        raise Missing("view")
    place = ids.index(view_id)
    ids.remove(view_id)
    ids.insert(max(0, min(place + step, len(ids))), view_id)
    _arrange(session, viewer, ids)


def remove_view(session: Session, viewer: Viewer, view_id: int) -> Saved:
    """Remove a view; answer what it was, so that it can be saved again; raise Missing."""
    there = list_views(session, viewer)
    removed = _find(there, view_id)
    session.execute(delete(SavedView).where(*_own(viewer), SavedView.id == view_id))
    _arrange(session, viewer, [one.id for one in there if one.id != view_id])
    return removed


def _own(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    return (SavedView.company_id == viewer.company_id, SavedView.user_id == viewer.user_id)


def _find(views: tuple[Saved, ...], view_id: int) -> Saved:
    found = next((one for one in views if one.id == view_id), None)
    if found is None:
        raise Missing("view")
    return found


def _checked(name: str, others: tuple[Saved, ...] | list[Saved]) -> str:
    given = " ".join(name.split())
    if not given:
        raise Invalid({"name": _("Give it a name.")})
    if len(given) > LONGEST_NAME:
        raise Invalid({"name": _("A name has at most {number} characters.").format(number=LONGEST_NAME)})
    if given.casefold() in {one.name.casefold() for one in others}:
        raise Invalid({"name": _("You have a view of this name.")})
    return given


def _arrange(session: Session, viewer: Viewer, ids: list[int]) -> None:
    for place, number in enumerate(ids):
        session.execute(update(SavedView).where(*_own(viewer), SavedView.id == number).values(position=place))
