"""Of which domains a company's provider may speak where several companies share an installation: its own alone."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.sender_domains import is_vouched_for
from db.models import Company, CompanyDomain, DirectoryLogin, SenderDomain


def has_several_companies(session: Session) -> bool:
    """Tell whether the installation is shared."""
    return len(session.scalars(select(Company.id).limit(2)).all()) > 1


def may_speak_of(session: Session, company_id: int, domain: str) -> bool:
    """Tell whether a company may offer its provider to whoever names an address of a domain.

    A name on a company's own list proves nothing: what another company says to be its own, or has users or a proof
    at, takes a proof by DNS.
    """
    return is_vouched_for(session, company_id, f"x@{domain}") or not _is_anothers(session, company_id, domain)


def _is_anothers(session: Session, company_id: int, domain: str) -> bool:
    logins = DirectoryLogin.email_key.endswith(f"@{domain}", autoescape=True)
    said = (
        select(CompanyDomain.company_id).where(CompanyDomain.domain == domain, CompanyDomain.company_id != company_id),
        select(SenderDomain.company_id).where(
            SenderDomain.domain == domain, SenderDomain.company_id != company_id, SenderDomain.proved_at.is_not(None)
        ),
        select(DirectoryLogin.company_id).where(logins, DirectoryLogin.company_id != company_id),
    )
    aware = {"across_companies": "whether anybody else says that a domain is his"}
    return any(session.scalar(one.limit(1).execution_options(**aware)) is not None for one in said)
