"""What is told by the day: held mail whose time runs out, and the digest of who wants one (RULES R9b, R38).

Every worker looks now and then; the outbox's key, and the row of the last notice, make each of them once a day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.companies import list_company_ids
from accounts.time_zone import zone_of
from accounts.users import UserView, get_user
from db.models import InboundMessage, Knock, OutboxMessage, User
from db.session import Database
from ingest.inbounds import AS_IT_IS
from ingest.noticing_digest import digest_of
from ingest.team_queue import deciders, team_of
from linking.ways_back import forget_ways_back
from outbox.budget_pauses import forget_pauses
from outbox.letterhead import Letterhead
from outbox.notices import Notice, NoticeTo, admins_of, is_wanted, notify, send
from outbox.notices_since import Turn, last_sent

BEFORE_THE_END: Final = timedelta(days=7)
ONCE_IN: Final = timedelta(hours=24)
MORNING: Final = time(7)
DIGEST: Final = "digest"


def tell_daily(database: Database, letterhead: Letterhead) -> None:
    """Write what is due, company by company."""
    with database.read() as session:
        companies = list_company_ids(session)
    for company_id in companies:
        with database.write() as session:
            now = database.now(session)
            remind_of_held(session, company_id, letterhead, now)
            write_digests(session, company_id, letterhead, now)
            forget_pauses(session, company_id, now)
            forget_ways_back(session, company_id, now)
            yesterday = (now.date() - timedelta(days=1)).isoformat()
            session.execute(delete(Knock).where(Knock.company_id == company_id, Knock.day < yesterday))


def remind_of_held(session: Session, company_id: int, letterhead: Letterhead, now: datetime) -> None:
    """Remind the owner of a held mail 7 days before its end, a team of its queue, admins of nobody's; of each once."""
    ends: defaultdict[int | None, list[datetime]] = defaultdict(list)
    of_team = deciders(session, company_id)
    query = select(InboundMessage).where(
        InboundMessage.company_id == company_id,
        InboundMessage.status == "held",
        InboundMessage.held_until > now,
        InboundMessage.held_until <= now + BEFORE_THE_END,
    )
    for row in session.scalars(query, execution_options=AS_IT_IS):
        for one in of_team.get(team_of(row) or 0) or (row.owner_id,):
            if row.held_until is not None:
                ends[one].append(row.held_until)
    nobodys = ends.pop(None, [])
    concerned = ends.keys() | (set(admins_of(session, company_id)) if nobodys else set())
    for user_id in sorted(one for one in concerned if one is not None):
        user = get_user(session, company_id, user_id)
        _remind(session, user, ends[user_id], nobodys if user.viewer.is_admin else [], letterhead, now)


def _remind(
    session: Session,
    user: UserView,
    own: Collection[datetime],
    nobodys: Collection[datetime],
    letterhead: Letterhead,
    now: datetime,
) -> None:
    last = last_sent(session, user, Notice.HELD_ENDING)
    if not is_wanted(user) or (last is not None and now - last < ONCE_IN):
        return
    told = now if last is None else last + BEFORE_THE_END
    mine, others = ([one for one in ends if one > told] for ends in (own, nobodys))
    if mine or others:
        args = {"count": len(mine) + len(others), "first": min([*mine, *others]), "nobodys": not mine}
        notify(session, NoticeTo(user.company_id, user.id), Notice.HELD_ENDING, args, letterhead=letterhead, now=now)


def write_digests(session: Session, company_id: int, letterhead: Letterhead, now: datetime) -> None:
    """Write the digest of the day that ended this morning, in each user's own zone, where anything came."""
    due = {user.id: (user, day) for user in _readers(session, company_id) if (day := _morning_of(user, now))}
    keys = [_key(user, day) for user, day in due.values()]
    there = select(OutboxMessage.key).where(OutboxMessage.company_id == company_id, OutboxMessage.key.in_(keys))
    done = set(session.scalars(there)) if keys else set()
    for user, day in due.values():
        if _key(user, day) not in done:
            _write_digest(session, user, day, letterhead, now)


def _readers(session: Session, company_id: int) -> list[UserView]:
    here = select(User.id).where(User.company_id == company_id, User.state == "active").order_by(User.id)
    users = (get_user(session, company_id, user_id) for user_id in session.scalars(here).all())
    return [user for user in users if user.preferences.notices == "all"]


def _morning_of(user: UserView, now: datetime) -> date | None:
    """Answer the user's day, None before its morning."""
    here = now.astimezone(zone_of(user.preferences.time_zone))
    return here.date() if here.time() >= MORNING else None


def _key(user: UserView, day: date) -> str:
    return f"{DIGEST}:{user.id}:{day.isoformat()}"


def _write_digest(session: Session, user: UserView, day: date, letterhead: Letterhead, now: datetime) -> None:
    zone = zone_of(user.preferences.time_zone)
    until = datetime.combine(day, MORNING, zone)
    since = datetime.combine(day - timedelta(days=1), MORNING, zone)
    found = digest_of(session, user.viewer, since, until)
    if found.lines:
        args = {"since": since, "lines": [asdict(line) for line in found.lines], "left_out": found.left_out}
        send(session, user, DIGEST, args, Turn(_key(user, day)), letterhead=letterhead, now=now)
