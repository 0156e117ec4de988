"""Which questions are the viewer's own, and which of those are open: nobody else ever sees or answers them (R24)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, not_, or_, select
from sqlalchemy.orm import Session

from accounts.refusals import Forbidden, Missing
from accounts.viewer import Viewer
from db.models import MessageCopy, Unresolved
from languages.speech import _
from linking.dropped import in_view
from linking.rule import Rule


def own(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Answer the conditions of the viewer's own questions."""
    return Unresolved.company_id == viewer.company_id, Unresolved.owner_id == viewer.user_id


def own_open(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Answer the conditions of those that wait for an answer; one about a colleague's copy only while he shares it."""
    still_shared = exists().where(
        MessageCopy.company_id == viewer.company_id,
        MessageCopy.id == Unresolved.copy_id,
        MessageCopy.sharing == "shared",
        MessageCopy.deleted_at.is_(None),
    )
    of_colleague = Unresolved.question == Rule.HIDDEN_CONTACT
    return *own(viewer), Unresolved.state == "open", or_(not_(of_colleague), still_shared)


def asked_now(session: Session, viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Answer the conditions of those that the viewer is asked: open, about letters that are in his view (R33)."""
    return *own_open(viewer), *in_view(session, viewer, Unresolved.message_id)


def find_to_write(
    session: Session, viewer: Viewer, question_id: int, conditions: tuple[ColumnElement[bool], ...]
) -> Unresolved:
    """Answer the question of that id that fulfils them, for one who may change it; raise Missing, Forbidden."""
    row = session.scalar(select(Unresolved).where(*conditions, Unresolved.id == question_id))
    if row is None:
        raise Missing("question")
    if not viewer.may_write:
        raise Forbidden(_("A read-only user answers no questions."))
    return row


def copy_asked_about(session: Session, row: Unresolved) -> MessageCopy:
    """Answer the copy that a question is about."""
    query = select(MessageCopy).where(MessageCopy.company_id == row.company_id, MessageCopy.id == row.copy_id)
    return session.scalars(query).one()


def addresses_asked(row: Unresolved) -> list[str]:
    """Answer the unknown addresses that a question names."""
    return [str(one) for one in (row.args or {}).get("addresses", ())]
