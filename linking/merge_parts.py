"""Addresses, places in deals and facts of a contact that is merged: given to the kept one, and taken back (RULES R58).

The merged contact's own rows stay as they are; what it shares with the kept one already is not given twice.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, null, select, update
from sqlalchemy.orm import Session

from db.models import ContactAddress, Participant, Record
from linking.moved import Moved


def count_addresses(session: Session, company_id: int, contacts: Collection[int]) -> int:
    """Answer how many addresses these contacts have together."""
    query = select(func.count(ContactAddress.address_key.distinct())).where(
        ContactAddress.company_id == company_id, ContactAddress.contact_id.in_(list(contacts))
    )
    return session.scalar(query) or 0


def carry_addresses(
    session: Session, company_id: int, merged_id: int, kept_id: int, without: Collection[str]
) -> tuple[str, ...]:
    """Give the kept contact the addresses that it lacks, behind its own; answer their keys."""
    own = _addresses(session, company_id, kept_id)
    known = {one.address_key for one in own} | set(without)
    new = [one for one in _addresses(session, company_id, merged_id) if one.address_key not in known]
    first = 1 + max((one.position for one in own), default=-1)
    rows = [
        {
            "company_id": company_id,
            "contact_id": kept_id,
            "address": one.address,
            "address_key": one.address_key,
            "position": position,
        }
        for position, one in enumerate(new, first)
    ]
    if rows:
        session.execute(insert(ContactAddress), rows)
    return tuple(one.address_key for one in new)


def take_back_addresses(session: Session, company_id: int, kept_id: int, keys: Collection[str]) -> frozenset[str]:
    """Take the addresses from the kept contact; answer those that it has not any more."""
    there = {one.address_key for one in _addresses(session, company_id, kept_id)}
    session.execute(
        delete(ContactAddress).where(
            ContactAddress.company_id == company_id,
            ContactAddress.contact_id == kept_id,
            ContactAddress.address_key.in_(list(keys)),
        )
    )
    return frozenset(keys) - there


def carry_participations(session: Session, company_id: int, merged_id: int, kept_id: int) -> tuple[int, ...]:
    """Put the kept contact into the deals, leads and projects of the merged one, in its place; answer which."""
    own = _places(session, company_id, kept_id)
    new = {one: at for one, at in _places(session, company_id, merged_id).items() if one not in own}
    rows: list[dict[str, Any]] = [
        {"company_id": company_id, "record_id": record_id, "contact_id": kept_id, "position": position}
        for record_id, position in new.items()
    ]
    if rows:
        session.execute(insert(Participant), rows)
    return tuple(new)


def take_back_participations(
    session: Session, company_id: int, merged_id: int, kept_id: int, given: Collection[int]
) -> None:
    """Take the kept contact out again; where somebody did so since, the merged one does not come back either."""
    there = _places(session, company_id, kept_id).keys()
    _leave(session, company_id, kept_id, [one for one in given if one in there])
    _leave(session, company_id, merged_id, [one for one in given if one not in there])


def carry_facts(session: Session, merged: Record, kept: Record) -> dict[str, Any]:
    """Fill in the organisation where the kept contact has none; it is made by hand from now on (R30b).

    Answers the fields of `Moved` for `take_back_facts`.
    """
    organization_id = merged.organization_id if kept.organization_id is None else None
    carried = {"organization_id": organization_id, "created_from": kept.created_from}
    values: dict[str, Any] = {"created_from": null()}
    if organization_id is not None:
        values["organization_id"] = organization_id
    _set(session, kept.company_id, kept.id, values)
    return carried


def take_back_facts(session: Session, kept: Record, moved: Moved, merged_at: datetime) -> None:
    """Empty what was filled in, unless somebody changed it since."""
    values: dict[str, Any] = {}
    if moved.organization_id is not None and kept.organization_id == moved.organization_id:
        values["organization_id"] = None
    if moved.created_from is not None and kept.changed_at <= merged_at:
        values["created_from"] = moved.created_from
    if values:
        _set(session, kept.company_id, kept.id, values)


def _addresses(session: Session, company_id: int, contact_id: int) -> list[ContactAddress]:
    query = select(ContactAddress).where(
        ContactAddress.company_id == company_id, ContactAddress.contact_id == contact_id
    )
    return list(session.scalars(query.order_by(ContactAddress.position)))


def _places(session: Session, company_id: int, contact_id: int) -> dict[int, int]:
    query = select(Participant.record_id, Participant.position).where(
        Participant.company_id == company_id, Participant.contact_id == contact_id
    )
    return dict(session.execute(query.order_by(Participant.record_id)).all())


def _leave(session: Session, company_id: int, contact_id: int, records: Collection[int]) -> None:
    session.execute(
        delete(Participant).where(
            Participant.company_id == company_id,
            Participant.contact_id == contact_id,
            Participant.record_id.in_(list(records)),
        )
    )


def _set(session: Session, company_id: int, record_id: int, values: dict[str, Any]) -> None:
    session.execute(update(Record).where(Record.company_id == company_id, Record.id == record_id).values(**values))
