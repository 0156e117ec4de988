"""What exists already, as one importer sees it: what he may not see is not there (RULES R30a, R30b).

A contact that is hidden from him is made anew, as by hand: his world is the same whether it exists or not, and so is
the outcome of each line. To its owner, who sees both, the two can be merged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import ContactAddress, OrganizationDomain, Participant, Record
from linking.importing_columns import Kind
from linking.importing_entry import Entry
from linking.record_fields import RecordType
from linking.record_view import visible_ids
from linking.visibility import visible_record
from mail.address import address_key

CONTACT, ORGANIZATION, DEAL = RecordType.CONTACT, RecordType.ORGANIZATION, RecordType.DEAL
FEW: Final = 10
"""Records of one name that are looked at: more leave a line in doubt all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A record as far as lines are compared with it; one that a dry run would make has a number below zero.

    `hidden_organization_id` is one that the importer may not see: kept to be put back, no line is compared with it.
    """

    id: int
    type: RecordType
    name: str
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    organization_id: int | None = None
    hidden_organization_id: int | None = None
    status: str | None = None
    value: Decimal | None = None
    currency: str | None = None
    contact_ids: tuple[int, ...] = ()
    changed_at: datetime | None = None

    def places(self) -> Iterable[tuple[str, str]]:
        """Answer by what it is found."""
        yield f"{self.type} name", self.name
        for address in self.addresses:
            yield "address", address_key(address)
        for domain in self.domains:
            yield "domain", domain


@dataclass(slots=True)
class World:
    """Records that were looked up or made, by name, address and domain."""

    _known: dict[int, Known] = field(default_factory=dict)
    _found: dict[tuple[str, str], dict[int, None]] = field(default_factory=dict)
    _made: int = 0

    def load(self, session: Session, viewer: Viewer, kind: Kind, entries: Sequence[Entry]) -> None:
        """Look up what these lines may be about; what is known already is not asked again, nor put back."""
        keys = {address_key(address) for entry in entries for address in entry.addresses}
        contacts = _holders(session, viewer, CONTACT, ContactAddress, "contact_id", ContactAddress.address_key, keys)
        domains = {domain for entry in entries for domain in entry.domains}
        firms = _holders(
            session, viewer, ORGANIZATION, OrganizationDomain, "organization_id", OrganizationDomain.domain, domains
        )
        names = {entry.name for entry in entries}
        own = _named(session, viewer, kind.record_type, names)
        others = _named(session, viewer, ORGANIZATION, {entry.organization for entry in entries} - {""})
        wanted = {*contacts, *firms, *own, *others} - self._known.keys()
        for known in _read(session, viewer, sorted(wanted)):
            self.note(known)

    def find(self, how: str, texts: Iterable[str]) -> tuple[Known, ...]:
        """Answer what has any of the texts, each once; `how` is address, domain, or a type and name."""
        found = {number: None for text in texts for number in self._found.get((how, text), ())}
        return tuple(self._known[number] for number in found)

    def named(self, record_type: RecordType, name: str) -> tuple[Known, ...]:
        """Answer the records of exactly this name."""
        return self.find(f"{record_type} name", [name] if name else [])

    def note(self, known: Known) -> None:
        """Take up a record, or what became of it."""
        before = self._known.get(known.id)
        for place in before.places() if before else ():
            self._found.get(place, {}).pop(known.id, None)
        self._known[known.id] = known
        for place in known.places():
            self._found.setdefault(place, {})[known.id] = None

    def invent(self) -> int:
        """Answer a number for a record that is not made."""
        self._made -= 1
        return self._made


def _holders(
    session: Session, viewer: Viewer, record_type: RecordType, table: Any, holder: str, column: Any, texts: set[str]
) -> Collection[int]:
    if not texts:
        return ()
    query = (
        select(Record.id)
        .join(table, getattr(table, holder) == Record.id)
        .where(table.company_id == viewer.company_id, column.in_(sorted(texts)))
    )
    return set(session.scalars(_seen(query, viewer, record_type)))


def _named(session: Session, viewer: Viewer, record_type: RecordType, names: set[str]) -> Collection[int]:
    if not names:
        return ()
    return set(session.scalars(_seen(select(Record.id).where(Record.name.in_(sorted(names))), viewer, record_type)))


def _seen(query: Select[Any], viewer: Viewer, record_type: RecordType) -> Select[Any]:
    return query.where(visible_record(viewer), Record.type == record_type)


def _read(session: Session, viewer: Viewer, ids: Sequence[int]) -> Iterable[Known]:
    if not ids:
        return
    rows = session.scalars(select(Record).where(visible_record(viewer), Record.id.in_(ids))).all()
    addresses = _lists(session, viewer, ids, ContactAddress.contact_id, ContactAddress.address, ContactAddress.position)
    domain = OrganizationDomain.domain
    domains = _lists(session, viewer, ids, OrganizationDomain.organization_id, domain, domain)
    contacts = _lists(session, viewer, ids, Participant.record_id, Participant.contact_id, Participant.position)
    # Shown as everywhere else: what the viewer may not see is not there.
    firms = visible_ids(session, viewer, [row.organization_id for row in rows if row.organization_id])
    people = visible_ids(session, viewer, [one for some in contacts.values() for one in some])
    for row in rows:
        is_seen = row.organization_id in firms
        yield Known(
            id=row.id,
            type=RecordType(row.type),
            name=row.name,
            addresses=tuple(addresses.get(row.id, ())),
            domains=tuple(domains.get(row.id, ())),
            organization_id=row.organization_id if is_seen else None,
            hidden_organization_id=None if is_seen else row.organization_id,
            status=row.status,
            value=row.value,
            currency=row.currency,
            contact_ids=tuple(one for one in contacts.get(row.id, ()) if one in people),
            changed_at=row.changed_at,
        )


def _lists(
    session: Session, viewer: Viewer, ids: Sequence[int], holder: Any, content: Any, order: Any
) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    query = select(holder, content).where(holder.class_.company_id == viewer.company_id, holder.in_(ids))
    for number, value in session.execute(query.order_by(holder, order)):
        found.setdefault(number, []).append(value)
    return found
