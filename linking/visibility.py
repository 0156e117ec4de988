"""The one query layer that always carries the viewer (RULES R30, R30a, R30b, R31).

A letter is served through a copy. Its owner sees a copy always; another viewer if and only if the copy
is shared with him and not deleted, the letter has a link, and he may see every record it is linked to; or where its
owner has let him see this one copy (R32), which is evidence of nothing, because he may take it back.
A copy for a team keeps links of its own, as a private one does: they count for those who see it, and
nobody outside the team is shown or denied anything because of them. Links of other people's private
copies count for nothing, nor do undone links and links to deleted records. Who is in a team is asked
by the statement itself, so whoever is taken out of one loses sight with that commit.
Every function answers an SQL condition that names the company of the row it is about. Making one takes
longer than the database needs to answer it, so conditions are kept by viewer, and the aliases that
they need are made once: an alias serves one place, because one inside another would mean the outer.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final, cast

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, not_, or_, select, true
from sqlalchemy.orm import aliased

from accounts.policies import Sharing
from accounts.viewer import Role, Viewer
from db.base import BigId
from db.models import AccessGrant, Link, MessageCopy, Record, User
from db.row_by_row import row_by_row
from linking.membership import team_mates, teams

KEPT: Final = 128
"""Conditions, a few for each viewer who is at work."""
_other: Final = aliased(MessageCopy, name="other_copy")
_own: Final = aliased(MessageCopy, name="own_copy")
_shared: Final = aliased(MessageCopy, name="shared_copy")
_any_link: Final = aliased(Link, name="any_link")
_any_target: Final = aliased(Record, name="any_target")
_hidden_link: Final = aliased(Link, name="hidden_link")
_hidden_target: Final = aliased(Record, name="hidden_target")
_grant: Final = aliased(AccessGrant, name="access_given")
_giver: Final = aliased(User, name="access_giver")


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

    One for a team is seen by those who are in it now. Admins see records; one that a rule made from
    private mail stays its owner's until a shared letter or a hand touches it, which widens its visibility (R30b).
    """
    # Asked whether there is one: NULL IN (…) is neither true nor false, and its opposite would hide nothing.
    named = record.team_id.is_not(None)
    of_team = and_(record.visibility == "team", named, record.team_id.in_(teams(viewer)))
    seen = [record.visibility == "company", record.owner_id == viewer.user_id, of_team]
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
    seen = or_(copy.owner_id == viewer.user_id, _opened(viewer, copy), _let(viewer, copy))
    return and_(copy.company_id == viewer.company_id, seen)


@lru_cache(maxsize=KEPT)
def shared_copy(viewer: Viewer, copy: type[MessageCopy] = MessageCopy) -> ColumnElement[bool]:
    """A copy that is his or shared with him: one that he may link, and that may be evidence; not one let to him."""
    return and_(copy.company_id == viewer.company_id, or_(copy.owner_id == viewer.user_id, _opened(viewer, copy)))


@lru_cache(maxsize=KEPT)
def chosen_copy(viewer: Viewer, copy: type[MessageCopy] = MessageCopy) -> ColumnElement[bool]:
    """The one copy through which this viewer sees a letter: his own first, then what is shared, then what is let.

    Within each of these the lowest id: being let see a copy takes nothing from what is shared. Of his own
    the lowest id that is not deleted; a letter that he deleted is not served again through a colleague's copy.
    """
    return and_(
        visible_copy(viewer, copy),
        not_(_better(viewer, copy, or_(_own_beats(viewer, copy, _other), _shared_beats(viewer, copy, _other)))),
        not_(and_(_only_let(viewer, copy), _better(viewer, copy, _beats_let(viewer, copy, _other)))),
    )


@lru_cache(maxsize=KEPT)
def link_in_view(viewer: Viewer, link: type[Link] = Link) -> ColumnElement[bool]:
    """A live link of the letter as this viewer sees it; the record may still be one that he may not see."""
    return and_(link_place_in_view(viewer, link), link.undone_at.is_(None))


@lru_cache(maxsize=KEPT)
def link_place_in_view(viewer: Viewer, link: type[Link] = Link) -> ColumnElement[bool]:
    """A link, undone or not, of the viewer's own copies, of a team's, or of the shared letter.

    The shared letter's links are in view of those who own a shared copy and of those whom R30 lets
    see it. The record may still be one that he may not see: join it with `visible_record`.
    """
    return _link_by(viewer, link, _let(viewer, _own), _let(viewer, _shared))


@lru_cache(maxsize=KEPT)
def telling_link(viewer: Viewer, link: type[Link] = Link) -> ColumnElement[bool]:
    """A live link in view that he may undo, and that may be evidence: none of a copy that was let to him."""
    return and_(_link_by(viewer, link, false(), false()), link.undone_at.is_(None))


def counted_link(viewer: Viewer, link: type[Link], target: type[Record]) -> ColumnElement[bool]:
    """A live link in view of which he may know that it is there: of a copy let to him, none to a hidden record."""
    return and_(link_in_view(viewer, link), or_(may_see(viewer, target), telling_link(viewer, link)))


def _link_by(
    viewer: Viewer, link: type[Link], let_own: ColumnElement[bool], let_shared: ColumnElement[bool]
) -> ColumnElement[bool]:
    his = or_(_own.owner_id == viewer.user_id, _opened_to_team(viewer, _own), let_own)
    of_copy = select(_own.id).where(_own.company_id == viewer.company_id, _own.id == link.copy_id, his)
    of_shared_letter = select(_shared.id).where(
        _shared.company_id == viewer.company_id,
        _shared.message_id == link.message_id,
        _shared.sharing == Sharing.SHARED,
        or_(_shared.owner_id == viewer.user_id, _opened_to_all(viewer, _shared), let_shared),
    )
    shown = or_(exists(row_by_row(of_copy)), and_(link.copy_id.is_(None), exists(row_by_row(of_shared_letter))))
    return and_(link.company_id == viewer.company_id, shown)


def may_tell(viewer: Viewer, audience: Sharing, copy: type[MessageCopy] = MessageCopy) -> ColumnElement[bool]:
    """A copy whose letter may be evidence for a new one of the viewer's that this audience will see (RULES R30b).

    Whoever sees the new one sees the old one too, as far as copies go: nothing of a private letter
    shows in a shared one, nothing of a team's in the company's.
    """
    if audience is Sharing.PRIVATE:
        return true()
    of_all = copy.sharing == Sharing.SHARED
    own_for_team = and_(copy.sharing == Sharing.TEAM, copy.owner_id == viewer.user_id)
    return or_(of_all, own_for_team) if audience is Sharing.TEAM else of_all


def _opened(viewer: Viewer, copy: type[MessageCopy]) -> ColumnElement[bool]:
    """R30 (a) to (c): another's copy is shared with the viewer, who may see everything it is linked to."""
    return or_(_opened_to_all(viewer, copy), _opened_to_team(viewer, copy))


def _let(viewer: Viewer, copy: type[MessageCopy]) -> ColumnElement[bool]:
    """R32: its owner lets this viewer see it, whatever it is linked to, and has not left (R55)."""
    given = exists().where(
        _grant.company_id == viewer.company_id,
        _grant.copy_id == copy.id,
        _grant.owner_id == copy.owner_id,
        _grant.viewer_id == viewer.user_id,
        _grant.state == "granted",
        _giver.company_id == viewer.company_id,
        _giver.id == _grant.owner_id,
        _giver.state == "active",
    )
    return and_(copy.deleted_at.is_(None), given)


def _opened_to_all(viewer: Viewer, copy: type[MessageCopy]) -> ColumnElement[bool]:
    level = _any_link.copy_id.is_(None), _hidden_link.copy_id.is_(None)
    return and_(copy.sharing == Sharing.SHARED, copy.deleted_at.is_(None), _open_letter(viewer, copy, *level))


def _opened_to_team(viewer: Viewer, copy: type[MessageCopy]) -> ColumnElement[bool]:
    # The letter's own links count as well: where another copy is shared, it is linked by them.
    level = [or_(link.copy_id.is_(None), link.copy_id == copy.id) for link in (_any_link, _hidden_link)]
    return and_(
        copy.sharing == Sharing.TEAM,
        copy.deleted_at.is_(None),
        copy.owner_id.in_(team_mates(viewer)),
        _open_letter(viewer, copy, *level),
    )


def _open_letter(
    viewer: Viewer, copy: type[MessageCopy], any_level: ColumnElement[bool], hidden_level: ColumnElement[bool]
) -> ColumnElement[bool]:
    """R30 (b) and (c): there is a link that counts, and every record of one may be seen."""
    # Of the copy, not of a link outside: a column that stands two queries out would be taken for all rows.
    joined = _live_link(viewer, _any_link, _any_target)
    any_link = select(_any_link.id).join(_any_target, joined).where(_any_link.message_id == copy.message_id, any_level)
    joined = _live_link(viewer, _hidden_link, _hidden_target)
    hidden = not_(may_see(viewer, _hidden_target))
    hidden_link = select(_hidden_link.id).join(_hidden_target, joined)
    hidden_link = hidden_link.where(_hidden_link.message_id == copy.message_id, hidden_level, hidden)
    return and_(exists(row_by_row(any_link)), not_(exists(row_by_row(hidden_link))))


def _live_link(viewer: Viewer, link: type[Link], target: type[Record]) -> ColumnElement[bool]:
    return and_(
        link.company_id == viewer.company_id,
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
    return and_(copy.owner_id != viewer.user_id, other.id < copy.id, _opened(viewer, other))


def _beats_let(viewer: Viewer, copy: type[MessageCopy], other: type[MessageCopy]) -> ColumnElement[bool]:
    return or_(_opened(viewer, other), and_(other.id < copy.id, _let(viewer, other)))


def _only_let(viewer: Viewer, copy: type[MessageCopy]) -> ColumnElement[bool]:
    # Few copies are let to anybody: that is asked first, and spares the rest.
    return and_(_let(viewer, copy), copy.owner_id != viewer.user_id, not_(_opened(viewer, copy)))


def _better(viewer: Viewer, copy: type[MessageCopy], beats: ColumnElement[bool]) -> ColumnElement[bool]:
    others = select(_other.id).where(
        _other.company_id == viewer.company_id, _other.message_id == copy.message_id, beats
    )
    return exists(row_by_row(others))
