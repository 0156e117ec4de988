"""Return addresses of our outbox: a reverse-path that names the mail it is about, and that nobody can make up.

The local part holds the company and the mail, each as a sealed id (`db.ids.IdSealer`): 2^-64 a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.ids import IdSealer
from db.models import OutboxMessage
from mail.envelope import NULL_REVERSE_PATH

COMPANY: Final = "return company"
MAIL: Final = "return mail"
_LOCAL: Final = re.compile(r"r-([a-z2-7]{26})-([a-z2-7]{26})")


@dataclass(frozen=True, slots=True)
class Returned:
    """The mail of ours that a return address names."""

    company_id: int
    outbox_id: int


def reverse_path(sealer: IdSealer, company_id: int, outbox_id: int, mail_domain: str, *, reports: bool) -> str:
    """Answer the reverse-path a mail leaves with: null where nobody wants to hear of it (RULES R38)."""
    if not reports:
        return NULL_REVERSE_PATH
    return f"r-{sealer.seal(COMPANY, company_id)}-{sealer.seal(MAIL, outbox_id)}@{mail_domain}"


def read_return_path(sealer: IdSealer, forward_path: str) -> Returned | None:
    """Answer which mail a forward-path names; None where it is no return address, or a forged one.

    The case of its letters says nothing: some servers change it.
    """
    found = _LOCAL.fullmatch(forward_path.rpartition("@")[0].lower())
    if found is None:
        return None
    company_id, outbox_id = sealer.unseal(COMPANY, found[1]), sealer.unseal(MAIL, found[2])
    return Returned(company_id, outbox_id) if company_id is not None and outbox_id is not None else None


def find_returned(session: Session, sealer: IdSealer, forward_path: str) -> Returned | None:
    """Answer the mail that a return address names, None where it was not sent with one."""
    named = read_return_path(sealer, forward_path)
    if named is None:
        return None
    query = select(OutboxMessage.id).where(
        OutboxMessage.company_id == named.company_id,
        OutboxMessage.id == named.outbox_id,
        OutboxMessage.reports.is_(True),
    )
    return named if session.scalars(query).first() is not None else None
