"""Who asks for letters of the viewer's, and what he said to it (RULES R32)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session, aliased

from accounts.viewer import Viewer
from db.models import AccessGrant, AccessRequest, Message, MessageCopy

NAME_CHARACTERS: Final = 32
"""Of the name of a letter that is not here: a public id has fewer, and behind anything else there is no letter."""
_answer: Final = aliased(AccessGrant, name="access_answer")
_named: Final = aliased(Message, name="letter_named")


def letters_asked(viewer: Viewer) -> CompoundSelect[int]:
    """Answer the letters that a request, the `AccessRequest` of the statement around it, is for.

    Whoever asks by a Message-ID asks for every letter that has it (RULES R29): which of them came first may be what
    is private to somebody, and nobody else's request depends on that (R30b).
    """
    by_name = (
        select(Message.id)
        .join(
            _named,
            and_(_named.company_id == viewer.company_id, _named.message_id == Message.message_id),
        )
        .where(
            Message.company_id == viewer.company_id,
            _named.id == AccessRequest.message_id,
            func.length(AccessRequest.asked) == NAME_CHARACTERS,
        )
    )
    # Two searches by an index: one for either would read all letters.
    return union_all(select(AccessRequest.message_id).correlate(AccessRequest), by_name.correlate(AccessRequest))


def to_decide(viewer: Viewer) -> Select[AccessRequest, int, str | None]:
    """Requests for letters of which the viewer has a copy that was here before, each with his first.

    The third column is what he said of that copy, or None.
    A copy that came later is not asked for: who asks for an id at random is not to hear of what comes. A deleted
    one counts where the viewer has said something of it, which he can take back before it is restored.
    """
    first = first_copy(viewer)
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


def copies_asked(viewer: Viewer) -> Select[int]:
    """Answer the copies, anybody's and deleted ones too, of what requests are for."""
    asked = and_(MessageCopy.company_id == viewer.company_id, MessageCopy.message_id.in_(letters_asked(viewer)))
    query = select(MessageCopy.id).select_from(AccessRequest).join(MessageCopy, asked)
    return query.where(AccessRequest.company_id == viewer.company_id)


def first_copy(viewer: Viewer) -> ColumnElement[int]:
    """Answer the copy of the viewer's that a request is for."""
    return func.coalesce(_first_copy(viewer, MessageCopy.deleted_at.is_(None)), _first_copy(viewer, _answered(viewer)))


def said_before(viewer: Viewer, request: AccessRequest) -> tuple[ColumnElement[bool], ...]:
    """What the viewer said to the asker of all his copies of what is asked for; deleted ones may come back."""
    copies = copies_asked(viewer).where(AccessRequest.id == request.id)
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
            MessageCopy.message_id.in_(letters_asked(viewer)),
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


def hand_requests_on(session: Session, company_id: int, message_ids: Collection[int]) -> None:
    """Let requests by a Message-ID stand for another letter that has it, before these are deleted for good."""
    other = (
        select(func.min(Message.id))
        .join(_named, and_(_named.company_id == company_id, _named.message_id == Message.message_id))
        .where(
            Message.company_id == company_id,
            Message.id.not_in(message_ids),
            _named.id == AccessRequest.message_id,
        )
        .correlate(AccessRequest)
        .scalar_subquery()
    )
    session.execute(
        update(AccessRequest)
        .where(
            AccessRequest.company_id == company_id,
            AccessRequest.message_id.in_(message_ids),
            func.length(AccessRequest.asked) == NAME_CHARACTERS,
        )
        .values(message_id=other)
        .execution_options(synchronize_session=False)
    )
