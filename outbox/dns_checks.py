"""What DNS said last, kept: for a page that is there at once, and for a look every day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.companies import get_company, list_company_ids
from config.settings import Settings
from db.inserting import set_in
from db.models import DnsCheck
from outbox.dns_judging import judge
from outbox.dns_record import Answer, Judged, Wanted
from outbox.dns_wanted import wanted_of_company, wanted_of_us
from outbox.signing_keys import published_key

GOOD_FOR: Final = timedelta(days=1)
KEPT: Final = timedelta(days=60)
MOST_OWN_DOMAINS: Final = 20
"""Of a company, so that a look ends."""
UNIQUE: Final = ("name", "kind")
WRITTEN: Final = ("said", "facts", "failed", "checked_at")


def wanted_by(session: Session, settings: Settings, company_id: int) -> tuple[Wanted, ...]:
    """Answer what the installation and one company need."""
    domains = get_company(session, company_id).domains[:MOST_OWN_DOMAINS]
    ours = set(settings.mail_domain)
    return (*_of_us(session, settings), *wanted_of_company(one for one in domains if one not in ours))


def wanted_by_all(session: Session, settings: Settings) -> tuple[Wanted, ...]:
    """Answer what the installation and every company of it need, each record once."""
    found = [one for company_id in list_company_ids(session) for one in wanted_by(session, settings, company_id)]
    return tuple(dict.fromkeys([*_of_us(session, settings), *found]))


def judged(session: Session, wanted: Sequence[Wanted]) -> tuple[Judged, ...]:
    """Answer how each record stood when DNS was last asked."""
    kept = _kept(session, wanted)
    return tuple(judge(one, kept.get((one.name, str(one.purpose)))) for one in wanted)


def due(session: Session, wanted: Sequence[Wanted], now: datetime) -> tuple[Wanted, ...]:
    """Answer what nobody has asked DNS about for a day."""
    kept = _kept(session, wanted)
    return tuple(one for one in wanted if _is_old(kept.get((one.name, str(one.purpose))), now))


def keep_answers(session: Session, answers: Mapping[Wanted, Answer], now: datetime) -> None:
    """Write down what DNS said just now, and forget names that nobody asks about any more."""
    statement = set_in(session.get_bind().dialect.name, DnsCheck, UNIQUE, WRITTEN)
    rows = [
        {
            "name": one.name,
            "kind": str(one.purpose),
            "said": list(answer.said),
            "facts": dict(answer.facts),
            "failed": answer.failed,
            "checked_at": now,
        }
        # In one order, so that two who look at the same time do not wait for each other.
        for one, answer in sorted(answers.items(), key=lambda pair: (pair[0].name, pair[0].purpose))
    ]
    if rows:
        session.connection().execute(statement, rows)
    session.execute(delete(DnsCheck).where(DnsCheck.checked_at < now - KEPT))


def _of_us(session: Session, settings: Settings) -> tuple[Wanted, ...]:
    keys = {one: key for one in settings.mail_domain if (key := published_key(session, one))}
    return wanted_of_us(settings, keys)


def _kept(session: Session, wanted: Iterable[Wanted]) -> dict[tuple[str, str], Answer]:
    names = sorted({one.name for one in wanted})
    rows = session.scalars(
        select(DnsCheck).where(DnsCheck.name.in_(names)), execution_options={"populate_existing": True}
    )
    return {
        (row.name, row.kind): Answer(said=tuple(row.said), facts=row.facts, failed=row.failed, at=row.checked_at)
        for row in rows
    }


def _is_old(answer: Answer | None, now: datetime) -> bool:
    return answer is None or answer.at is None or answer.at < now - GOOD_FOR
