"""Whose addresses these are, as far as one viewer may know: contacts by address, organisations by domain (R20)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import and_, case, select
from sqlalchemy.orm import Session

from accounts.free_mail import is_free_mail
from accounts.viewer import Viewer
from db.models import ContactAddress, OrganizationDomain, Record
from linking.record_fields import RecordType
from linking.visibility import visible_record
from mail.address import domain_of

COMPANY_FIRST: Final = case((Record.visibility == "company", 0), else_=1)


def contacts_with(session: Session, viewer: Viewer, keys: Collection[str]) -> dict[str, int]:
    """Answer the contact of each address key that one has, the one that a rule would take."""
    if not keys:
        return {}
    query = (
        select(ContactAddress.address_key, Record.id)
        .join(Record, and_(visible_record(viewer), Record.id == ContactAddress.contact_id))
        .where(ContactAddress.company_id == viewer.company_id, ContactAddress.address_key.in_(keys))
        .order_by(COMPANY_FIRST, Record.id)
    )
    found: dict[str, int] = {}
    for key, number in session.execute(query):
        found.setdefault(key, number)
    return found


def organizations_with(session: Session, viewer: Viewer, keys: Collection[str]) -> dict[str, int]:
    """Answer the organisation of each address key whose domain one has; free-mail domains belong to nobody."""
    domains = {key: domain for key in keys if (domain := domain_of(key)) and not is_free_mail(domain)}
    if not domains:
        return {}
    query = (
        select(OrganizationDomain.domain, Record.id)
        .join(Record, and_(visible_record(viewer), Record.id == OrganizationDomain.organization_id))
        .where(
            OrganizationDomain.company_id == viewer.company_id,
            OrganizationDomain.domain.in_(sorted(set(domains.values()))),
        )
        .order_by(COMPANY_FIRST, Record.id)
    )
    by_domain: dict[str, int] = {}
    for domain, number in session.execute(query):
        by_domain.setdefault(domain, number)
    return {key: by_domain[domain] for key, domain in domains.items() if domain in by_domain}


def contacts_of(session: Session, viewer: Viewer, organization_id: int, most: int) -> tuple[int, ...]:
    """Answer the contacts who work at an organisation, the newest first."""
    query = select(Record.id).where(
        visible_record(viewer), Record.type == RecordType.CONTACT, Record.organization_id == organization_id
    )
    return tuple(session.scalars(query.order_by(Record.id.desc()).limit(most)))
