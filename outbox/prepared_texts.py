"""Templates and signatures: one's own, and the company's, which everybody reads and owner or admin change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import PreparedText
from languages.speech import _
from mail.html import sanitise
from mail.html_text import html_to_text
from outbox.merge_fields import FieldUnknown, MergeField, fields_of

MOST: Final = 500
"""Texts of one kind of one user."""


class TextKind(StrEnum):
    """What a text is for."""

    TEMPLATE = "template"
    SIGNATURE = "signature"


class TextSharing(StrEnum):
    """Who reads a text."""

    MINE = "mine"
    COMPANY = "company"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedTextView:
    """`fields` are the merge fields that it names."""

    id: int
    owner_id: int
    name: str
    subject: str
    html: str
    text: str
    sharing: TextSharing
    fields: tuple[MergeField, ...]
    created_at: datetime
    changed_at: datetime


def list_texts(
    session: Session, viewer: Viewer, kind: TextKind, limit: int, before_id: int | None = None
) -> tuple[PreparedTextView, ...]:
    """Answer one's own and the company's, the newest first."""
    query = select(PreparedText).where(_readable(viewer, kind))
    if before_id is not None:
        query = query.where(PreparedText.id < before_id)
    return tuple(_view(row) for row in session.scalars(query.order_by(PreparedText.id.desc()).limit(limit)))


def get_text(session: Session, viewer: Viewer, kind: TextKind, text_id: int) -> PreparedTextView:
    """Answer one; raise Missing."""
    return _view(_find(session, viewer, kind, text_id))


def add_text(
    session: Session, viewer: Viewer, kind: TextKind, given: dict[str, Any], now: datetime
) -> PreparedTextView:
    """Make one of `name`, `subject`, `html`, `text` and `sharing`; raise Forbidden, Invalid."""
    _may_write(viewer)
    own = and_(_readable(viewer, kind), PreparedText.owner_id == viewer.user_id)
    if (session.scalar(select(func.count()).select_from(PreparedText).where(own)) or 0) >= MOST:
        raise Invalid({"name": _("you have {most} already: remove one first").format(most=MOST)})
    text_id = new_id(session)
    row = {"company_id": viewer.company_id, "id": text_id, "kind": kind, "owner_id": viewer.user_id}
    values = {"subject": "", "html": "", "text": "", "sharing": TextSharing.MINE, **given}
    session.execute(insert(PreparedText).values(**row, **_checked(values), created_at=now, changed_at=now))
    made = get_text(session, viewer, kind, text_id)
    _audit(session, viewer, kind, "add", made, now)
    return made


def change_text(
    session: Session, viewer: Viewer, kind: TextKind, text_id: int, changes: dict[str, Any], now: datetime
) -> PreparedTextView:
    """Change what is named; raise Missing, Forbidden, Invalid."""
    row = _find_to_write(session, viewer, kind, text_id)
    before = {name: getattr(row, name) for name in ("name", "subject", "html", "text", "sharing")}
    if "html" in changes and "text" not in changes:
        before["text"] = ""
    values = _checked({**before, **changes})
    this = (PreparedText.company_id == viewer.company_id, PreparedText.id == text_id)
    session.execute(update(PreparedText).where(*this).values(**values, changed_at=now))
    changed = get_text(session, viewer, kind, text_id)
    _audit(session, viewer, kind, "change", changed, now)
    return changed


def remove_text(session: Session, viewer: Viewer, kind: TextKind, text_id: int, now: datetime) -> None:
    """Remove one; raise Missing, Forbidden."""
    gone = _view(_find_to_write(session, viewer, kind, text_id))
    session.execute(
        delete(PreparedText).where(PreparedText.company_id == viewer.company_id, PreparedText.id == text_id)
    )
    _audit(session, viewer, kind, "remove", gone, now)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """Answer the values as they are kept: HTML clean, and its text beside it; raise Invalid."""
    kept = dict(values)
    kept["html"] = sanitise(kept["html"], lambda _: None) if kept["html"] else ""
    if kept["html"] and not kept["text"]:
        kept["text"] = html_to_text(kept["html"])
    if not kept["text"].strip():
        raise Invalid({"text": _("text or html is needed")})
    for name in ("subject", "html", "text"):
        try:
            fields_of(kept[name])
        except FieldUnknown as wrong:
            raise Invalid({name: str(wrong)}) from None
    return kept


def _find(session: Session, viewer: Viewer, kind: TextKind, text_id: int) -> PreparedText:
    query = select(PreparedText).where(_readable(viewer, kind), PreparedText.id == text_id)
    row = session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    if row is None:
        raise Missing(kind)
    return row


def _find_to_write(session: Session, viewer: Viewer, kind: TextKind, text_id: int) -> PreparedText:
    row = _find(session, viewer, kind, text_id)
    _may_write(viewer)
    if row.owner_id != viewer.user_id and not viewer.is_admin:
        raise Forbidden(_("Only who made it, or an admin, changes what everybody uses."))
    return row


def _readable(viewer: Viewer, kind: TextKind) -> ColumnElement[bool]:
    return and_(
        PreparedText.company_id == viewer.company_id,
        PreparedText.kind == kind,
        or_(PreparedText.owner_id == viewer.user_id, PreparedText.sharing == TextSharing.COMPANY),
    )


def _may_write(viewer: Viewer) -> None:
    if not viewer.may_write:
        raise Forbidden(_("A read-only user writes no mail."))


def _view(row: PreparedText) -> PreparedTextView:
    return PreparedTextView(
        id=row.id,
        owner_id=row.owner_id,
        name=row.name,
        subject=row.subject,
        html=row.html,
        text=row.text,
        sharing=TextSharing(row.sharing),
        fields=fields_of(row.subject, row.html, row.text),
        created_at=row.created_at,
        changed_at=row.changed_at,
    )


def _audit(session: Session, viewer: Viewer, kind: TextKind, act: str, row: PreparedTextView, now: datetime) -> None:
    if row.sharing is TextSharing.COMPANY:
        target = (str(kind), row.id)
        record_event(session, viewer.company_id, viewer.user_id, f"{kind}.{act}", now=now, target=target)
