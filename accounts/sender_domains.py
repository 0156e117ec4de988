"""Domains that DNS proves to be the company's: what an admin says of their addresses needs no mailed link (RULES R10).

    asked for > proved > lapsed       the record was not there for 30 days
                  ^---------+         and proved again once it is

An admin publishes a TXT record under `_smartbcc`; it is looked at when he asks, and weekly from then on. A proof is
of the domain, never of a person: whose an address there is, an admin says.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.companies import check_domains
from accounts.refusals import Conflict, Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import SenderDomain
from languages.speech import _, marked
from mail.address import domain_of
from mailauth.suffix import is_public_suffix
from net.resolver import LookupFailed, Resolver

LABEL: Final = "_smartbcc"
PREFIX: Final = "smartbcc="
TOKEN_BYTES: Final = 16
AGAIN_AFTER: Final = timedelta(days=7)
LAPSES_AFTER: Final = timedelta(days=30)
BETWEEN_CHECKS: Final = timedelta(seconds=10)  # that a person asks for
MOST: Final = 50
MOST_AT_ONCE: Final = 200
NO_RECORD: Final = marked("There is no TXT record at this name yet.")
OTHER_RECORD: Final = marked("There is a TXT record, but not this one.")
NO_ANSWER: Final = marked("The name servers of this domain did not answer.")


class DomainState(StrEnum):
    """What is known of a domain."""

    WAITING = "waiting"
    PROVED = "proved"
    MISSING = "missing"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainView:
    """A domain on the list; `missing`: proved, but the last look did not find the record."""

    id: int
    domain: str
    record_name: str
    record_value: str
    state: DomainState
    checked_at: datetime | None
    seen_at: datetime | None
    proved_at: datetime | None
    lapsed_at: datetime | None
    problem: str | None

    @property
    def lapses_at(self) -> datetime | None:
        """Answer when a proof ends whose record is not there any more."""
        return self.seen_at + LAPSES_AFTER if self.seen_at and self.state is DomainState.MISSING else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCheck:
    """A proved domain that is to be looked at again."""

    company_id: int
    domain_id: int
    record_name: str
    record_value: str


def add_domain(session: Session, viewer: Viewer, domain: str, now: datetime) -> DomainView:
    """Name a domain and answer what to publish; for admins. Raise Forbidden, Invalid."""
    _check_admin(viewer)
    (plain,) = check_domains([domain], "domain")
    if is_public_suffix(plain):
        said = _("anybody can register a name below {domain}: it belongs to nobody alone")
        raise Invalid({"domain": said.format(domain=plain)})
    listed = list_domains(session, viewer)
    if any(one.domain == plain for one in listed):
        raise Invalid({"domain": _("this domain is on the list already")})
    if len(listed) >= MOST:
        raise Invalid({"domain": _("there are {most} domains already: remove one first").format(most=MOST)})
    domain_id = new_id(session)
    values = {"domain": plain, "token": secrets.token_hex(TOKEN_BYTES), "created_at": now}
    session.execute(insert(SenderDomain).values(company_id=viewer.company_id, id=domain_id, **values))
    _audit(session, viewer, "add", domain_id, plain, now)
    return get_domain(session, viewer, domain_id)


def list_domains(session: Session, viewer: Viewer) -> tuple[DomainView, ...]:
    """Answer the company's domains by name; for admins."""
    _check_admin(viewer)
    query = select(SenderDomain).where(SenderDomain.company_id == viewer.company_id).order_by(SenderDomain.domain)
    return tuple(map(_view, session.scalars(query, execution_options={"populate_existing": True})))


def get_domain(session: Session, viewer: Viewer, domain_id: int) -> DomainView:
    """Answer one; for admins. Raise Forbidden, Missing."""
    _check_admin(viewer)
    query = select(SenderDomain).where(SenderDomain.company_id == viewer.company_id, SenderDomain.id == domain_id)
    row = session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    if row is None:
        raise Missing("domain")
    return _view(row)


def remove_domain(session: Session, viewer: Viewer, domain_id: int, now: datetime) -> str:
    """Let go of a domain and answer its name; addresses that were approved stay so."""
    found = get_domain(session, viewer, domain_id)
    this = SenderDomain.company_id == viewer.company_id, SenderDomain.id == domain_id
    session.execute(delete(SenderDomain).where(*this))
    _audit(session, viewer, "remove", domain_id, found.domain, now)
    return found.domain


def is_vouched_for(session: Session, company_id: int, address: str) -> bool:
    """Tell whether DNS proves that the domain of an address is the company's."""
    query = select(SenderDomain.id).where(
        SenderDomain.company_id == company_id,
        SenderDomain.domain == domain_of(address),
        SenderDomain.proved_at.is_not(None),
        SenderDomain.lapsed_at.is_(None),
    )
    return session.scalar(query) is not None


def due_checks(session: Session, now: datetime) -> tuple[DueCheck, ...]:
    """Answer the domains of every company whose proof stands and was last looked at a week ago."""
    due = (
        select(SenderDomain)
        .where(
            SenderDomain.proved_at.is_not(None),
            SenderDomain.lapsed_at.is_(None),
            SenderDomain.checked_at < now - AGAIN_AFTER,
        )
        .order_by(SenderDomain.checked_at)
        .limit(MOST_AT_ONCE)
        .execution_options(across_companies="house keeping for all of them")
    )
    return tuple(
        DueCheck(
            company_id=row.company_id,
            domain_id=row.id,
            record_name=f"{LABEL}.{row.domain}",
            record_value=f"{PREFIX}{row.token}",
        )
        for row in session.scalars(due)
    )


def look_up(resolver: Resolver, name: str, value: str) -> str | None:
    """Answer what is wrong with the record of a domain, None where it is there; no transaction is open meanwhile."""
    try:
        found = resolver.txt(name)
    except LookupFailed:
        return NO_ANSWER
    if value.encode() in (one.strip() for one in found):
        return None
    return OTHER_RECORD if found else NO_RECORD


def begin_check(session: Session, viewer: Viewer, domain_id: int, now: datetime) -> DomainView:
    """Note that a domain is about to be looked at, and answer it; raise Conflict where that was a moment ago."""
    found = get_domain(session, viewer, domain_id)
    if found.checked_at is not None and now - found.checked_at < BETWEEN_CHECKS:
        raise Conflict(_("It was looked at a moment ago. DNS takes a while to carry a change."))
    this = SenderDomain.company_id == viewer.company_id, SenderDomain.id == domain_id
    session.execute(update(SenderDomain).where(*this).values(checked_at=now))
    return found


def note_check(
    session: Session, company_id: int, domain_id: int, problem: str | None, now: datetime, by: Viewer | None = None
) -> None:
    """Write down what DNS said; a record that is away for 30 days ends the proof. `by` None is the house keeping."""
    this = SenderDomain.company_id == company_id, SenderDomain.id == domain_id
    row = session.scalars(
        select(SenderDomain).where(*this).with_for_update(), execution_options={"populate_existing": True}
    ).one_or_none()
    if row is None:
        return
    values: dict[str, Any] = {"checked_at": now, "problem": problem}
    is_proved = row.proved_at is not None and row.lapsed_at is None
    became = ""
    if problem is None:
        values |= {"seen_at": now}
        if not is_proved:
            values |= {"proved_at": now, "lapsed_at": None}
            became = "prove"
    elif is_proved and row.seen_at is not None and now - row.seen_at >= LAPSES_AFTER:
        values |= {"lapsed_at": now}
        became = "lapse"
    domain = row.domain
    session.execute(update(SenderDomain).where(*this).values(**values))
    if became:
        actor = by.user_id if by else None
        _record(session, company_id, actor, became, domain_id, domain, now)


def _view(row: SenderDomain) -> DomainView:
    return DomainView(
        id=row.id,
        domain=row.domain,
        record_name=f"{LABEL}.{row.domain}",
        record_value=f"{PREFIX}{row.token}",
        state=_state(row),
        checked_at=row.checked_at,
        seen_at=row.seen_at,
        proved_at=row.proved_at,
        lapsed_at=row.lapsed_at,
        problem=_(row.problem) if row.problem else None,
    )


def _state(row: SenderDomain) -> DomainState:
    if row.lapsed_at is not None:
        return DomainState.LAPSED
    if row.proved_at is None:
        return DomainState.WAITING
    return DomainState.PROVED if row.problem is None else DomainState.MISSING


def _check_admin(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin proves domains."))


def _audit(session: Session, viewer: Viewer, act: str, domain_id: int, domain: str, now: datetime) -> None:
    _record(session, viewer.company_id, viewer.user_id, act, domain_id, domain, now)


def _record(
    session: Session, company_id: int, actor_id: int | None, act: str, domain_id: int, domain: str, now: datetime
) -> None:
    target = ("sender_domain", domain_id)
    record_event(session, company_id, actor_id, f"sender.domain_{act}", now=now, target=target, args={"domain": domain})
