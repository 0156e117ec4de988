"""Letters that are dropped from a viewer's view, because nobody but blocked outsiders takes part (RULES R33).

The company's list drops for everybody, one's own for oneself alone. Nothing is deleted: what is unblocked is seen
again. Rights and evidence do not ask this, lest one user's list show in another's world (RULES R30b).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.blocking import has_blocked
from accounts.companies import internal_domains
from accounts.senders import SenderState
from accounts.viewer import Viewer
from db.models import ApprovedSender, BlockedAddress, DirectoryAddress, MessageAddress, User

PARTIES: Final = ("from", "to", "cc")
_blocked: Final = aliased(MessageAddress, name="blocked_party")
_outside: Final = aliased(MessageAddress, name="outside_party")


def in_view(session: Session, viewer: Viewer, message_id: Any) -> tuple[ColumnElement[bool], ...]:
    """Answer the conditions under which the letter of that column is in view; none where nothing is blocked."""
    if not has_blocked(session, viewer):
        return ()
    somebody_blocked = exists().where(*_party(viewer, _blocked, message_id), _is_blocked(viewer, _blocked))
    domains = sorted(internal_domains(session, viewer.company_id))
    somebody_else = exists().where(
        *_party(viewer, _outside, message_id),
        not_(_is_blocked(viewer, _outside)),
        not_(_is_ours(viewer, _outside, domains)),
    )
    return (not_(and_(somebody_blocked, not_(somebody_else))),)


def dropped_among(session: Session, viewer: Viewer, message_ids: Collection[int]) -> frozenset[int]:
    """Answer which of these letters are dropped from the viewer's view."""
    conditions = in_view(session, viewer, MessageAddress.message_id) if message_ids else ()
    if not conditions:
        return frozenset()
    query = select(MessageAddress.message_id).where(
        MessageAddress.company_id == viewer.company_id,
        MessageAddress.message_id.in_(message_ids),
        not_(and_(*conditions)),
    )
    return frozenset(session.scalars(query))


def _party(viewer: Viewer, party: type[MessageAddress], message_id: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        party.company_id == viewer.company_id,
        party.message_id == message_id,
        party.field.in_(PARTIES),
    )


def _is_blocked(viewer: Viewer, party: type[MessageAddress]) -> ColumnElement[bool]:
    below = and_(
        BlockedAddress.name.not_like("%@%"),
        or_(
            party.address_key.like("%@" + BlockedAddress.name),
            party.address_key.like("%." + BlockedAddress.name),
        ),
    )
    return exists().where(
        BlockedAddress.company_id == viewer.company_id,
        or_(BlockedAddress.user_id.is_(None), BlockedAddress.user_id == viewer.user_id),
        or_(BlockedAddress.name == party.address_key, below),
    )


def _is_ours(viewer: Viewer, party: type[MessageAddress], domains: Collection[str]) -> ColumnElement[bool]:
    """R19: dropbox addresses, users and their alternates, internal domains are no outside parties."""
    dropbox = exists().where(
        DirectoryAddress.company_id == viewer.company_id, DirectoryAddress.address_key == party.address_key
    )
    user = exists().where(User.company_id == viewer.company_id, User.email_key == party.address_key)
    alternate = exists().where(
        ApprovedSender.company_id == viewer.company_id,
        ApprovedSender.address_key == party.address_key,
        ApprovedSender.state.in_((SenderState.APPROVED, SenderState.CONFIRMED)),
    )
    inside = [party.address_key.endswith(f"@{domain}", autoescape=True) for domain in domains]
    return or_(dropbox, user, alternate, *inside)
