"""RecordView: a record as one viewer sees it, and how many are read in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from accounts.addresses import AddressKind
from accounts.viewer import Viewer
from db.models import BccAddress, ContactAddress, OrganizationDomain, Participant, Record
from linking.merged import MergedContact, holders_of, merged_into
from linking.record_fields import RecordType
from linking.visibility import visible_record

_contact: Final = aliased(Record, name="contact")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """What INTERFACE shows of a record; `name` is the title of a deal, lead or project.

    `organization_id` and `contact_ids` name only what the viewer may see too.
    """

    id: int
    type: RecordType
    name: str
    status: str | None
    organization_id: int | None
    value: Decimal | None
    currency: str | None
    owner_id: int
    team_id: int | None
    visibility: str
    bcc_address: str
    addresses: tuple[str, ...]
    domains: tuple[str, ...]
    contact_ids: tuple[int, ...]
    created_at: datetime
    changed_at: datetime
    deleted_at: datetime | None
    merged: tuple[MergedContact, ...]
    """Contacts that this one has taken in, the latest first."""


def view_records(session: Session, viewer: Viewer, rows: Sequence[Record]) -> list[RecordView]:
    """Answer the rows in their order, with all that belongs to them; seven queries however many."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    bcc, addresses = _bcc_addresses(session, viewer, ids), _addresses(session, viewer, ids)
    domains, contacts = _domains(session, viewer, ids), _contacts(session, viewer, ids)
    merged = merged_into(session, viewer, [row.id for row in rows if row.type == RecordType.CONTACT])
    seen = visible_ids(session, viewer, [row.organization_id for row in rows if row.organization_id])
    return [
        RecordView(
            id=row.id,
            type=RecordType(row.type),
            name=row.name,
            status=row.status,
            organization_id=row.organization_id if row.organization_id in seen else None,
            value=row.value,
            currency=row.currency,
            owner_id=row.owner_id,
            team_id=row.team_id,
            visibility=row.visibility,
            bcc_address=bcc.get(row.id, ""),
            addresses=tuple(addresses[row.id]),
            domains=tuple(domains[row.id]),
            contact_ids=tuple(contacts[row.id]),
            created_at=row.created_at,
            changed_at=row.changed_at,
            deleted_at=row.deleted_at,
            merged=merged.get(row.id, ()),
        )
        for row in rows
    ]


def visible_ids(
    session: Session, viewer: Viewer, ids: Sequence[int], record_type: RecordType | None = None
) -> frozenset[int]:
    """Answer which of these are live records that the viewer may see, of that type."""
    if not ids:
        return frozenset()
    query = select(Record.id).where(visible_record(viewer), Record.id.in_(ids))
    return frozenset(session.scalars(query.where(Record.type == record_type) if record_type else query))


def names_of(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, str]:
    """Answer the names of the records that the viewer may see; the others are left out (RULES R37).

    A contact that was merged has the name of the one that took it in (RULES R58).
    """
    found = _names(session, viewer, ids)
    holders = holders_of(session, viewer.company_id, [one for one in ids if one not in found])
    theirs = _names(session, viewer, sorted(set(holders.values())))
    return found | {merged: theirs[holder] for merged, holder in holders.items() if holder in theirs}


def _names(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, str]:
    if not ids:
        return {}
    query = select(Record.id, Record.name).where(visible_record(viewer), Record.id.in_(ids))
    return dict(session.execute(query).all())


def _bcc_addresses(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, str]:
    query = select(BccAddress.record_id, BccAddress.address).where(
        BccAddress.company_id == viewer.company_id,
        BccAddress.kind == AddressKind.RECORD,
        BccAddress.state == "active",
        BccAddress.record_id.in_(ids),
    )
    return {number: address for number, address in session.execute(query.order_by(BccAddress.id)) if number}


def _addresses(session: Session, viewer: Viewer, ids: Sequence[int]) -> defaultdict[int, list[str]]:
    query = (
        select(ContactAddress.contact_id, ContactAddress.address)
        .where(ContactAddress.company_id == viewer.company_id, ContactAddress.contact_id.in_(ids))
        .order_by(ContactAddress.contact_id, ContactAddress.position)
    )
    return _grouped(session.execute(query).all())


def _domains(session: Session, viewer: Viewer, ids: Sequence[int]) -> defaultdict[int, list[str]]:
    query = (
        select(OrganizationDomain.organization_id, OrganizationDomain.domain)
        .where(OrganizationDomain.company_id == viewer.company_id, OrganizationDomain.organization_id.in_(ids))
        .order_by(OrganizationDomain.organization_id, OrganizationDomain.domain)
    )
    return _grouped(session.execute(query).all())


def _contacts(session: Session, viewer: Viewer, ids: Sequence[int]) -> defaultdict[int, list[int]]:
    query = (
        select(Participant.record_id, Participant.contact_id)
        .join(_contact, and_(_contact.id == Participant.contact_id, visible_record(viewer, _contact)))
        .where(Participant.company_id == viewer.company_id, Participant.record_id.in_(ids))
        .order_by(Participant.record_id, Participant.position)
    )
    return _grouped(session.execute(query).all())


def _grouped[Value](rows: Sequence[tuple[int, Value]]) -> defaultdict[int, list[Value]]:
    groups: defaultdict[int, list[Value]] = defaultdict(list)
    for number, value in rows:
        groups[number].append(value)
    return groups
