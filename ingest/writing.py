"""Writes one letter of a plan: the letter once, its copy, its links and questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Executable, bindparam, insert, select
from sqlalchemy.orm import Session

from db.ids import new_id
from db.inserting import insert_in
from db.models import Attachment, Message, MessageAddress, MessageCopy, MessageReference
from db.search import write_document
from ingest.letter import Letter
from ingest.plan import Plan
from ingest.same_letter import Same
from linking.buckets import join_bucket
from mail.address import address_key
from mail.body import snippet
from mail.fingerprint import FINGERPRINT_VERSION
from mail.message import Address, ParsedMessage
from mail.message import Attachment as File
from mail.subject import base_subject
from mailauth.stored import to_stored

INSERT_MESSAGE: Final = insert(Message)
INSERT_ADDRESSES: Final = insert(MessageAddress)
INSERT_REFERENCES: Final = insert(MessageReference)
INSERT_FILES: Final = insert(Attachment)
COPY_THERE: Final = select(MessageCopy.id).where(
    MessageCopy.company_id == bindparam("company_id"),
    MessageCopy.inbound_id == bindparam("inbound_id"),
    MessageCopy.owner_id == bindparam("owner_id"),
    MessageCopy.inner_path == bindparam("inner_path"),
)


@dataclass(frozen=True, slots=True)
class CopyWritten:
    """A copy that is there; `is_new` where it was made now."""

    id: int
    is_new: bool


def write_message(session: Session, company_id: int, letter: Letter, same: Same, now: datetime) -> int:
    """Answer the id of the letter, made now where no witness was here before."""
    if same.message_id is not None:
        return same.message_id
    message = letter.message
    message_id = new_id(session)
    thread_id = join_bucket(session, company_id, letter.conversation.buckets, now)
    row = {"company_id": company_id, "id": message_id, "thread_id": thread_id, "created_at": now}
    columns = message_columns(letter) | {"content_digest": same.digest}
    session.connection().execute(INSERT_MESSAGE, row | columns)
    write_parts(session, company_id, message_id, message)
    files = [
        {"company_id": company_id, "message_id": message_id, "id": new_id(session)} | file_columns(one)
        for one in message.attachments
    ]
    _insert_all(session, INSERT_FILES, files)
    return message_id


def write_parts(session: Session, company_id: int, message_id: int, message: ParsedMessage) -> None:
    """Write the addresses and msg-ids of a letter that has none yet."""
    where = {"company_id": company_id, "message_id": message_id}
    _insert_all(session, INSERT_ADDRESSES, [where | one for one in _addresses(message)])
    _insert_all(session, INSERT_REFERENCES, [where | one for one in _references(message)])


def write_copy(session: Session, plan: Plan, letter: Letter, message_id: int) -> CopyWritten:
    """Answer the owner's copy, made now where no earlier run did."""
    inbound = plan.inbound
    key = {
        "company_id": inbound.company_id,
        "inbound_id": inbound.id,
        "owner_id": letter.owner_id,
        "inner_path": letter.inner_path,
    }
    values: dict[str, Any] = {
        **key,
        "id": new_id(session),
        "message_id": message_id,
        "sha256": inbound.sha256,
        "content_digest": letter.content_digest,
        "origin": inbound.origin,
        "sharing": letter.sharing,
        "direction": letter.direction,
        "kind": letter.kind,
        "marks": [str(mark) for mark in letter.marks],
        "trace": trace_of(plan, letter),
        "proof": to_stored(letter.proof),
        "forwarded": forwarded_of(plan, letter),
        "received_at": inbound.received_at,
        # R10a: the inbox is in order of release or receipt.
        "sort_at": inbound.released_at or inbound.received_at,
        # R52: a replay raises nothing as unread.
        "read": plan.cause == "replay",
        "archived": False,
    }
    connection = session.connection()
    made: int | None = connection.scalar(_insert_copy(connection.dialect.name), values)
    if made is not None:
        write_document(session, values, letter.searched)
        return CopyWritten(made, is_new=True)
    return CopyWritten(connection.scalars(COPY_THERE, key).one(), is_new=False)


@lru_cache(maxsize=2)
def _insert_copy(dialect: str) -> Any:
    unique = ("company_id", "inbound_id", "owner_id", "inner_path")
    return insert_in(dialect, MessageCopy, unique).returning(MessageCopy.id)


def trace_of(plan: Plan, letter: Letter) -> dict[str, Any]:
    """Answer what only this witness shows."""
    envelope = plan.inbound.envelope
    return {
        "bcc": letter.message.first("bcc"),
        "reverse_path": envelope.reverse_path,
        "forward_paths": list(envelope.forward_paths),
    }


def forwarded_of(plan: Plan, letter: Letter) -> dict[str, Any] | None:
    """Answer who forwarded it and whether the original proves its sender (R17)."""
    if letter.original is None:
        return None
    return {"by": plan.proof.from_address, "proof": "proven" if letter.original_proven else "claimed"}


def message_columns(letter: Letter) -> dict[str, Any]:
    """Answer what a letter's row says of it, but for its digest."""
    message = letter.message
    from_ = message.from_[0] if message.from_ else Address("", "")
    return {
        "message_id": message.message_id,
        "fingerprint": letter.fingerprint,
        "fingerprint_version": FINGERPRINT_VERSION,
        "subject": message.subject,
        "base_subject": base_subject(message.subject),
        "date": message.date,
        "from_name": from_.name,
        "from_address": from_.address,
        "from_key": address_key(from_.address),
        "text": message.text,
        "new_text": message.new_text,
        "snippet": snippet(message.new_text),
        "has_html": message.html is not None,
        "automatic": str(message.automatic) if message.automatic else None,
    }


def msg_ids(message: ParsedMessage) -> frozenset[str]:
    """Answer the msg-ids that a letter has and names."""
    own = {message.message_id} if message.message_id else set()
    return frozenset(own | {*message.in_reply_to, *message.references})


def _addresses(message: ParsedMessage) -> list[dict[str, Any]]:
    fields = (
        ("from", message.from_),
        ("sender", (message.sender,) if message.sender else ()),
        ("reply_to", message.reply_to),
        ("to", message.to),
        ("cc", message.cc),
    )
    return [
        {
            "field": field,
            "position": position,
            "name": one.name,
            "address": one.address,
            "address_key": address_key(one.address),
        }
        for field, addresses in fields
        for position, one in enumerate(addresses)
    ]


def _references(message: ParsedMessage) -> list[dict[str, Any]]:
    kinds = (
        ("own", (message.message_id,) if message.message_id else ()),
        ("in_reply_to", message.in_reply_to),
        ("references", message.references),
    )
    return [
        {"kind": kind, "position": position, "msg_id": msg_id}
        for kind, msg_ids in kinds
        for position, msg_id in enumerate(msg_ids)
    ]


def file_columns(one: File) -> dict[str, Any]:
    """Answer what an attachment's row says of it."""
    names = ("position", "filename", "content_type", "size", "inline", "content_id")
    return {name: getattr(one, name) for name in names}


def _insert_all(session: Session, statement: Executable, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(statement, rows)
