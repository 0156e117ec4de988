"""Companies: make one, read and change what it decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from accounts.addresses import AddressKind, address_of, make_address
from accounts.audit import record_event
from accounts.free_mail import is_free_mail
from accounts.policies import CompanyPolicies, changed
from accounts.refusals import Conflict, Forbidden, Invalid, Missing
from accounts.retention_days import note_change
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import Company, CompanyDomain, User
from languages.speech import _
from mail.address import domain_of

LONGEST_NAME: Final = 200
LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN: Final = re.compile(rf"(?=.{{4,253}}\Z){LABEL}(?:\.{LABEL})+")
"""RFC 1035 §2.3.1 and §2.3.4, at least two labels."""

# Asked for every mail: made once, because making a statement takes longer than its answer.
_POLICIES: Final = select(Company.policies).where(Company.id == bindparam("company_id"))
_DOMAINS_AND_LOGINS: Final = (
    select(CompanyDomain.domain)
    .where(CompanyDomain.company_id == bindparam("company_id"))
    .union_all(select(User.email_key).where(User.company_id == bindparam("company_id")))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMade:
    """A new company and its universal address."""

    company_id: int
    bcc_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyView:
    """A company as its users see it."""

    id: int
    name: str
    domains: tuple[str, ...]
    policies: CompanyPolicies
    bcc_address: str


def create_company(
    session: Session, name: str, domains: Iterable[str], policies: CompanyPolicies, now: datetime, mail_domain: str
) -> CompanyMade:
    """Make a company with its universal address; raise Conflict where the name is taken, Invalid."""
    checked_name, own = check_name(name), check_domains(domains)
    _refuse_taken(session, checked_name)
    company_id = new_id(session)
    session.execute(
        insert(Company).values(
            id=company_id, name=checked_name, policies=policies.model_dump(mode="json"), created_at=now
        )
    )
    _write_domains(session, company_id, own)
    address = make_address(session, company_id, AddressKind.UNIVERSAL, "bcc", mail_domain, now)
    record_event(session, company_id, None, "company.add", now=now, target=("company", company_id))
    return CompanyMade(company_id=company_id, bcc_address=address)


def find_company_id(session: Session, name: str) -> int | None:
    """Answer the company of that name."""
    return session.scalar(select(Company.id).where(Company.name == name.strip()))


def list_company_ids(session: Session) -> tuple[int, ...]:
    """Answer every company of the installation, the oldest first."""
    return tuple(session.scalars(select(Company.id).order_by(Company.id)))


def get_company(session: Session, company_id: int) -> CompanyView:
    """Answer the company; raise Missing."""
    row = session.get(Company, company_id)
    if row is None:
        raise Missing("company")
    domains = session.scalars(
        select(CompanyDomain.domain).where(CompanyDomain.company_id == company_id).order_by(CompanyDomain.domain)
    )
    return CompanyView(
        id=row.id,
        name=row.name,
        domains=tuple(domains),
        policies=CompanyPolicies.model_validate(row.policies),
        bcc_address=address_of(session, company_id) or "",
    )


def get_policies(session: Session, company_id: int) -> CompanyPolicies:
    """Answer what the company decides; raise Missing."""
    found = session.connection().scalar(_POLICIES, {"company_id": company_id})
    if found is None:
        raise Missing("company")
    return CompanyPolicies.model_validate(found)


def change_company(session: Session, viewer: Viewer, changes: Mapping[str, object], now: datetime) -> CompanyView:
    """Change name, domains and policies; for admins. Raise Forbidden, Invalid, Conflict."""
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin changes the company."))
    company_id, rest = viewer.company_id, dict(changes)
    before = get_company(session, company_id)
    if "name" in rest:
        name = check_name(rest.pop("name"))
        _refuse_taken(session, name, but=company_id)
        session.execute(update(Company).where(Company.id == company_id).values(name=name))
    if "domains" in rest:
        domains = check_domains(rest.pop("domains"))
        session.execute(delete(CompanyDomain).where(CompanyDomain.company_id == company_id))
        _write_domains(session, company_id, domains)
    chosen = changed(before.policies, rest)
    if chosen.retention_days != before.policies.retention_days:
        note_change(session, company_id, before.policies.retention_days, chosen.retention_days, now)
    policies = chosen.model_dump(mode="json")
    session.execute(update(Company).where(Company.id == company_id).values(policies=policies))
    after = get_company(session, company_id)
    if fields := _differing(before, after):
        about = ("company", company_id)
        record_event(
            session, company_id, viewer.user_id, "company.change", now=now, target=about, args={"fields": fields}
        )
    return after


def _differing(before: CompanyView, after: CompanyView) -> list[str]:
    """Name what became another, in order; a form sends all of its fields, changed or not."""
    was, now_is = ({"name": one.name, "domains": one.domains, **one.policies.model_dump()} for one in (before, after))
    return sorted(name for name, value in now_is.items() if value != was[name])


def internal_domains(session: Session, company_id: int) -> frozenset[str]:
    """Answer the company's domains and those of its users' login addresses, free-mail domains never."""
    found = session.connection().scalars(_DOMAINS_AND_LOGINS, {"company_id": company_id})
    # Both are stored as keys: what stands behind the @ is a domain in its one form.
    domains = {one.rpartition("@")[2] for one in found}
    return frozenset(domain for domain in domains if not is_free_mail(domain))


def check_name(name: object) -> str:
    """Answer a name without spaces around it; raise Invalid."""
    plain = name.strip() if isinstance(name, str) else ""
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise Invalid({"name": _("a name has 1 to {longest_name} characters").format(longest_name=LONGEST_NAME)})
    return plain


def check_domains(domains: object, field: str = "domains") -> tuple[str, ...]:
    """Answer domains in A-label form, each once, in order; raise Invalid."""
    if isinstance(domains, str) or not isinstance(domains, Iterable):
        raise Invalid({field: _("a list of domains is needed")})
    seen: dict[str, None] = {}
    for given in domains:
        plain = given.strip().rstrip(".") if isinstance(given, str) else "@"
        domain = domain_of(f"x@{plain}") if "@" not in plain else ""
        if not DOMAIN.fullmatch(domain):
            raise Invalid({field: _("{domain} is not a domain").format(domain=str(given)[:100])})
        if is_free_mail(domain):
            raise Invalid(
                {field: _("{domain} is a free-mail domain: it belongs to nobody alone").format(domain=domain)}
            )
        seen[domain] = None
    return tuple(seen)


def _refuse_taken(session: Session, name: str, but: int | None = None) -> None:
    taken = find_company_id(session, name)
    if taken is not None and taken != but:
        raise Conflict(_("A company of this name exists."))


def _write_domains(session: Session, company_id: int, domains: tuple[str, ...]) -> None:
    if domains:
        rows = [{"company_id": company_id, "domain": domain} for domain in domains]
        session.execute(insert(CompanyDomain), rows)
