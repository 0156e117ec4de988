"""What belongs to a record besides its own row: addresses, domains, participants; and the checks on ids."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from accounts.refusals import Invalid
from accounts.viewer import Viewer
from db.models import ContactAddress, OrganizationDomain, Participant, Record, Team, User
from languages.speech import _
from linking.record_fields import RecordFields, RecordType
from linking.record_view import visible_ids
from linking.visibility import visible_record
from mail.address import address_key


def check_references(session: Session, viewer: Viewer, fields: RecordFields, changed: frozenset[str]) -> None:
    """Check that the changed ids name what the viewer may see; raise Invalid.

    What he may not see is answered like what is not there.
    """
    errors = {}
    contacts: tuple[int, ...] = getattr(fields, "contact_ids", ())
    if "contact_ids" in changed and set(contacts) - visible_ids(session, viewer, contacts, RecordType.CONTACT):
        errors["contact_ids"] = _("there is no such contact")
    organization: int | None = getattr(fields, "organization_id", None)
    organizations = [organization] if "organization_id" in changed and organization is not None else []
    if set(organizations) - visible_ids(session, viewer, organizations, RecordType.ORGANIZATION):
        errors["organization_id"] = _("there is no such organisation")
    if "owner_id" in changed and fields.owner_id is not None and not _is_active(session, viewer, fields.owner_id):
        errors["owner_id"] = _("there is no such user")
    if "team_id" in changed and fields.team_id is not None and not _is_team(session, viewer, fields.team_id):
        errors["team_id"] = _("there is no such team")
    if errors:
        raise Invalid(errors)
    if changed & {"team_id", "visibility"} and fields.visibility == "team" and fields.team_id is None:
        raise Invalid({"visibility": _("say in team_id which team")})


def _is_team(session: Session, viewer: Viewer, team_id: int) -> bool:
    query = select(Team.id).where(Team.company_id == viewer.company_id, Team.id == team_id, Team.deleted_at.is_(None))
    return session.scalar(query) is not None


def write_addresses(session: Session, viewer: Viewer, contact_id: int, addresses: Sequence[str]) -> None:
    """Replace the addresses of a contact."""
    session.execute(
        delete(ContactAddress).where(
            ContactAddress.company_id == viewer.company_id, ContactAddress.contact_id == contact_id
        )
    )
    rows = [
        {
            "company_id": viewer.company_id,
            "contact_id": contact_id,
            "address": address,
            "address_key": address_key(address),
            "position": position,
        }
        for position, address in enumerate(addresses)
    ]
    if rows:
        session.execute(insert(ContactAddress), rows)


def write_domains(session: Session, viewer: Viewer, organization_id: int, domains: Sequence[str]) -> None:
    """Replace the domains of an organisation."""
    session.execute(
        delete(OrganizationDomain).where(
            OrganizationDomain.company_id == viewer.company_id,
            OrganizationDomain.organization_id == organization_id,
        )
    )
    rows = [
        {"company_id": viewer.company_id, "organization_id": organization_id, "domain": domain} for domain in domains
    ]
    if rows:
        session.execute(insert(OrganizationDomain), rows)


def write_participants(session: Session, viewer: Viewer, record_id: int, contact_ids: Sequence[int]) -> None:
    """Replace the contacts of a deal, lead or project that the viewer sees; the others stay."""
    kept = _hidden_participants(session, viewer, record_id)
    session.execute(
        delete(Participant).where(Participant.company_id == viewer.company_id, Participant.record_id == record_id)
    )
    rows = [
        {"company_id": viewer.company_id, "record_id": record_id, "contact_id": contact_id, "position": position}
        for position, contact_id in enumerate(dict.fromkeys([*contact_ids, *kept]))
    ]
    if rows:
        session.execute(insert(Participant), rows)


def _hidden_participants(session: Session, viewer: Viewer, record_id: int) -> list[int]:
    seen = select(Record.id).where(visible_record(viewer))
    query = select(Participant.contact_id).where(
        Participant.company_id == viewer.company_id,
        Participant.record_id == record_id,
        Participant.contact_id.not_in(seen),
    )
    return list(session.scalars(query.order_by(Participant.position)))


def _is_active(session: Session, viewer: Viewer, user_id: int) -> bool:
    query = select(User.id).where(User.company_id == viewer.company_id, User.id == user_id, User.state == "active")
    return session.scalar(query) is not None
