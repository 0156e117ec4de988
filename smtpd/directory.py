"""Directory: every question that the door asks the database; blocking, called in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from accounts.addresses import Recipient, find_recipient
from accounts.policies import CompanyPolicies
from accounts.senders import Standing, find_standing
from db.models import Company, DomainTrouble
from db.session import Database

TROUBLE_NOTED: Final = timedelta(minutes=1)
"""How old a note may grow before the next failure renews it."""
TROUBLE_FORGOTTEN: Final = timedelta(hours=24)
"""A failure after so long a silence begins anew: nobody knows how the domain was meanwhile."""
_DECIDED: Final = select(
    Company.policies,
    exists().where(DomainTrouble.domain == bindparam("domain")).label("in_trouble"),
).where(Company.id == bindparam("company_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderFacts:
    """What a company decided, and whose address From is; `in_trouble`: a note of failing look-ups stands."""

    policies: CompanyPolicies
    standing: Standing | None
    in_trouble: bool


class Directory:
    """Questions over one database; any error of it is the caller's 451."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recipient(self, addr_spec: str) -> Recipient | None:
        """Answer whose forward-path this is, None for one that takes no mail."""
        with self._database.read() as session:
            return find_recipient(session, addr_spec)

    def standing(self, company_id: int, address_key: str) -> Standing | None:
        """Answer whose address this is, None for an outsider's."""
        with self._database.read() as session:
            return find_standing(session, company_id, address_key)

    def sender_facts(self, company_id: int, address_key: str, domain: str) -> SenderFacts:
        """Answer in one snapshot what the decision after the dot needs."""
        with self._database.read() as session:
            asked = {"company_id": company_id, "domain": domain}
            decided = session.connection().execute(_DECIDED, asked).one()
            return SenderFacts(
                policies=CompanyPolicies.model_validate(decided.policies),
                standing=find_standing(session, company_id, address_key),
                in_trouble=decided.in_trouble,
            )

    def note_trouble(self, domain: str, now: datetime) -> timedelta:
        """Note that the look-ups of a domain failed; answer for how long they have been failing."""
        with self._database.read() as session:
            row = session.get(DomainTrouble, domain)
        if row is not None and now - row.last_failed_at < TROUBLE_NOTED:
            return now - row.failing_since
        if row is None:
            self._begin_trouble(domain, now)
            return timedelta()
        since = row.failing_since if now - row.last_failed_at < TROUBLE_FORGOTTEN else now
        with self._database.write() as session:
            changed = update(DomainTrouble).where(DomainTrouble.domain == domain)
            session.execute(changed.values(failing_since=since, last_failed_at=now))
        return now - since

    def clear_trouble(self, domain: str) -> None:
        """Note that the look-ups of a domain answer again."""
        with self._database.write() as session:
            session.execute(delete(DomainTrouble).where(DomainTrouble.domain == domain))

    def _begin_trouble(self, domain: str, now: datetime) -> None:
        row = {"domain": domain, "failing_since": now, "last_failed_at": now}
        try:
            with self._database.write() as session:
                session.execute(insert(DomainTrouble).values(row))
        except IntegrityError:
            # Another receiver noted it in the same moment; its note is as good.
            return
