"""Which company an approved sender belongs to, where nothing but the sender says so (RULES R51)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, bindparam, case, select
from sqlalchemy.orm import Session

from accounts.senders import SenderState
from accounts.viewer import Role
from db.models import ApprovedSender, DirectoryLogin, User

_COMPANIES: Final = (
    select(ApprovedSender.company_id)
    .join(User, and_(User.company_id == ApprovedSender.company_id, User.id == ApprovedSender.user_id))
    .outerjoin(
        DirectoryLogin,
        and_(
            DirectoryLogin.email_key == ApprovedSender.address_key,
            DirectoryLogin.company_id == ApprovedSender.company_id,
        ),
    )
    .where(
        ApprovedSender.address_key == bindparam("key"),
        ApprovedSender.state == SenderState.APPROVED,
        User.state == "active",
        User.role != Role.READ_ONLY,
    )
    .order_by(case((DirectoryLogin.company_id.is_(None), 1), else_=0), ApprovedSender.id)
    .limit(1)
    .execution_options(across_companies="the sender is all that is known")
)


def company_of_sender(session: Session, address_key: str) -> int | None:
    """Answer the company whose approved sender this is: where it signs in, else the first that approved it."""
    found: int | None = session.connection().scalar(_COMPANIES, {"key": address_key})
    return found
