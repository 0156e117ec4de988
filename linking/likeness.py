"""Who a sender could be taken for: a domain that looks like a known one, a name that is a colleague's.

Computed when the letter is read, from what its reader may see and nothing else (RULES R30b).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from accounts.colleagues import active_colleagues
from accounts.free_mail import is_free_mail
from accounts.users import get_user
from accounts.viewer import Viewer
from db.models import ContactAddress, OrganizationDomain, Record
from linking.letter import Letter
from linking.visibility import visible_record
from linking.whose import Belonging
from mail.address import address_key
from mail.lookalike import similar_domains

WORDS_OF_A_NAME: Final = 2
"""A first name alone is too often that of somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What the sender could be taken for: the domain (A-labels), or the name of a colleague."""

    domain: str = ""
    colleague: str = ""


def find_likeness(session: Session, viewer: Viewer, letter: Letter) -> Likeness | None:
    """Answer whom the sender of an incoming letter looks like without being it; None where nobody is known."""
    if letter.from_ is None or letter.direction != "incoming":
        return None
    key, belonging = address_key(letter.from_.address), Belonging(session, viewer.company_id)
    if belonging.whose([key]) or _is_known(session, viewer, key):
        return None
    domain = _similar(session, viewer, key, belonging.domains)
    if domain:
        return Likeness(domain=domain)
    name = _namesake(session, viewer, letter.from_.name)
    return Likeness(colleague=name) if name else None


def _is_known(session: Session, viewer: Viewer, key: str) -> bool:
    """Tell whether the address is one of a contact that a person made; a mail alone makes nobody known."""
    query = _contacts(viewer).where(ContactAddress.address_key == key, Record.created_from.is_(None))
    return session.scalars(query.limit(1)).first() is not None


def _similar(session: Session, viewer: Viewer, key: str, own: frozenset[str]) -> str:
    """Answer a known domain that the one of the address looks like, "" where there is none."""
    local, _, domain = key.rpartition("@")
    if not domain or is_free_mail(domain) or _of_organization(session, viewer, frozenset({domain})):
        return ""
    similar = similar_domains(domain)
    ours = min(similar & own, default="")
    if ours or not similar:
        return ours
    theirs = _of_organization(session, viewer, similar)
    if theirs:
        return theirs
    # Of contacts the same mailbox elsewhere: their addresses are found as a whole alone.
    keys = [f"{local}@{one}" for one in similar]
    found = session.scalars(_contacts(viewer).where(ContactAddress.address_key.in_(keys)).limit(1)).first()
    return found.rpartition("@")[2] if found else ""


def _of_organization(session: Session, viewer: Viewer, domains: frozenset[str]) -> str:
    query = (
        select(OrganizationDomain.domain)
        .join(
            Record,
            and_(Record.company_id == viewer.company_id, Record.id == OrganizationDomain.organization_id),
        )
        .where(
            OrganizationDomain.company_id == viewer.company_id,
            OrganizationDomain.domain.in_(domains),
            visible_record(viewer),
        )
        .order_by(OrganizationDomain.domain)
        .limit(1)
    )
    return session.scalars(query).first() or ""


def _contacts(viewer: Viewer) -> Select[str]:
    return (
        select(ContactAddress.address_key)
        .join(Record, and_(Record.company_id == viewer.company_id, Record.id == ContactAddress.contact_id))
        .where(ContactAddress.company_id == viewer.company_id, visible_record(viewer))
        .order_by(ContactAddress.address_key)
    )


def _namesake(session: Session, viewer: Viewer, name: str) -> str:
    wanted = _folded(name)
    if len(wanted.split()) < WORDS_OF_A_NAME:
        return ""
    me = get_user(session, viewer.company_id, viewer.user_id).name
    names = (me, *(one.name for one in active_colleagues(session, viewer)))
    return next((one for one in names if _folded(one) == wanted), "")


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace(",", " ").split())
