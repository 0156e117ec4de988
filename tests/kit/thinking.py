"""A company whose mail is thought about in the test's own process: no sockets, no queue, no DNS.

office = Office(database)
rita = office.user("rita@seller.example")
carl = office.contact(rita, "carl@customer.example")
told = office.deliver(a_message())          # a proved Bcc copy through the universal address
office.links(told.message_ids[0])
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import zstandard
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from accounts.companies import create_company
from accounts.policies import CompanyPolicies
from accounts.users import UserMade, add_user
from db.ids import new_id
from db.inserting import insert_unless_there
from db.models import Company, InboundMessage, Link, MessageCopy, RawContent, Record, Unresolved, User
from db.session import Database
from ingest.applying import apply
from ingest.envelopes import envelope_to_json
from ingest.inbound import Inbound, Origin
from ingest.pipeline import Tools, process
from ingest.plan import Plan
from ingest.reading import DatabaseReader
from linking.record_fields import RecordType
from linking.records import create_record
from mail.envelope import Envelope
from mail.parse import parse
from mailauth.results import Proof
from mailauth.stored import to_stored
from outbox.letterhead import Letterhead
from tests.kit.proofs import Signatures, a_proof

NOW: Final = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MAIL_DOMAIN: Final = "bcc.seller.example"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a mail."""

    inbound_id: int
    plan: Plan
    message_ids: tuple[int, ...]


class Office:
    """One company of a database; `at` moves on with every mail. Without a letterhead nobody is told of anything."""

    def __init__(self, database: Database, *, name: str = "Seller", **policies: Any) -> None:
        self.database = database
        self.at = NOW
        self.tools = Tools(authenticate=Signatures())
        self.letterhead: Letterhead | None = None
        chosen = CompanyPolicies.model_validate(policies)
        with database.write() as session:
            made = create_company(session, name, ["seller.example"], chosen, NOW, MAIL_DOMAIN)
        self.company_id = made.company_id
        self.bcc_address = made.bcc_address

    def user(self, email: str, *, role: str = "member", name: str | None = None) -> UserMade:
        """Add a user."""
        with self.database.write() as session:
            return add_user(session, self.company_id, email, name or email.partition("@")[0], role, NOW, MAIL_DOMAIN)

    def prefers(self, user: UserMade, **preferences: Any) -> None:
        """Change preferences of a user."""
        with self.database.write() as session:
            key = (User.company_id == self.company_id, User.id == user.user_id)
            old = session.scalars(select(User.preferences).where(*key)).one()
            session.execute(update(User).where(*key).values(preferences=old | preferences))

    def decides(self, **policies: Any) -> None:
        """Change policies of the company."""
        with self.database.write() as session:
            old = session.scalars(select(Company.policies).where(Company.id == self.company_id)).one()
            session.execute(update(Company).where(Company.id == self.company_id).values(policies=old | policies))

    def record(self, user: UserMade, kind: str, **given: Any) -> Any:
        """Make a record and answer its view."""
        with self.database.write() as session:
            return create_record(session, user.viewer, RecordType(kind), given, NOW, MAIL_DOMAIN)

    def contact(self, user: UserMade, *addresses: str, **given: Any) -> int:
        """Make a contact."""
        values = {"name": addresses[0].partition("@")[0], "addresses": list(addresses), **given}
        return int(self.record(user, "contact", **values).id)

    def deal(self, user: UserMade, title: str, *contacts: int, **given: Any) -> int:
        """Make a deal, or with `kind` a lead or a project."""
        kind = given.pop("kind", "deal")
        return int(self.record(user, kind, title=title, contact_ids=list(contacts), **given).id)

    def change(self, record_id: int, **values: Any) -> None:
        """Change columns of a record."""
        with self.database.write() as session:
            session.execute(
                update(Record).where(Record.company_id == self.company_id, Record.id == record_id).values(**values)
            )

    def store(
        self,
        raw: bytes,
        *,
        to: Sequence[str] | None = None,
        origin: Origin = "smtp",
        owner: UserMade | None = None,
        proof: Proof | None = None,
        relay: str = "",
    ) -> Inbound:
        """Keep a mail as the door would: SMTP mail is proved unless told otherwise."""
        self.at += timedelta(minutes=1)
        message = parse(raw)
        if proof is None and origin == "smtp":
            proof = a_proof(message.from_[0].address)
        paths = () if origin == "upload" else tuple([self.bcc_address] if to is None else to)
        envelope = Envelope(
            reverse_path=None if origin == "upload" else "bounce@seller.example",
            forward_paths=paths,
            helo="mx.seller.example",
            peer="192.0.2.1",
            tls=False,
            received_at=self.at,
            relay=relay,
        )
        inbound = Inbound(
            company_id=self.company_id,
            id=0,
            origin=origin,
            owner_id=owner.user_id if owner else None,
            envelope=envelope,
            raw=raw,
            sha256=hashlib.sha256(raw).hexdigest(),
            received_at=self.at,
            proof=proof,
        )
        with self.database.write() as session:
            return _keep(session, inbound)

    def think(self, inbound: Inbound) -> Plan:
        """Decide, as the worker does in its second act."""
        with self.database.read() as session:
            return process(inbound, DatabaseReader(session, self.company_id), self.tools)

    def write(self, plan: Plan) -> Told:
        """Write, as the worker does in its third act."""
        with self.database.write() as session:
            apply(plan, session, self.at, self.letterhead)
        return Told(plan.inbound.id, plan, self.letters_of(plan.inbound.id))

    def deliver(self, raw: bytes, **how: Any) -> Told:
        """Keep, think and write."""
        return self.write(self.think(self.store(raw, **how)))

    def letters_of(self, inbound_id: int) -> tuple[int, ...]:
        """Answer the letters that a mail gave, in order."""
        query = select(MessageCopy.message_id).where(
            MessageCopy.company_id == self.company_id, MessageCopy.inbound_id == inbound_id
        )
        with self.database.read() as session:
            return tuple(session.scalars(query.order_by(MessageCopy.inner_path)))

    def copies(self, message_id: int) -> list[MessageCopy]:
        """Answer the copies of a letter."""
        query = select(MessageCopy).where(
            MessageCopy.company_id == self.company_id, MessageCopy.message_id == message_id
        )
        with self.database.read() as session:
            return list(session.scalars(query.order_by(MessageCopy.id)))

    def links(self, message_id: int) -> dict[int, str]:
        """Answer the records that a letter is linked to, and by which rule."""
        query = select(Link.target_id, Link.rule).where(
            Link.company_id == self.company_id, Link.message_id == message_id, Link.undone_at.is_(None)
        )
        with self.database.read() as session:
            return dict(session.execute(query).all())

    def questions(self, message_id: int) -> dict[str, list[int]]:
        """Answer the open questions about a letter and their candidates."""
        query = select(Unresolved).where(
            Unresolved.company_id == self.company_id, Unresolved.message_id == message_id, Unresolved.state == "open"
        )
        with self.database.read() as session:
            return {one.question: [c["id"] for c in one.candidates] for one in session.scalars(query)}

    def inbound(self, inbound_id: int) -> InboundMessage:
        """Answer the row of a mail."""
        query = select(InboundMessage).where(
            InboundMessage.company_id == self.company_id, InboundMessage.id == inbound_id
        )
        with self.database.read() as session:
            return session.scalars(query).one()

    def undo(self, message_id: int, target_id: int) -> None:
        """Undo a link by hand."""
        with self.database.write() as session:
            session.execute(
                update(Link)
                .where(Link.company_id == self.company_id, Link.message_id == message_id, Link.target_id == target_id)
                .values(undone_at=self.at)
            )


def _keep(session: Session, inbound: Inbound) -> Inbound:
    number = new_id(session)
    where = {"company_id": inbound.company_id, "sha256": inbound.sha256}
    content = {"codec": "zstd", "size": len(inbound.raw), "content": zstandard.compress(inbound.raw)}
    raw = insert_unless_there(session, RawContent, ("company_id", "sha256"))
    session.execute(raw.values(**where, **content, stored_at=inbound.received_at))
    session.execute(
        insert(InboundMessage).values(
            **where,
            id=number,
            delivery_key=f"{number}",
            origin=inbound.origin,
            owner_id=inbound.owner_id,
            envelope=envelope_to_json(inbound.envelope),
            size=len(inbound.raw),
            received_at=inbound.received_at,
            proof=to_stored(inbound.proof) if inbound.proof else None,
            status="processing",
            attempts=1,
            next_attempt_at=inbound.received_at,
        )
    )
    return replace(inbound, id=number)
