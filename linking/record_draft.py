"""Drafts: what a letter says about a record that one is about to make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from accounts.free_mail import is_free_mail
from accounts.viewer import Viewer
from db.models import ContactAddress, OrganizationDomain, Record
from linking.letter import Letter
from linking.parties import Addressed, Party, find_parties
from linking.record_fields import RecordType
from linking.visibility import visible_record
from linking.whose import Belonging
from mail.address import address_key, domain_of
from mail.subject import base_subject

SECOND_LEVEL = frozenset({"co", "com", "org", "net", "ac", "gov", "edu", "or", "ne"})
"""Labels before a country's that say nothing about who it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Fields of a new record in the words of INTERFACE; `strangers` are parties that no contact has yet."""

    name: str = ""
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    contact_ids: tuple[int, ...] = ()
    organization_id: int | None = None
    strangers: tuple[str, ...] = ()


def draft_of(session: Session, viewer: Viewer, record_type: RecordType, letter: Letter) -> Draft:
    """Answer what the outside parties and the subject of a letter say; of records, what the viewer sees."""
    parties = _outside(session, viewer, letter)
    known = _contacts(session, viewer, parties)
    strangers = [one for one in parties if one.key not in known]
    match record_type:
        case RecordType.CONTACT:
            return _contact(session, viewer, (strangers or parties)[:1])
        case RecordType.ORGANIZATION:
            return _organization(session, viewer, parties)
        case _:
            return Draft(
                name=base_subject(letter.subject),
                contact_ids=tuple(dict.fromkeys(known[one.key] for one in parties if one.key in known)),
                organization_id=_organization_of(session, viewer, parties),
                strangers=tuple(one.address.address for one in strangers),
            )


def _contact(session: Session, viewer: Viewer, parties: Sequence[Party]) -> Draft:
    for one in parties:
        name = one.address.name.strip() or _name_in(one.key.rpartition("@")[0])
        organization_id = _organization_of(session, viewer, parties)
        return Draft(name=name, addresses=(one.address.address,), organization_id=organization_id)
    return Draft()


def _organization(session: Session, viewer: Viewer, parties: Sequence[Party]) -> Draft:
    known = _organizations(session, viewer, parties)
    for domain in _firm_domains(parties):
        if domain not in known:
            return Draft(name=_name_of_domain(domain), domains=(domain,))
    return Draft()


def _outside(session: Session, viewer: Viewer, letter: Letter) -> tuple[Party, ...]:
    fields = Addressed(from_=(letter.from_,) if letter.from_ else (), to=letter.to, cc=letter.cc)
    whose = Belonging(session, viewer.company_id).whose(fields.keys())
    return find_parties(fields, whose, outgoing=letter.direction == "outgoing").outside


def _contacts(session: Session, viewer: Viewer, parties: Sequence[Party]) -> dict[str, int]:
    query = (
        select(ContactAddress.address_key, Record.id)
        .join(Record, and_(Record.id == ContactAddress.contact_id, visible_record(viewer)))
        .where(
            ContactAddress.company_id == viewer.company_id,
            ContactAddress.address_key.in_([one.key for one in parties]),
        )
    )
    return dict(session.execute(query.order_by(Record.id.desc())).all())


def _organizations(session: Session, viewer: Viewer, parties: Sequence[Party]) -> dict[str, int]:
    query = (
        select(OrganizationDomain.domain, Record.id)
        .join(Record, and_(Record.id == OrganizationDomain.organization_id, visible_record(viewer)))
        .where(
            OrganizationDomain.company_id == viewer.company_id,
            OrganizationDomain.domain.in_(_firm_domains(parties)),
        )
    )
    return dict(session.execute(query.order_by(Record.id.desc())).all())


def _organization_of(session: Session, viewer: Viewer, parties: Sequence[Party]) -> int | None:
    known = _organizations(session, viewer, parties)
    return next((known[one] for one in _firm_domains(parties) if one in known), None)


def _firm_domains(parties: Sequence[Party]) -> list[str]:
    domains = dict.fromkeys(domain_of(address_key(one.address.address)) for one in parties)
    return [one for one in domains if one and not is_free_mail(one)]


def _name_in(local_part: str) -> str:
    """Answer `maria.lopez` as Maria Lopez; what is no word stays as it is."""
    words = local_part.replace("_", ".").replace("-", ".").split(".")
    if all(word.isalpha() for word in words):
        return " ".join(word.capitalize() for word in words)
    return local_part


def _name_of_domain(domain: str) -> str:
    labels = domain.split(".")[:-1] or [domain]
    if len(labels) > 1 and labels[-1] in SECOND_LEVEL:
        labels.pop()
    return labels[-1].replace("-", " ").title()
