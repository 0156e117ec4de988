"""Takes an address out of mail: letters with nobody else outside go, of others all views are redacted.

Either way the raw bytes go, for nothing in them can be taken out; such a mail can no longer be replayed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from accounts.holds import Holds
from db.base import Base
from db.ids import new_id
from db.models import (
    Attachment,
    Decision,
    InboundMessage,
    Message,
    MessageAddress,
    MessageCopy,
    MessageReference,
    RawContent,
)
from db.raw import RawDamaged, RawMissing, RawStore
from db.search import forget, index_copies
from db.session import Database
from ingest.deleting import copies_to_go, delete_copies, delete_mails, run
from ingest.erasing_rows import redact, rows_naming
from ingest.naming import Naming
from linking.decision import Step
from linking.rule import Rule
from linking.whose import Belonging
from mail.address import address_key, parse_address_list

AT_ONCE: Final = 50
ERASED: Final = "erased"
"""Among the arguments of a mail's reason: its raw bytes went because it named somebody who was erased."""
IN_WORK: Final = ("received", "processing")
OF_LETTER: Final = (Message.id, MessageAddress.message_id, MessageReference.message_id, Attachment.message_id)
"""The tables of a letter, by the column that says which letter it is."""
FRESH: Final = timedelta(minutes=10)
"""So long the file of a mail may belong to another delivery of the same bytes that is under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailErased:
    """How much went: letters that are gone, letters without the person, and mails that are being worked on."""

    deleted: int = 0
    redacted: int = 0
    waiting: int = 0

    def __add__(self, other: MailErased) -> MailErased:
        return MailErased(
            deleted=self.deleted + other.deleted,
            redacted=self.redacted + other.redacted,
            waiting=self.waiting + other.waiting,
        )


def mails_naming(database: Database, raw: RawStore, company_id: int, naming: Naming) -> list[int]:
    """Answer the mails that name the address anywhere: in their rows, in those of their letters, in their bytes."""
    with database.read() as session:
        found = set(_by_rows(session, company_id, naming))
        hashes = select(RawContent.sha256).where(RawContent.company_id == company_id)
        every = session.scalars(hashes.order_by(RawContent.sha256)).all()
    named = [sha256 for sha256 in every if _is_in_bytes(raw, company_id, sha256, naming)]
    with database.read() as session:
        for some in _some(named):
            of_bytes = InboundMessage.company_id == company_id, InboundMessage.sha256.in_(some)
            found.update(session.scalars(select(InboundMessage.id).where(*of_bytes)))
    return sorted(found)


def erase_mails(
    session: Session, raw: RawStore, company_id: int, ids: Collection[int], naming: Naming, now: datetime
) -> tuple[MailErased, Sequence[str]]:
    """Take the address out of some of these mails; answer how much it was and whose files may be swept."""
    idle = _idle(session, company_id, ids, now)
    letters = _letters(session, company_id, idle)
    alone = _about_nobody_else(session, company_id, letters, naming)
    gone = list(_delete_letters(session, raw, company_id, alone))
    kept = letters - alone
    _redact_letters(session, company_id, kept, naming)
    witnessed = select(MessageCopy.inbound_id).where(
        MessageCopy.company_id == company_id, MessageCopy.inbound_id.in_(idle)
    )
    standing = set(session.scalars(witnessed))
    gone += delete_mails(session, raw, company_id, set(idle) - standing)
    gone += _drop_bytes(session, raw, company_id, standing, naming, now)
    return MailErased(deleted=len(alone), redacted=len(kept), waiting=len(ids) - len(idle)), gone


def foresee(session: Session, company_id: int, ids: Collection[int], naming: Naming, now: datetime) -> MailErased:
    """Answer what `erase_mails` would do, and change nothing."""
    idle = _idle(session, company_id, ids, now)
    letters = _letters(session, company_id, idle)
    alone = _about_nobody_else(session, company_id, letters, naming)
    return MailErased(deleted=len(alone), redacted=len(letters - alone), waiting=len(ids) - len(idle))


def _idle(session: Session, company_id: int, ids: Collection[int], now: datetime) -> Sequence[int]:
    """Answer the mails that nobody works on, and whose files are nobody else's."""
    query = select(InboundMessage.id).where(
        InboundMessage.company_id == company_id,
        InboundMessage.id.in_(ids),
        InboundMessage.status.not_in(IN_WORK),
        InboundMessage.received_at < now - FRESH,
    )
    return session.scalars(query).all()


def _by_rows(session: Session, company_id: int, naming: Naming) -> Iterator[int]:
    for own in (InboundMessage.id, Decision.inbound_id, MessageCopy.inbound_id):
        for row in rows_naming(session, _table(own.class_), company_id, naming):
            yield row[own.key]
    for letter in OF_LETTER:
        named = [row[letter.key] for row in rows_naming(session, _table(letter.class_), company_id, naming)]
        for some in _some(named):
            of_letters = MessageCopy.company_id == company_id, MessageCopy.message_id.in_(some)
            yield from session.scalars(select(MessageCopy.inbound_id).where(*of_letters))


def _is_in_bytes(raw: RawStore, company_id: int, sha256: str, naming: Naming) -> bool:
    try:
        return naming.is_in_raw(raw.load(company_id, sha256))
    except (RawMissing, RawDamaged):
        return False


def _letters(session: Session, company_id: int, inbound_ids: Collection[int]) -> set[int]:
    of_mails = MessageCopy.company_id == company_id, MessageCopy.inbound_id.in_(inbound_ids)
    return set(session.scalars(select(MessageCopy.message_id).where(*of_mails)))


def _about_nobody_else(session: Session, company_id: int, letters: Collection[int], naming: Naming) -> set[int]:
    """Answer the letters whose only outside party is the address."""
    parties: dict[int, set[str]] = {one: set() for one in letters}
    rows = select(MessageAddress.message_id, MessageAddress.address_key).where(
        MessageAddress.company_id == company_id, MessageAddress.message_id.in_(letters)
    )
    for message_id, key in session.execute(rows):
        parties[message_id].add(key)
    traces = select(MessageCopy.message_id, MessageCopy.trace).where(
        MessageCopy.company_id == company_id, MessageCopy.message_id.in_(letters)
    )
    for message_id, trace in session.execute(traces):
        bcc = parse_address_list(str((trace or {}).get("bcc") or ""))
        parties[message_id].update(address_key(one.address) for one in bcc)
    ours = Belonging(session, company_id).whose(frozenset().union(*parties.values()))
    return {one for one, keys in parties.items() if keys - ours.keys() == {naming.key}}


def _delete_letters(session: Session, raw: RawStore, company_id: int, letters: Collection[int]) -> Iterator[str]:
    if letters:
        which = MessageCopy.message_id.in_(letters)
        while copies := copies_to_go(session, company_id, Holds(), which, AT_ONCE):
            yield from delete_copies(session, raw, company_id, copies)


def _redact_letters(session: Session, company_id: int, letters: Collection[int], naming: Naming) -> None:
    addressed = MessageAddress.company_id == company_id, MessageAddress.message_id.in_(letters)
    run(session, update(MessageAddress).where(*addressed, MessageAddress.address_key == naming.key).values(name=""))
    written = Message.company_id == company_id, Message.id.in_(letters)
    run(session, update(Message).where(*written).values(has_html=False))
    run(session, update(Message).where(*written, Message.from_key == naming.key).values(from_name=""))
    for letter in OF_LETTER:
        table = _table(letter.class_)
        redact(session, table, (table.c.company_id == company_id) & letter.in_(letters), naming)
    of_letters = MessageCopy.company_id == company_id, MessageCopy.message_id.in_(letters)
    copies = session.scalars(select(MessageCopy.id).where(*of_letters)).all()
    redact(session, _table(MessageCopy), (MessageCopy.company_id == company_id) & MessageCopy.id.in_(copies), naming)
    forget(session, company_id, copies)
    index_copies(session, company_id, copies)


def _drop_bytes(
    session: Session, raw: RawStore, company_id: int, ids: Collection[int], naming: Naming, now: datetime
) -> Sequence[str]:
    """Take the raw bytes of mails that stay, and write down why."""
    mine = InboundMessage.company_id == company_id
    rows = session.execute(
        select(InboundMessage.id, InboundMessage.sha256, InboundMessage.reason_args).where(
            mine, InboundMessage.id.in_(ids)
        )
    ).all()
    step = Step(step="read", outcome="erased", rule=Rule.ERASED, args={})
    for row in rows:
        if not (row.reason_args or {}).get(ERASED):
            args = {**(row.reason_args or {}), ERASED: True}
            run(session, update(InboundMessage).where(mine, InboundMessage.id == row.id).values(reason_args=args))
            values = {"company_id": company_id, "id": new_id(session), "inbound_id": row.id, "cause": "replay"}
            session.execute(insert(Decision).values(**values, steps=[step.as_json()], made_at=now))
    redact(session, _table(InboundMessage), mine & InboundMessage.id.in_(ids), naming)
    redact(session, _table(Decision), (Decision.company_id == company_id) & Decision.inbound_id.in_(ids), naming)
    hashes = {row.sha256 for row in rows}
    raw.lock(session, company_id, hashes)
    at_work = select(InboundMessage.sha256).where(
        mine, InboundMessage.sha256.in_(hashes), InboundMessage.status.in_(IN_WORK)
    )
    gone = sorted(hashes - set(session.scalars(at_work)))
    for sha256 in gone:
        raw.forget(session, company_id, sha256)
    return gone


def _some[T](values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]


def _table(model: Any) -> Table:
    return Base.metadata.tables[model.__tablename__]
