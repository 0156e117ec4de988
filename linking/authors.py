"""Which colleague an address belongs to, for saying who of us wrote."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from accounts.senders import SenderState
from accounts.viewer import Viewer
from db.models import ApprovedSender, User


@dataclass(frozen=True, slots=True)
class Author:
    """A user, in the company still or not."""

    id: int
    name: str


def authors_by_key(session: Session, viewer: Viewer, keys: Collection[str]) -> dict[str, Author]:
    """Answer the user of each address key: by his login address, else by an approved one of his."""
    if not keys:
        return {}
    approved = (
        select(ApprovedSender.address_key, User.id, User.name)
        .join(User, and_(User.company_id == viewer.company_id, User.id == ApprovedSender.user_id))
        .where(
            ApprovedSender.company_id == viewer.company_id,
            ApprovedSender.address_key.in_(keys),
            ApprovedSender.state == SenderState.APPROVED,
        )
    )
    login = select(User.email_key, User.id, User.name).where(
        User.company_id == viewer.company_id, User.email_key.in_(keys)
    )
    rows = (*session.execute(approved), *session.execute(login))
    return {key: Author(number, name) for key, number, name in rows}
