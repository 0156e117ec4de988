"""The mail that asks to confirm an address, and how it fared (RULES R10, SECURITY P12)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.companies import get_company
from accounts.sender_tokens import TokenMade
from accounts.senders import Sender
from accounts.teams import get_team
from accounts.users import get_user
from accounts.viewer import Viewer
from db.models import OutboxMessage
from outbox.letterhead import Letterhead
from outbox.queue import Kind, Outgoing, enqueue
from outbox.writing import write_mail

TEMPLATE: Final = "confirm_sender"
PATH: Final = "/senders/confirm/"


@dataclass(frozen=True, slots=True)
class Fared:
    """What became of a mail: the outbox's word, and what the other side said last."""

    status: str
    reply: str


def send_confirmation(
    session: Session, by: Viewer, sender: Sender, made: TokenMade, letterhead: Letterhead, now: datetime
) -> None:
    """Write the mail to the address itself; it names who asks, for whom, and what to do where nobody here asked."""
    asker = get_user(session, by.company_id, by.user_id)
    args = {
        "asker": asker.name,
        "asker_email": asker.email,
        "whose": _whose(session, by, sender),
        "for_team": sender.team_id is not None,
        "company": get_company(session, by.company_id).name,
        "link": f"{letterhead.base_url}{PATH}{made.secret}",
        "code": made.code,
        "until": made.expires_at,
        "time_zone": asker.preferences.time_zone,
    }
    mail = Outgoing(
        company_id=by.company_id,
        key=_key(made.id),
        kind=Kind.CONFIRMATION,
        forward_path=sender.address,
        content=write_mail(letterhead, TEMPLATE, asker.preferences.language, sender.address, args, now=now),
        user_id=sender.user_id,
        reports=True,
    )
    enqueue(session, mail, now)


def take_back(session: Session, company_id: int, token_ids: Collection[int], now: datetime) -> None:
    """Do not send what has not been sent yet: its link leads nowhere any more."""
    waiting = OutboxMessage.key.in_(map(_key, token_ids)), OutboxMessage.status == "queued"
    values = {"status": "cancelled", "ended_at": now, "content": b"", "lease_token": None, "lease_until": None}
    of_company = OutboxMessage.company_id == company_id
    session.execute(update(OutboxMessage).where(of_company, *waiting).values(**values))


def how_they_fared(session: Session, company_id: int, token_ids: Collection[int]) -> dict[int, Fared]:
    """Answer what became of the mails of these tokens."""
    keys = {_key(one): one for one in token_ids}
    query = select(OutboxMessage.key, OutboxMessage.status, OutboxMessage.last_reply).where(
        OutboxMessage.company_id == company_id, OutboxMessage.key.in_(keys)
    )
    return {keys[key]: Fared(status, reply or "") for key, status, reply in session.execute(query)}


def _key(token_id: int) -> str:
    return f"confirm {token_id}"


def _whose(session: Session, by: Viewer, sender: Sender) -> str:
    if sender.user_id is None:
        return get_team(session, by, sender.team_id or 0).name
    return get_user(session, by.company_id, sender.user_id).name
