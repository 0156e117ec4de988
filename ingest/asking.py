"""The statements of the look-ups about records, as one user may see them.

Making one takes longer than its answer, so each is made once for a role; `linking.visibility.ids_of` tells whose
turn it is.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, case, exists, not_, or_, select, union_all

from accounts.policies import Sharing
from accounts.viewer import Role
from db.models import ContactAddress, Link, Message, MessageCopy, OrganizationDomain, Participant, Record
from linking.facts import DEALS
from linking.visibility import may_see, may_tell, of_role, shared_copy, telling_link, visible_record
from linking.weak import of_weak_letter

Fact = Select[int, str, str | None, str]
FoundFact = Select[str, int, str, str | None, str]
FACT: Final = (Record.id, Record.type, Record.status, Record.visibility)
COMPANY_FIRST: Final = case((Record.visibility == "company", 0), else_=1)
"""A letter linked to a record that few may see is hidden from the others: take the open one first."""


@cache
def records_by_id(role: Role) -> Fact:
    """Those of `records` that the viewer may see."""
    viewer = of_role(role)
    return select(*FACT).where(visible_record(viewer), Record.id.in_(_all("records"))).order_by(Record.id)


@cache
def contacts_by_key(role: Role) -> FoundFact:
    """Contacts that have one of `keys`, the one to take first."""
    viewer = of_role(role)
    of_contact = and_(Record.company_id == ContactAddress.company_id, Record.id == ContactAddress.contact_id)
    return (
        select(ContactAddress.address_key, *FACT)
        .join(Record, of_contact)
        .where(
            ContactAddress.company_id == viewer.company_id,
            ContactAddress.address_key.in_(_all("keys")),
            visible_record(viewer),
        )
        .order_by(COMPANY_FIRST, Record.id)
    )


@cache
def hidden_contacts(role: Role) -> Select[str]:
    """Those of `keys` that a contact has which the viewer may not see.

    Not one that a rule made from somebody's private mail: nobody else is to notice it (R30b).
    """
    viewer = of_role(role)
    of_contact = and_(Record.company_id == ContactAddress.company_id, Record.id == ContactAddress.contact_id)
    return (
        select(ContactAddress.address_key)
        .join(Record, of_contact)
        .where(
            ContactAddress.company_id == viewer.company_id,
            ContactAddress.address_key.in_(_all("keys")),
            Record.deleted_at.is_(None),
            Record.created_from.is_(None),
            not_(may_see(viewer)),
        )
        .distinct()
    )


@cache
def organizations_by_domain(role: Role) -> FoundFact:
    """Organisations that have one of `domains`, the one to take first."""
    viewer = of_role(role)
    of_organization = and_(
        Record.company_id == OrganizationDomain.company_id, Record.id == OrganizationDomain.organization_id
    )
    return (
        select(OrganizationDomain.domain, *FACT)
        .join(Record, of_organization)
        .where(
            OrganizationDomain.company_id == viewer.company_id,
            OrganizationDomain.domain.in_(_all("domains")),
            visible_record(viewer),
        )
        .order_by(COMPANY_FIRST, Record.id)
    )


@cache
def open_records_of(role: Role) -> Select[int, int, str, str | None, str]:
    """Open deals, leads and projects of `people`, each with the contact or organisation that led to it."""
    viewer = of_role(role)
    through = union_all(
        select(Participant.record_id, Participant.contact_id.label("party")).where(
            Participant.company_id == viewer.company_id, Participant.contact_id.in_(_all("people"))
        ),
        select(Record.id, Record.organization_id).where(
            Record.company_id == viewer.company_id, Record.organization_id.in_(_all("people"))
        ),
    ).subquery()
    return (
        select(through.c.party, *FACT)
        .join(through, through.c.record_id == Record.id)
        .where(visible_record(viewer), Record.type.in_(sorted(DEALS)), Record.status == "open")
    )


@cache
def deals_linked_to(role: Role, audience: Sharing) -> Select[int, str, int, str, str | None, str]:
    """Deals, leads and projects that `letters` are linked to, by links alone that may tell `audience` something.

    What rules made of weak mail is no evidence; what a person chose there is.
    """
    viewer = of_role(role)
    of_copy = exists().where(
        MessageCopy.company_id == viewer.company_id, MessageCopy.id == Link.copy_id, may_tell(viewer, audience)
    )
    query = (
        select(Link.message_id, Link.origin, *FACT)
        .join(Record, and_(Record.company_id == Link.company_id, Record.id == Link.target_id))
        .join(Message, and_(Message.company_id == Link.company_id, Message.id == Link.message_id))
        .where(
            Link.message_id.in_(_all("letters")),
            or_(Link.origin == "manual", not_(of_weak_letter())),
            telling_link(viewer),
            visible_record(viewer),
            Record.type.in_(sorted(DEALS)),
        )
    )
    return query if audience is Sharing.PRIVATE else query.where(or_(Link.copy_id.is_(None), of_copy))


@cache
def any_seen(role: Role, audience: Sharing) -> Select[int]:
    """One copy through which the viewer sees one of `letters`, and that may tell `audience` something."""
    viewer = of_role(role)
    seen = and_(shared_copy(viewer), may_tell(viewer, audience))
    return select(MessageCopy.id).where(seen, MessageCopy.message_id.in_(_all("letters"))).limit(1)


def _all(name: str) -> Any:
    return bindparam(name, expanding=True)
