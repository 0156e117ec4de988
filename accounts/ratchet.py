"""The ratchet of weak mail: what was proved three times is never again taken without proof (SECURITY 4.8)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from db.inserting import insert_or_count, insert_unless_there
from db.models import SenderRatchet

ENOUGH: Final = 3
"""So often proved by a signature, and an address needs no trust without proof any more."""
MOST_WEAK_A_DAY: Final = 20
"""For an address, in UTC days: more than somebody writes by hand to customers, few enough to look through."""
_KEY: Final = ("company_id", "address_key")


def note_proved(session: Session, company_id: int, address_key: str) -> None:
    """Count that an address was proved; for the transaction that files the mail, no further than is asked."""
    counted = insert_or_count(session, SenderRatchet, _KEY, "proved", ENOUGH)
    session.connection().execute(counted, _row(company_id, address_key, proved=1))


def may_be_weak(session: Session, company_id: int, address_key: str, now: datetime) -> bool:
    """Tell whether mail from here could be taken without proof now; counts nothing."""
    row = session.execute(
        select(SenderRatchet.proved, SenderRatchet.weak_day, SenderRatchet.weak_count).where(
            SenderRatchet.company_id == company_id, SenderRatchet.address_key == address_key
        )
    ).one_or_none()
    if row is None:
        return True
    return bool(row.proved < ENOUGH and (row.weak_day != _day(now) or row.weak_count < MOST_WEAK_A_DAY))


def take_weak(session: Session, company_id: int, address_key: str, now: datetime) -> bool:
    """Count a mail that is taken without proof; False where no more may be, or none at all."""
    row = _row(company_id, address_key, proved=0)
    session.execute(insert_unless_there(session, SenderRatchet, _KEY), [row])
    today = SenderRatchet.weak_day == _day(now)
    used = case((today, SenderRatchet.weak_count), else_=0)
    taken = (
        update(SenderRatchet)
        .where(
            SenderRatchet.company_id == company_id,
            SenderRatchet.address_key == address_key,
            SenderRatchet.proved < ENOUGH,
            used < MOST_WEAK_A_DAY,
        )
        .values(weak_count=used + 1, weak_day=_day(now))
        .returning(SenderRatchet.weak_count)
        .execution_options(synchronize_session=False)
    )
    return session.execute(taken).first() is not None


def _row(company_id: int, address_key: str, *, proved: int) -> dict[str, object]:
    return {
        "company_id": company_id,
        "address_key": address_key,
        "proved": proved,
        "weak_day": "",
        "weak_count": 0,
    }


def _day(now: datetime) -> str:
    return now.date().isoformat()
