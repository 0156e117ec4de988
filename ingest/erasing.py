"""Erase a person: an address out of everything that a company keeps (RULES R53, GDPR article 17).

Some rows a transaction: what was done stays done, and doing it again goes on where it stopped. A legal hold
refuses it. Not erased: who is a user, whose account and mail have ways of their own (RULES R55).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.email import check_email
from accounts.holds import standing_holds
from accounts.refusals import Conflict
from db.models import ApprovedSender, ContactAddress, DirectoryAddress, DirectoryLogin, Participant, Record
from db.raw import RawStore
from db.session import Database
from db.wiping import wiping
from ingest.erasing_mail import AT_ONCE, FRESH, MailErased, erase_mails, foresee, mails_naming
from ingest.erasing_rows import sweep_tables
from ingest.naming import Naming
from languages.speech import _
from linking.imports import forget_files
from linking.in_turn import file_in_turn

NOBODYS_NAME: Final = "Erased person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure did in one company, or would do."""

    contacts: int
    mail: MailErased
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Eraser:
    """Erases one address from one company; `progress` hears of every batch of mails."""

    database: Database
    raw: RawStore
    company_id: int
    progress: Callable[[int], None] = lambda _: None

    def foresee(self, address: str) -> Erased:
        """Answer what `erase` would do; raise Invalid, Conflict."""
        naming = Naming.of(check_email(address, "person"))
        ids = mails_naming(self.database, self.raw, self.company_id, naming)
        with self.database.read() as session:
            refuse(session, self.company_id, naming.key)
            mail = foresee(session, self.company_id, ids, naming, self.database.now(session))
            return Erased(contacts=len(_contacts(session, self.company_id, naming.key)), mail=mail)

    def erase(self, address: str) -> Erased:
        """Erase it; raise Invalid, Conflict. One that is nowhere is erased already."""
        naming = Naming.of(check_email(address, "person"))
        with self.database.read() as session:
            refuse(session, self.company_id, naming.key)
        with wiping(self.database):
            mail = self._erase_mail(naming)
            with self.database.write() as session:
                contacts = _erase_contacts(session, self.company_id, naming.key)
                forget_files(session, self.company_id)
            rows = sweep_tables(self.database, self.company_id, naming)
        with self.database.write() as session:
            now = self.database.now(session)
            # Not how much it was: among it are private mails, of which admins hear nothing (RULES R31).
            record_event(session, self.company_id, None, "company.erase", now=now, target=("company", self.company_id))
        return Erased(contacts=contacts, mail=mail, rows=rows)

    def _erase_mail(self, naming: Naming) -> MailErased:
        ids = mails_naming(self.database, self.raw, self.company_id, naming)
        total = MailErased()
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            with self.database.write() as session:
                file_in_turn(session, self.company_id)
                refuse(session, self.company_id, naming.key)
                now = self.database.now(session)
                done, gone = erase_mails(session, self.raw, self.company_id, some, naming, now)
            for sha256 in gone:
                self.raw.sweep(self.company_id, sha256, now - FRESH)
            total += done
            self.progress(len(some))
        return total


def refuse(session: Session, company_id: int, key: str) -> None:
    """Raise Conflict where the address may not be erased now."""
    holds = standing_holds(session, company_id)
    if holds.company or holds.users or holds.keeps_person(key):
        # Mail of a user on hold may name the person: nothing of it may change.
        raise Conflict(_("A legal hold stands against it; end it first."))
    login = exists().where(DirectoryLogin.email_key == key)
    dropbox = exists().where(DirectoryAddress.address_key == key)
    approved = exists().where(
        ApprovedSender.company_id == company_id,
        ApprovedSender.address_key == key,
        ApprovedSender.state.in_(("confirmed", "approved")),
    )
    if session.scalar(select(or_(login, dropbox, approved))):
        raise Conflict(_("This is an address of a user or of smartbcc itself, not of a person outside."))


def _contacts(session: Session, company_id: int, key: str) -> list[int]:
    query = select(ContactAddress.contact_id).where(
        ContactAddress.company_id == company_id, ContactAddress.address_key == key
    )
    return list(session.scalars(query))


def _erase_contacts(session: Session, company_id: int, key: str) -> int:
    """Take the address from its contacts; one that is left without any loses its name and its places too."""
    contacts = _contacts(session, company_id, key)
    named = ContactAddress.company_id == company_id, ContactAddress.contact_id.in_(contacts)
    session.execute(delete(ContactAddress).where(*named, ContactAddress.address_key == key))
    others = set(session.scalars(select(ContactAddress.contact_id).where(*named)))
    bare = set(contacts) - others
    takes_part = Participant.company_id == company_id, Participant.contact_id.in_(bare)
    session.execute(delete(Participant).where(*takes_part))
    these = Record.company_id == company_id, Record.id.in_(bare)
    changes = update(Record).where(*these).values(name=NOBODYS_NAME, organization_id=None)
    session.execute(changes, execution_options={"synchronize_session": False})
    return len(contacts)
