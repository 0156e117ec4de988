"""Senders in every state, for the pages that show them: asked for, confirmed, a team's, and a domain that is proved."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.sender_domains import NO_RECORD, add_domain, note_check
from db.models import OutboxMessage
from mail.parse import parse
from tests.kit.http import Api
from tests.kit.worlds import World

LINK: Final = re.compile(r"/senders/confirm/(\S+)")


def ask_for_senders(world: World, anna: Api, ada: Api, team: str, long: str) -> str:
    """Ask for some, let one come back and leave one open; answer the secret of the open link."""
    ada.patch("company", {"sender_approval": "admin"})
    for address in (f"{long.lower()[:60]}@home.example", "back@home.example", "open@home.example"):
        anna.post("approved-senders", {"address": address})
    rejected: Any = anna.post("approved-senders", {"address": "rejected@home.example"})
    ada.post(f"approved-senders/{rejected['id']}/reject", {})
    ada.post("approved-senders", {"address": "sales@home.example", "team_id": team})
    world.act(lambda session, now: _came_back(session, world))
    world.act(lambda session, now: _named(session, world, "proved.example", None, now))
    world.act(lambda session, now: _named(session, world, f"{long.lower()[:50]}.example", NO_RECORD, now))
    with world.database.read() as session:
        (content,) = session.scalars(select(OutboxMessage.content).where(*_to(world, "open@home.example")))
    found = LINK.search(parse(content).text)
    assert found
    return found[1]


def _named(session: Session, world: World, domain: str, problem: str | None, now: datetime) -> None:
    added = add_domain(session, world.ada, domain, now)
    note_check(session, world.ada.company_id, added.id, problem, now)


def _came_back(session: Session, world: World) -> None:
    values = {"status": "failed", "last_reply": "550 5.1.1 There is nobody of this name here"}
    session.execute(update(OutboxMessage).where(*_to(world, "back@home.example")).values(**values))


def _to(world: World, address: str) -> tuple[Any, ...]:
    return OutboxMessage.company_id == world.ada.company_id, OutboxMessage.forward_path == address
