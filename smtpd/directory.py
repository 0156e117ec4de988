"""Directory: every question that the door asks the database; blocking, called in a thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.addresses import Recipient, find_recipient
from accounts.app_passwords import sign_program_in
from accounts.policies import CompanyPolicies
from accounts.ratchet import take_weak
from accounts.sender_company import company_of_sender
from accounts.senders import Standing, find_standing
from accounts.throttle import Throttled
from accounts.users import get_user
from accounts.viewer import Viewer
from db.models import Company, DomainTrouble
from db.session import Database
from ingest.gateway import takers_of
from ingest.reading import DatabaseReader
from ingest.robot import is_robot
from linking.parties import Addressed
from outbox.return_path import Returned
from smtpd.returned import as_recipient
from smtpd.robot import THE_ROBOT

FindReturn = Callable[[Session, str], Returned | None]
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

    def __init__(self, database: Database, find_return: FindReturn = lambda _session, _path: None) -> None:
        self._database = database
        self._find_return = find_return

    def recipient(self, addr_spec: str) -> Recipient | None:
        """Answer whose forward-path this is, None for one that takes no mail."""
        if is_robot(addr_spec):
            return THE_ROBOT
        with self._database.read() as session:
            if (returned := self._find_return(session, addr_spec)) is not None:
                return as_recipient(returned, addr_spec)
            return find_recipient(session, addr_spec)

    def company_of(self, address_key: str) -> int | None:
        """Answer the company of an approved sender, where nothing else says it."""
        with self._database.read() as session:
            return company_of_sender(session, address_key)

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

    def forwards_here(self, company_id: int, user_id: int) -> bool:
        """Tell whether a user has said that his mailbox forwards here (RULES R8a)."""
        with self._database.read() as session:
            return get_user(session, company_id, user_id).preferences.forwards_here

    def gateway_keeps(self, company_id: int, fields: Addressed) -> bool:
        """Tell whether anybody gets a copy of a mail through the company's gateway (RULES R56)."""
        with self._database.read() as session:
            return bool(takers_of(DatabaseReader(session, company_id), fields))

    def take_weak(self, company_id: int, address_key: str, now: datetime) -> bool:
        """Count a mail that is to be taken without proof; False where no more may be (SECURITY 4.8)."""
        with self._database.write() as session:
            return take_weak(session, company_id, address_key, now)

    def sign_in(self, login: str, password: str, peer: str) -> Viewer | Throttled | None:
        """Answer whom a mail program acts for; None where login address and app password do not belong together."""
        return sign_program_in(self._database, login, password, peer)

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
