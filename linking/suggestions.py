"""Who an unknown address may belong to: contacts of the same name, then contacts and organisations of its domain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from accounts.free_mail import is_free_mail
from accounts.viewer import Viewer
from db.models import ContactAddress, OrganizationDomain, Record
from linking.letter import Candidate
from linking.record_fields import RecordType
from linking.rule import Rule
from linking.visibility import visible_record
from mail.address import address_key, domain_of

FEW: Final = 5
LONGEST_NAME: Final = 200


def suggest(session: Session, viewer: Viewer, address: str, name: str) -> tuple[Candidate, ...]:
    """Answer a few records that the viewer sees, the likeliest first, each with the rule that says why."""
    found: dict[int, Candidate] = {}
    for candidate in _likely(session, viewer, address_key(address), " ".join(name.split())[:LONGEST_NAME]):
        found.setdefault(candidate.id, candidate)
    return tuple(found.values())[:FEW]


def _likely(session: Session, viewer: Viewer, key: str, name: str) -> Iterator[Candidate]:
    if name and "@" not in name:
        same_name = _records(viewer, RecordType.CONTACT).where(func.lower(Record.name) == name.lower())
        for number in session.scalars(same_name):
            yield _candidate(RecordType.CONTACT, number, Rule.SAME_NAME, address=key)
    domain = domain_of(key)
    if not domain or is_free_mail(domain):
        return
    for number in session.scalars(_contacts_at(viewer, domain)):
        yield _candidate(RecordType.CONTACT, number, Rule.SAME_DOMAIN, domain=domain)
    for number in session.scalars(_organizations_of(viewer, domain)):
        yield _candidate(RecordType.ORGANIZATION, number, Rule.SAME_DOMAIN, domain=domain)


def _candidate(record_type: RecordType, number: int, rule: Rule, **args: str) -> Candidate:
    return Candidate(type=str(record_type), id=number, rule=rule, args={"record": number} | args)


def _records(viewer: Viewer, record_type: RecordType) -> Select[int]:
    query = select(Record.id).where(visible_record(viewer), Record.type == record_type)
    return query.order_by(Record.id.desc()).limit(FEW)


def _contacts_at(viewer: Viewer, domain: str) -> Select[int]:
    has_address = and_(
        ContactAddress.company_id == viewer.company_id,
        ContactAddress.contact_id == Record.id,
        ContactAddress.address_key.endswith(f"@{domain}", autoescape=True),
    )
    return _records(viewer, RecordType.CONTACT).where(select(ContactAddress.contact_id).where(has_address).exists())


def _organizations_of(viewer: Viewer, domain: str) -> Select[int]:
    above = [".".join(domain.split(".")[place:]) for place in range(max(domain.count("."), 1))]
    has_domain = and_(
        OrganizationDomain.company_id == viewer.company_id,
        OrganizationDomain.organization_id == Record.id,
        or_(*(OrganizationDomain.domain == one for one in above)),
    )
    listed = select(OrganizationDomain.organization_id).where(has_domain).exists()
    return _records(viewer, RecordType.ORGANIZATION).where(listed)
