"""Who a sender could be taken for: a domain that looks like a known one, a name that is a colleague's.

Computed when the letter is read, from what its reader may see and nothing else (RULES R30b).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
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


def find_likenesses(session: Session, viewer: Viewer, letters: Iterable[Letter]) -> dict[int, Likeness]:
    """Answer whom the senders of incoming letters look like without being it, by letter; nobody known has no entry."""
    senders = {
        one.id: (address_key(one.from_.address), one.from_.name)
        for one in letters
        if one.from_ is not None and one.direction == "incoming"
    }
    belonging, keys = Belonging(session, viewer.company_id), {key for key, _name in senders.values()}
    strangers = keys - belonging.whose(keys).keys()
    strangers -= _known(session, viewer, strangers)
    domains = {key: _similar(session, viewer, key, belonging.domains) for key in strangers}
    names = _our_names(session, viewer) if strangers else ()
    found = {
        number: Likeness(domain=domains[key]) if domains[key] else Likeness(colleague=_namesake(names, name))
        for number, (key, name) in senders.items()
        if key in strangers
    }
    return {number: one for number, one in found.items() if one.domain or one.colleague}


def _known(session: Session, viewer: Viewer, keys: Collection[str]) -> frozenset[str]:
    """Answer those that are addresses of contacts that a person made; a mail alone makes nobody known."""
    query = _contacts(viewer).where(ContactAddress.address_key.in_(keys), Record.created_from.is_(None))
    return frozenset(session.scalars(query)) if keys else frozenset()


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


def _our_names(session: Session, viewer: Viewer) -> tuple[str, ...]:
    me = get_user(session, viewer.company_id, viewer.user_id).name
    return (me, *(one.name for one in active_colleagues(session, viewer)))


def _namesake(names: Iterable[str], name: str) -> str:
    wanted = _folded(name)
    if len(wanted.split()) < WORDS_OF_A_NAME:
        return ""
    return next((one for one in names if _folded(one) == wanted), "")


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace(",", " ").split())
