"""The one query layer that always carries the viewer (RULES R30, R30a, R30b, R31).

A letter is served through a copy. Its owner sees a copy always; another viewer if and only if the copy
is shared and not deleted, the letter has a link, and he may see every record it is linked to. Links
of other people's private copies count for nothing, nor do undone links and links to deleted records.
Every function answers an SQL condition that names the company of the row it is about. Making one takes
longer than the database needs to answer it, so conditions are kept by viewer, and the aliases that
they need are made once: an alias serves one place, because one inside another would mean the outer.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final, cast

from sqlalchemy import ColumnElement, and_, bindparam, exists, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from accounts.policies import Sharing
from accounts.viewer import Role, Viewer
from db.base import BigId
from db.models import Link, MessageCopy, Record

MessageId = InstrumentedAttribute[int]
KEPT: Final = 128
"""Conditions, a few for each viewer who is at work."""
_other: Final = aliased(MessageCopy, name="other_copy")
_own: Final = aliased(MessageCopy, name="own_copy")
_shared: Final = aliased(MessageCopy, name="shared_copy")
_any_link: Final = aliased(Link, name="any_link")
_any_target: Final = aliased(Record, name="any_target")
_hidden_link: Final = aliased(Link, name="hidden_link")
_hidden_target: Final = aliased(Record, name="hidden_target")


@cache
def of_role(role: Role) -> Viewer:
    """Answer a viewer whose ids are the parameters `company_id` and `viewer_id`.

    A statement over conditions made for him serves everybody of that role, and is made and compiled once.
    """
    company_id, viewer_id = bindparam("company_id", type_=BigId), bindparam("viewer_id", type_=BigId)
    return Viewer(cast(int, company_id), cast(int, viewer_id), role)


def ids_of(viewer: Viewer) -> dict[str, int]:
    """Answer the parameters for a statement that was made `of_role`."""
    return {"company_id": viewer.company_id, "viewer_id": viewer.user_id}


@lru_cache(maxsize=KEPT)
def may_see(viewer: Viewer, record: type[Record] = Record) -> ColumnElement[bool]:
    """R30a: what the visibility of a record allows, deleted or not.

    Admins see records; one that a rule made from private mail stays its owner's until a shared
    letter or a hand touches it, which widens its visibility (R30b).
    """
    seen = [record.visibility == "company", record.owner_id == viewer.user_id]
    if viewer.is_admin:
        seen.append(record.created_from.is_(None))
    return and_(record.company_id == viewer.company_id, or_(*seen))


@lru_cache(maxsize=KEPT)
def visible_record(viewer: Viewer, record: type[Record] = Record) -> ColumnElement[bool]:
    """A record that this viewer may see and that is not deleted."""
    return and_(may_see(viewer, record), record.deleted_at.is_(None))


@lru_cache(maxsize=KEPT)
def visible_copy(viewer: Viewer, copy: type[MessageCopy] = MessageCopy) -> ColumnElement[bool]:
    """A copy through which this viewer may see its letter."""
    theirs = and_(copy.sharing == Sharing.SHARED, copy.deleted_at.is_(None), _open_letter(viewer, copy.message_id))
    return and_(copy.company_id == viewer.company_id, or_(copy.owner_id == viewer.user_id, theirs))


@lru_cache(maxsize=KEPT)
def chosen_copy(viewer: Viewer, copy: type[MessageCopy] = MessageCopy) -> ColumnElement[bool]:
    """The one copy through which this viewer sees a letter: his own first, else the lowest id.

    Of his own the lowest id that is not deleted; a letter that he deleted is not served again
    through a colleague's copy.
    """
    better = exists().where(
        _other.company_id == viewer.company_id,
        _other.message_id == copy.message_id,
        or_(_own_beats(viewer, copy, _other), _shared_beats(viewer, copy, _other)),
    )
    return and_(visible_copy(viewer, copy), not_(better))


@lru_cache(maxsize=KEPT)
def link_in_view(viewer: Viewer, link: type[Link] = Link) -> ColumnElement[bool]:
    """A live link of the letter as this viewer sees it: of his own private copies, or of the shared letter.

    The shared letter's links are in view of those who own a shared copy and of those whom R30 lets
    see it. The record may still be one that he may not see: join it with `visible_record`.
    """
    of_own_copy = exists().where(
        _own.company_id == viewer.company_id, _own.id == link.copy_id, _own.owner_id == viewer.user_id
    )
    of_shared_letter = exists().where(
        _shared.company_id == viewer.company_id,
        _shared.message_id == link.message_id,
        _shared.sharing == Sharing.SHARED,
        or_(
            _shared.owner_id == viewer.user_id,
            # Of the copy, not of the link: a column that stands two queries out would be taken for all rows.
            and_(_shared.deleted_at.is_(None), _open_letter(viewer, _shared.message_id)),
        ),
    )
    return and_(
        link.company_id == viewer.company_id,
        link.undone_at.is_(None),
        or_(of_own_copy, and_(link.copy_id.is_(None), of_shared_letter)),
    )


def _open_letter(viewer: Viewer, message_id: MessageId) -> ColumnElement[bool]:
    """R30 (b) and (c): the shared letter has a link, and every record it is linked to may be seen."""
    return and_(_has_shared_link(viewer, message_id), not_(_has_hidden_link(viewer, message_id)))


def _has_shared_link(viewer: Viewer, message_id: MessageId) -> ColumnElement[bool]:
    joined = _shared_link(viewer, _any_link, _any_target)
    return exists(select(_any_link.id).join(_any_target, joined).where(_any_link.message_id == message_id))


def _has_hidden_link(viewer: Viewer, message_id: MessageId) -> ColumnElement[bool]:
    joined = _shared_link(viewer, _hidden_link, _hidden_target)
    return exists(
        select(_hidden_link.id)
        .join(_hidden_target, joined)
        .where(_hidden_link.message_id == message_id, not_(may_see(viewer, _hidden_target)))
    )


def _shared_link(viewer: Viewer, link: type[Link], target: type[Record]) -> ColumnElement[bool]:
    return and_(
        link.company_id == viewer.company_id,
        link.copy_id.is_(None),
        link.undone_at.is_(None),
        target.company_id == viewer.company_id,
        target.id == link.target_id,
        target.deleted_at.is_(None),
    )


def _own_beats(viewer: Viewer, copy: type[MessageCopy], other: type[MessageCopy]) -> ColumnElement[bool]:
    alive, other_alive = copy.deleted_at.is_(None), other.deleted_at.is_(None)
    among_own = or_(
        and_(other_alive, not_(alive)),
        and_(other_alive, alive, other.id < copy.id),
        and_(not_(other_alive), not_(alive), other.id < copy.id),
    )
    return and_(other.owner_id == viewer.user_id, or_(copy.owner_id != viewer.user_id, among_own))


def _shared_beats(viewer: Viewer, copy: type[MessageCopy], other: type[MessageCopy]) -> ColumnElement[bool]:
    # Conditions (b) and (c) are the letter's: where one shared copy is visible, all are.
    return and_(
        copy.owner_id != viewer.user_id,
        other.sharing == Sharing.SHARED,
        other.deleted_at.is_(None),
        other.id < copy.id,
    )
