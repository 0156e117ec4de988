"""Who asks for letters of the viewer's, and what he said to it (RULES R32)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from accounts.viewer import Viewer
from db.models import AccessGrant, AccessRequest, MessageCopy

_answer: Final = aliased(AccessGrant, name="access_answer")


def to_decide(viewer: Viewer) -> Select[AccessRequest, int, str | None]:
    """Requests for letters of which the viewer has a copy that was here before, each with his first.

    The third column is what he said of that copy, or None.
    A copy that came later is not asked for: who asks for an id at random is not to hear of what comes. A deleted
    one counts where the viewer has said something of it, which he can take back before it is restored.
    """
    first = func.coalesce(_first_copy(viewer, MessageCopy.deleted_at.is_(None)), _first_copy(viewer, _answered(viewer)))
    said = and_(
        AccessGrant.company_id == viewer.company_id,
        AccessGrant.owner_id == viewer.user_id,
        AccessGrant.copy_id == first,
        AccessGrant.viewer_id == AccessRequest.asker_id,
    )
    return (
        select(AccessRequest, first.label("copy_id"), AccessGrant.state)
        .outerjoin(AccessGrant, said)
        .where(
            AccessRequest.company_id == viewer.company_id,
            AccessRequest.asker_id != viewer.user_id,
            first.is_not(None),
        )
    )


def said_before(viewer: Viewer, request: AccessRequest) -> tuple[ColumnElement[bool], ...]:
    """What the viewer said to the asker of all his copies of the letter, deleted ones too: they may come back."""
    copies = select(MessageCopy.id).where(
        MessageCopy.company_id == viewer.company_id, MessageCopy.message_id == request.message_id
    )
    return (
        AccessGrant.company_id == viewer.company_id,
        AccessGrant.owner_id == viewer.user_id,
        AccessGrant.viewer_id == request.asker_id,
        AccessGrant.copy_id.in_(copies),
    )


def _first_copy(viewer: Viewer, which: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.min(MessageCopy.id))
        .where(
            MessageCopy.company_id == viewer.company_id,
            MessageCopy.owner_id == viewer.user_id,
            MessageCopy.message_id == AccessRequest.message_id,
            MessageCopy.id < AccessRequest.id,
            which,
        )
        .correlate(AccessRequest)
        .scalar_subquery()
    )


def _answered(viewer: Viewer) -> ColumnElement[bool]:
    answer = select(_answer.id).where(
        _answer.company_id == viewer.company_id,
        _answer.copy_id == MessageCopy.id,
        _answer.owner_id == viewer.user_id,
        _answer.viewer_id == AccessRequest.asker_id,
    )
    return exists(answer.correlate(MessageCopy, AccessRequest))
