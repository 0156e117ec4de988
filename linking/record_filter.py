"""Which records of a viewer: status, owner, words, who takes part, as SQL conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, not_, or_, select
from sqlalchemy.orm import aliased

from accounts.viewer import Viewer
from db.models import ContactAddress, OrganizationDomain, Participant, Record
from linking.merged import is_merged, was_called
from linking.record_fields import RecordType
from linking.visibility import may_see, visible_record

_other: Final = aliased(Record, name="other_record")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """Which records; None asks for all."""

    status: str | None = None
    contact_id: int | None = None
    organization_id: int | None = None
    owner_id: int | None = None
    q: str | None = None
    deleted: bool = False


def filtered(viewer: Viewer, record_type: RecordType, wanted: RecordFilter) -> Select[Record]:
    """Answer the query for the records of one type that the viewer may see and that fulfil the filter."""
    if wanted.deleted:
        query = select(Record).where(may_see(viewer), Record.deleted_at.is_not(None), not_(is_merged(viewer)))
    else:
        query = select(Record).where(visible_record(viewer))
    query = query.where(Record.type == record_type)
    if wanted.status is not None:
        query = query.where(Record.status == wanted.status)
    if wanted.owner_id is not None:
        query = query.where(Record.owner_id == wanted.owner_id)
    # An id of a record that the viewer may not see finds what an unknown id finds: nothing.
    if wanted.organization_id is not None:
        query = query.where(Record.organization_id == _seen(viewer, wanted.organization_id))
    if wanted.contact_id is not None:
        of_contact = select(Participant.record_id).where(
            Participant.company_id == viewer.company_id, Participant.contact_id == _seen(viewer, wanted.contact_id)
        )
        query = query.where(Record.id.in_(of_contact))
    for word in (wanted.q or "").split():
        query = query.where(_says(viewer, word))
    return query


def _says(viewer: Viewer, word: str) -> ColumnElement[bool]:
    has_address = exists().where(
        ContactAddress.company_id == viewer.company_id,
        ContactAddress.contact_id == Record.id,
        ContactAddress.address_key.icontains(word, autoescape=True),
    )
    has_domain = exists().where(
        OrganizationDomain.company_id == viewer.company_id,
        OrganizationDomain.organization_id == Record.id,
        OrganizationDomain.domain.icontains(word, autoescape=True),
    )
    called = Record.name.icontains(word, autoescape=True)
    return or_(called, has_address, has_domain, was_called(viewer, word))


def _seen(viewer: Viewer, record_id: int) -> ScalarSelect[int]:
    return select(_other.id).where(visible_record(viewer, _other), _other.id == record_id).scalar_subquery()
