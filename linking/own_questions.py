"""Which questions are the viewer's own, and which of those are open: nobody else ever sees or answers them (R24)."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from accounts.viewer import Viewer
from db.models import Unresolved


def own(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Answer the conditions of the viewer's own questions."""
    return Unresolved.company_id == viewer.company_id, Unresolved.owner_id == viewer.user_id


def own_open(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Answer the conditions of those that wait for an answer."""
    return *own(viewer), Unresolved.state == "open"
