"""The provider at which a company's users may sign in: what its admin decides, and whom the login page offers it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.companies import check_domains, internal_domains
from accounts.oidc_metadata import is_issuer
from accounts.refusals import Conflict, Forbidden, Invalid
from accounts.sign_in_domains import has_several_companies, may_speak_of
from accounts.viewer import Viewer
from accounts.ways_in import can_prove
from db.ids import new_id
from db.models import DirectorySignIn, SignInProvider
from languages.speech import _
from mail.address import domain_of
from net.sealed import Keys

LONGEST_LABEL: Final = 40
LONGEST_SECRET: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What an admin decides; as `SignInProvider`."""

    label: str
    issuer: str
    client_id: str
    domains: tuple[str, ...]
    active: bool
    only_way: bool
    makes_users: bool
    asks_second_step: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderView:
    """A provider as its admins see it; the secret is never shown."""

    company_id: int
    id: int
    decided: Decided
    has_secret: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A button of the login page."""

    provider_id: int
    label: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What the login page offers: providers at once, or a form that asks for the address first."""

    ways: tuple[Way, ...] = ()
    asks_address: bool = False


def get_provider(session: Session, company_id: int) -> ProviderView | None:
    """Answer the company's provider."""
    row = session.scalars(
        select(SignInProvider).where(SignInProvider.company_id == company_id),
        execution_options={"populate_existing": True},
    ).one_or_none()
    return _view(row) if row else None


def secret_of(session: Session, keys: Keys, provider: ProviderView) -> str:
    """Answer the secret by which we say who we are there, "" where there is none."""
    query = select(SignInProvider.client_secret).where(
        SignInProvider.company_id == provider.company_id, SignInProvider.id == provider.id
    )
    sealed = session.scalar(query)
    return keys.unseal(sealed, _place(provider.id)).decode() if sealed else ""


def save_provider(
    session: Session, admin: Viewer, keys: Keys, decided: Decided, secret: str, now: datetime
) -> ProviderView:
    """Write what an admin decides; an empty secret keeps the one that is there. Raise Forbidden, Invalid."""
    _must_be_admin(admin)
    before = get_provider(session, admin.company_id)
    checked = _checked(session, admin, decided, secret, before.decided if before else None)
    provider_id = before.id if before else new_id(session)
    values: dict[str, Any] = {**asdict(checked), "domains": list(checked.domains), "changed_at": now}
    if secret:
        values["client_secret"] = keys.seal(secret.encode(), _place(provider_id))
    if before is None:
        session.execute(
            insert(SignInProvider).values(company_id=admin.company_id, id=provider_id, created_at=now, **values)
        )
    else:
        this = SignInProvider.company_id == admin.company_id, SignInProvider.id == provider_id
        session.execute(update(SignInProvider).where(*this).values(**values))
    _offer_anew(session, admin.company_id, provider_id, checked.domains if checked.active else ())
    was = asdict(before.decided) if before else {}
    changed = sorted(name for name, value in asdict(checked).items() if was.get(name) != value)
    args = {"fields": changed + (["secret"] if secret else [])}
    _audit(session, admin, "company.sign_in.change", now, args)
    return ProviderView(
        company_id=admin.company_id,
        id=provider_id,
        decided=checked,
        has_secret=bool(secret) or (before is not None and before.has_secret),
    )


def remove_provider(session: Session, admin: Viewer, now: datetime) -> None:
    """Let nobody sign in there any more; who is who there is kept for the day it comes back.

    Raise Forbidden, and Conflict where the admin would shut himself out.
    """
    _must_be_admin(admin)
    before = get_provider(session, admin.company_id)
    if before and before.decided.active and not can_prove(session, admin.company_id, admin.user_id):
        raise Conflict(_("Set a password or a passkey first: without the provider you have no way in."))
    _offer_anew(session, admin.company_id, 0, ())
    session.execute(delete(SignInProvider).where(SignInProvider.company_id == admin.company_id))
    _audit(session, admin, "company.sign_in.remove", now, {})


def offered(session: Session) -> Offered:
    """Answer what is offered to a stranger: with several companies nothing is told before he names an address."""
    here = session.execute(select(DirectorySignIn.company_id, DirectorySignIn.provider_id).distinct().limit(2)).all()
    if not here:
        return Offered()
    if has_several_companies(session):
        return Offered(asks_address=True)
    return Offered(ways=_ways(session, here))


def ways_for(session: Session, email: str) -> tuple[Way, ...]:
    """Answer the providers that speak of an address; it is the domain alone that counts, whoever has a user."""
    domain = (domain_of(email) or "").lower()
    rows = session.execute(
        select(DirectorySignIn.company_id, DirectorySignIn.provider_id)
        .where(DirectorySignIn.domain == domain)
        .order_by(DirectorySignIn.provider_id)
    ).all()
    return _ways(session, [one for one in rows if may_speak_of(session, one.company_id, domain)])


def find_active(session: Session, provider_id: int) -> ProviderView | None:
    """Answer a provider by its id, before anybody is known; None where there is none to sign in at."""
    found = session.scalar(
        select(DirectorySignIn.company_id).where(DirectorySignIn.provider_id == provider_id).limit(1)
    )
    return get_provider(session, found) if found is not None else None


def _ways(session: Session, rows: Iterable[Any]) -> tuple[Way, ...]:
    found = (get_provider(session, row.company_id) for row in rows)
    return tuple(Way(one.id, one.decided.label) for one in found if one)


def _checked(session: Session, admin: Viewer, decided: Decided, secret: str, before: Decided | None) -> Decided:
    wrong: dict[str, str] = {}
    if not 0 < len(decided.label) <= LONGEST_LABEL or not decided.label.isprintable():
        wrong["label"] = _("a name has 1 to {most} characters").format(most=LONGEST_LABEL)
    if not is_issuer(decided.issuer):
        wrong["issuer"] = _("an https address, as your provider writes it")
    if not 0 < len(decided.client_id) <= LONGEST_SECRET or not decided.client_id.isprintable():
        wrong["client_id"] = _("the id that your provider gave to smartbcc")
    if len(secret) > LONGEST_SECRET or not secret.isprintable():
        wrong["client_secret"] = _("this is no secret that a provider gives")
    domains = check_domains(decided.domains)
    wrong |= _wrong_domains(session, admin, domains)
    if (needing := _needs_own_way(decided, before)) and not can_prove(session, admin.company_id, admin.user_id):
        wrong[needing] = _("set a password or a passkey first: it is the way back in when the provider fails")
    if wrong:
        raise Invalid(wrong)
    only_way = decided.only_way and decided.active
    return Decided(**{**asdict(decided), "domains": domains, "only_way": only_way})


def _wrong_domains(session: Session, admin: Viewer, domains: tuple[str, ...]) -> dict[str, str]:
    inside = internal_domains(session, admin.company_id)
    if not domains or not set(domains) <= inside:
        said = _("one or more of your company’s own domains: {domains}")
        return {"domains": said.format(domains=", ".join(sorted(inside)) or "–")}
    for one in domains:
        if not may_speak_of(session, admin.company_id, one):
            said = _("another company here uses {domain}: prove by DNS first that it is yours")
            return {"domains": said.format(domain=one)}
    return {}


def _needs_own_way(decided: Decided, before: Decided | None) -> str:
    """Answer the field by which an admin might shut himself out, "" where there is none."""
    if before and before.active and not decided.active:
        return "active"
    if before and before.active and before.issuer != decided.issuer:
        return "issuer"
    return "only_way" if decided.only_way else ""


def _offer_anew(session: Session, company_id: int, provider_id: int, domains: Iterable[str]) -> None:
    session.execute(delete(DirectorySignIn).where(DirectorySignIn.company_id == company_id))
    rows = [{"domain": one, "company_id": company_id, "provider_id": provider_id} for one in domains]
    if rows:
        session.execute(insert(DirectorySignIn), rows)


def _must_be_admin(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin decides how users sign in."))


def _view(row: SignInProvider) -> ProviderView:
    decided = Decided(
        label=row.label,
        issuer=row.issuer,
        client_id=row.client_id,
        domains=tuple(row.domains),
        active=row.active,
        only_way=row.only_way,
        makes_users=row.makes_users,
        asks_second_step=row.asks_second_step,
    )
    return ProviderView(company_id=row.company_id, id=row.id, decided=decided, has_secret=row.client_secret is not None)


def _place(provider_id: int) -> str:
    return f"sign_in_provider:client_secret:{provider_id}"


def _audit(session: Session, admin: Viewer, action: str, now: datetime, args: dict[str, Any]) -> None:
    about = ("company", admin.company_id)
    record_event(session, admin.company_id, admin.user_id, action, now=now, target=about, args=args)
