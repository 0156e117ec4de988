"""Which letters of a viewer: the filters of `messages` as SQL conditions on the chosen copy and its letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, not_, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.viewer import Viewer
from db.models import Link, Message, MessageCopy, Record
from db.row_by_row import row_by_row
from linking.let_see import who_let_him_see
from linking.search_query import NOTHING_ASKED, Named, SearchQuery, State
from linking.threads import viewer_thread
from linking.visibility import counted_link, link_in_view, visible_record

_link: Final = aliased(Link, name="filter_link")
_target: Final = aliased(Record, name="filter_target")
FUTURE: Final = timedelta(days=1)
"""A Date that lies further ahead is no date to filter by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFilter:
    """None asks for all; `record_ids` are of any type, and all of them must be linked, of `any_record_ids` one.

    What `search` says of words is not for these conditions but for `linking.search`.
    """

    record_ids: tuple[int, ...] = ()
    any_record_ids: tuple[int, ...] = ()
    direction: str | None = None
    thread_id: int | None = None
    search: SearchQuery = NOTHING_ASKED
    unlinked: bool = False
    after: datetime | None = None
    before: datetime | None = None
    deleted: bool = False
    archived: bool | None = None
    unread: bool = False

    @property
    def is_of_state(self) -> bool:
        """Tell whether nothing is asked but what the owner did with his copy."""
        return replace(self, deleted=False, archived=None, unread=False) == _ALL


_ALL: Final = LetterFilter()


def conditions(session: Session, viewer: Viewer, wanted: LetterFilter, now: datetime) -> Iterator[ColumnElement[bool]]:
    """Answer what `MessageCopy`, the chosen copy, and `Message`, its letter, must fulfil."""
    yield from of_state(viewer, wanted)
    for record_id in wanted.record_ids:
        yield MessageCopy.message_id.in_(_linked_to(viewer, (record_id,)))
    if wanted.any_record_ids:
        yield MessageCopy.message_id.in_(_linked_to(viewer, wanted.any_record_ids))
    if wanted.direction is not None:
        yield MessageCopy.direction == wanted.direction
    if wanted.thread_id is not None:
        thread = viewer_thread(session, viewer, wanted.thread_id)
        yield MessageCopy.message_id.in_(thread.letters if thread else ())
    if wanted.unlinked:
        yield from _without_link(session, viewer)
    yield from _dated(wanted.after, wanted.before, now)
    yield from _dated(wanted.search.after, wanted.search.before, now)
    yield from _searched(viewer, wanted.search)


def of_state(viewer: Viewer, wanted: LetterFilter) -> Iterator[ColumnElement[bool]]:
    """Answer what the owner must have done with the chosen copy."""
    own = MessageCopy.owner_id == viewer.user_id
    if wanted.deleted:
        yield and_(own, MessageCopy.deleted_at.is_not(None))
    else:
        yield MessageCopy.deleted_at.is_(None)
    if wanted.archived is not None:
        archived = and_(own, MessageCopy.archived)
        yield archived if wanted.archived else not_(archived)
    if wanted.unread:
        yield and_(own, not_(MessageCopy.read))


def believed_date(now: datetime) -> ColumnElement[datetime]:
    """Answer when a letter was written: its Date, or its receipt where that is missing or in the future."""
    return case(
        (and_(Message.date.is_not(None), Message.date <= now + FUTURE), Message.date), else_=MessageCopy.received_at
    )


def _dated(after: datetime | None, before: datetime | None, now: datetime) -> Iterator[ColumnElement[bool]]:
    believed = believed_date(now)
    if after is not None:
        yield believed >= after
    if before is not None:
        yield believed < before


def _searched(viewer: Viewer, search: SearchQuery) -> Iterator[ColumnElement[bool]]:
    """Answer the conditions of the operators that are no words."""
    own = MessageCopy.owner_id == viewer.user_id
    states = {
        State.UNREAD: and_(own, not_(MessageCopy.read)),
        State.UNLINKED: not_(_has_link(viewer)),
        State.ARCHIVED: and_(own, MessageCopy.archived),
    }
    for state, wanted in search.states:
        yield states[state] if wanted else not_(states[state])
    for named in search.records:
        linked = MessageCopy.message_id.in_(_linked(viewer).where(*_is_named(named)))
        yield linked if named.wanted else not_(linked)


def _is_named(named: Named) -> Iterator[ColumnElement[bool]]:
    yield _target.type == named.type
    if named.id is not None:
        yield _target.id == named.id
        return
    # SQLite knows the two cases of ASCII alone.
    cases = sorted({named.text, named.text.lower(), named.text.upper(), named.text.title()})
    yield or_(*(_target.name.icontains(text, autoescape=True) for text in cases))


def _linked_to(viewer: Viewer, record_ids: tuple[int, ...]) -> Select[int]:
    return _linked(viewer).where(_link.target_id.in_(record_ids))


def _linked(viewer: Viewer) -> Select[int]:
    return (
        select(_link.message_id)
        .join(_target, and_(_target.id == _link.target_id, visible_record(viewer, _target)))
        .where(link_in_view(viewer, _link))
    )


def _without_link(session: Session, viewer: Viewer) -> Iterator[ColumnElement[bool]]:
    """Answer the conditions of a letter without a link that he may know of.

    What is shared with him has one, or he would not see it (RULES R30); so but for what was let to him it is his own.
    """
    if not who_let_him_see(session, viewer):
        yield MessageCopy.owner_id == viewer.user_id
    yield not_(_has_link(viewer))


def _has_link(viewer: Viewer) -> ColumnElement[bool]:
    query = (
        select(_link.id)
        .join(
            _target,
            and_(_target.company_id == viewer.company_id, _target.id == _link.target_id, _target.deleted_at.is_(None)),
        )
        .where(counted_link(viewer, _link, _target), _link.message_id == MessageCopy.message_id)
    )
    return exists(row_by_row(query))
