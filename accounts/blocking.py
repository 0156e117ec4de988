"""Blocked addresses and domains: the company's list, which everybody may read, and each user's own (RULES R33).

A domain stands for everything below it. One's own entries are told to nobody else, admins included.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, bindparam, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from accounts.addresses import own_address_keys
from accounts.audit import OWN, record_event
from accounts.companies import DOMAIN, internal_domains
from accounts.email import check_email
from accounts.free_mail import is_free_mail
from accounts.refusals import Conflict, Forbidden, Invalid, Missing
from accounts.senders import colleagues_among
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import BlockedAddress
from languages.speech import _
from mail.address import address_key, domain_of
from mailauth.suffix import is_public_suffix

MOST: Final = 5_000
"""Entries of one list."""

# Asked for every mail: made once, because making a statement takes longer than its answer.
_AMONG: Final = select(BlockedAddress.name, BlockedAddress.user_id).where(
    BlockedAddress.company_id == bindparam("company_id"),
    or_(BlockedAddress.user_id.is_(None), BlockedAddress.user_id == bindparam("user_id")),
    BlockedAddress.name.in_(bindparam("names", expanding=True)),
)
_ANY: Final = (
    select(BlockedAddress.id)
    .where(
        BlockedAddress.company_id == bindparam("company_id"),
        or_(BlockedAddress.user_id.is_(None), BlockedAddress.user_id == bindparam("user_id")),
    )
    .limit(1)
)


class BlockScope(StrEnum):
    """Whose list: one's own or the company's."""

    MINE = "mine"
    COMPANY = "company"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """An entry: an address, or a domain with all below it."""

    id: int
    name: str
    scope: BlockScope
    created_at: datetime

    @property
    def address(self) -> str | None:
        """Answer the address where it is one."""
        return self.name if "@" in self.name else None

    @property
    def domain(self) -> str | None:
        """Answer the domain where it is one."""
        return None if "@" in self.name else self.name


@dataclass(frozen=True, slots=True)
class BlockedAmong:
    """Address keys that the company's list names, and those that only one user's own does."""

    company: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()


def add_blocked(
    session: Session,
    viewer: Viewer,
    *,
    address: str | None = None,
    domain: str | None = None,
    scope: BlockScope = BlockScope.MINE,
    now: datetime,
) -> Blocked:
    """Block an address or a whole domain; raise Invalid, Forbidden. One that stands there is answered as it is."""
    if (address is None) == (domain is None):
        raise Invalid({"": _("give an address or a domain")})
    _check_scope(viewer, scope)
    name = _check_domain(session, viewer, domain) if domain is not None else _check_address(session, viewer, address)
    owner_id = None if scope is BlockScope.COMPANY else viewer.user_id
    there = session.scalar(_list(viewer, owner_id).where(BlockedAddress.name == name))
    if there is not None:
        return _blocked(there)
    if _count(session, viewer, owner_id) >= MOST:
        raise Conflict(_("The list is full: it holds {most} entries.").format(most=MOST))
    made_id = new_id(session)
    values = {"company_id": viewer.company_id, "id": made_id, "user_id": owner_id, "name": name}
    session.execute(insert(BlockedAddress).values(**values, created_by=viewer.user_id, created_at=now))
    _audit(session, viewer, "blocked.add", made_id, scope, now)
    return Blocked(id=made_id, name=name, scope=scope, created_at=now)


def list_blocked(
    session: Session, viewer: Viewer, limit: int = 200, before_id: int | None = None
) -> tuple[Blocked, ...]:
    """Answer the company's entries and the viewer's own, the newest first."""
    query = select(BlockedAddress).where(
        BlockedAddress.company_id == viewer.company_id,
        or_(BlockedAddress.user_id.is_(None), BlockedAddress.user_id == viewer.user_id),
    )
    if before_id is not None:
        query = query.where(BlockedAddress.id < before_id)
    return tuple(_blocked(row) for row in session.scalars(query.order_by(BlockedAddress.id.desc()).limit(limit)))


def remove_blocked(session: Session, viewer: Viewer, blocked_id: int, now: datetime) -> BlockScope:
    """Take an entry back, which brings its mail back, and answer whose it was; raise Missing, Forbidden."""
    row = session.scalar(
        select(BlockedAddress).where(
            BlockedAddress.company_id == viewer.company_id,
            BlockedAddress.id == blocked_id,
            or_(BlockedAddress.user_id.is_(None), BlockedAddress.user_id == viewer.user_id),
        )
    )
    if row is None:
        raise Missing("blocked address")
    scope = _blocked(row).scope
    _check_scope(viewer, scope)
    this = (BlockedAddress.company_id == viewer.company_id, BlockedAddress.id == blocked_id)
    session.execute(delete(BlockedAddress).where(*this))
    _audit(session, viewer, "blocked.remove", blocked_id, scope, now)
    return scope


def blocked_among(session: Session, company_id: int, user_id: int, keys: Collection[str]) -> BlockedAmong:
    """Answer which of these address keys the company's list or this user's own names."""
    names = {key: _names_of(key) for key in keys}
    wanted = sorted({name for found in names.values() for name in found})
    if not wanted:
        return BlockedAmong()
    rows = session.connection().execute(_AMONG, {"company_id": company_id, "user_id": user_id, "names": wanted}).all()
    of_company = {row.name for row in rows if row.user_id is None}
    own = {row.name for row in rows if row.user_id is not None}
    by_company = frozenset(key for key, found in names.items() if of_company.intersection(found))
    return BlockedAmong(by_company, frozenset(key for key in keys if own.intersection(names[key])) - by_company)


def has_blocked(session: Session, viewer: Viewer) -> bool:
    """Tell whether anything is blocked for this viewer at all."""
    given = {"company_id": viewer.company_id, "user_id": viewer.user_id}
    return session.connection().scalar(_ANY, given) is not None


def _names_of(key: str) -> tuple[str, ...]:
    """Answer under which names an address may be blocked: itself, its domain, and every domain above."""
    labels = key.rpartition("@")[2].split(".")
    return (key, *(".".join(labels[place:]) for place in range(max(len(labels) - 1, 1))))


def _check_scope(viewer: Viewer, scope: BlockScope) -> None:
    if scope is BlockScope.COMPANY and not viewer.is_admin:
        raise Forbidden(_("Only an admin changes the company's list."))


def _check_address(session: Session, viewer: Viewer, address: str | None) -> str:
    key = address_key(check_email(address, "address"))
    ours = own_address_keys(session, viewer.company_id, frozenset({key}))
    ours |= colleagues_among(session, viewer.company_id, frozenset({key}))
    if ours or domain_of(key) in internal_domains(session, viewer.company_id):
        raise Invalid({"address": _("this is an address of your own company, which cannot be blocked")})
    return key


def _check_domain(session: Session, viewer: Viewer, domain: str) -> str:
    plain = domain.strip().lstrip("@").rstrip(".")
    name = domain_of(f"x@{plain}") if "@" not in plain else ""
    if not DOMAIN.fullmatch(name):
        raise Invalid({"domain": _("{domain} is not a domain").format(domain=domain[:100])})
    if is_free_mail(name):
        raise Invalid(
            {"domain": _("{name} gives mailboxes to everybody: block single addresses of it").format(name=name)}
        )
    if is_public_suffix(name):
        raise Invalid({"domain": _("{name} belongs to many: block one of the domains below it").format(name=name)})
    own = internal_domains(session, viewer.company_id)
    if any(one == name or one.endswith(f".{name}") for one in own):
        raise Invalid({"domain": _("this is a domain of your own company, which cannot be blocked")})
    return name


def _list(viewer: Viewer, owner_id: int | None) -> Select[BlockedAddress]:
    return select(BlockedAddress).where(
        BlockedAddress.company_id == viewer.company_id, BlockedAddress.user_id.is_not_distinct_from(owner_id)
    )


def _count(session: Session, viewer: Viewer, owner_id: int | None) -> int:
    return session.scalar(select(func.count()).select_from(_list(viewer, owner_id).subquery())) or 0


def _blocked(row: BlockedAddress) -> Blocked:
    scope = BlockScope.COMPANY if row.user_id is None else BlockScope.MINE
    return Blocked(id=row.id, name=row.name, scope=scope, created_at=row.created_at)


def _audit(session: Session, viewer: Viewer, action: str, blocked_id: int, scope: BlockScope, now: datetime) -> None:
    shown = action if scope is BlockScope.COMPANY else f"{OWN}{action}"
    record_event(session, viewer.company_id, viewer.user_id, shown, now=now, target=("blocked", blocked_id))
