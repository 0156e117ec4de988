"""The ratchet of weak mail: what was proved three times is never again taken without proof (SECURITY 4.8)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from db.inserting import insert_unless_there
from db.models import SenderRatchet

ENOUGH: Final = 3
"""So often proved by a signature, and an address needs no trust without proof any more."""
MOST_WEAK_A_DAY: Final = 20
"""For an address, in UTC days: more than somebody writes by hand to customers, few enough to look through."""
_KEY: Final = ("company_id", "address_key")


def note_proved(session: Session, company_id: int, address_key: str) -> None:
    """Count that an address was proved; for the transaction that files the mail, no further than is asked."""
    this = SenderRatchet.company_id == company_id, SenderRatchet.address_key == address_key
    proved = session.scalar(select(SenderRatchet.proved).where(*this))
    if proved is not None and proved >= ENOUGH:
        return
    if proved is None:
        _make(session, company_id, address_key)
    session.execute(
        update(SenderRatchet).where(*this, SenderRatchet.proved < ENOUGH).values(proved=SenderRatchet.proved + 1),
        execution_options={"synchronize_session": False},
    )


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
    _make(session, company_id, address_key)
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


def _make(session: Session, company_id: int, address_key: str) -> None:
    row = {"company_id": company_id, "address_key": address_key, "proved": 0, "weak_day": "", "weak_count": 0}
    session.execute(insert_unless_there(session, SenderRatchet, _KEY), [row])


def _day(now: datetime) -> str:
    return now.date().isoformat()
