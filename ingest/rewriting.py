"""Writes anew what is read of a mail's bytes; ids stay (RULES R52)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from db.base import Base
from db.ids import new_id
from db.models import Attachment, Message, MessageAddress, MessageCopy, MessageReference
from db.search import write_document
from ingest.letter import Letter
from ingest.writing import file_columns, message_columns, msg_ids, write_parts
from linking.buckets import find_buckets, join_bucket


def rewrite_letter(copy: MessageCopy, letter: Letter, session: Session, now: datetime) -> None:
    """Keep the copy's new digest; write the letter anew where no other mail is a witness of it.

    Where another is, the copy differs from its letter now and is shown from its own bytes.
    """
    where = (MessageCopy.company_id == copy.company_id, MessageCopy.id == copy.id)
    _execute(session, update(MessageCopy).where(*where).values(content_digest=letter.content_digest))
    found_by = {name: getattr(copy, name) for name in ("company_id", "id", "owner_id", "sharing")}
    write_document(session, found_by, letter.searched)
    if _has_other_witness(session, copy) or _is_taken(session, copy, letter.content_digest):
        return
    company_id, message_id = copy.company_id, copy.message_id
    for parts in (MessageAddress, MessageReference):
        _delete_of(session, parts, company_id, message_id)
    write_parts(session, company_id, message_id, letter.message)
    _rewrite_attachments(session, company_id, message_id, letter)
    values = message_columns(letter) | {"content_digest": letter.content_digest}
    this = (Message.company_id == company_id, Message.id == message_id)
    found = find_buckets(session, company_id, msg_ids(letter.message))
    # Its own stays: others may be in it because somebody merged their conversations (R25, R52).
    own = session.scalars(select(Message.thread_id).where(*this)).one()
    values["thread_id"] = join_bucket(session, company_id, found | {own}, now)
    _execute(session, update(Message).where(*this).values(**values))


def _has_other_witness(session: Session, copy: MessageCopy) -> bool:
    other = exists().where(
        MessageCopy.company_id == copy.company_id,
        MessageCopy.message_id == copy.message_id,
        MessageCopy.inbound_id != copy.inbound_id,
    )
    return bool(session.scalar(select(other)))


def _is_taken(session: Session, copy: MessageCopy, digest: str) -> bool:
    other = exists().where(
        Message.company_id == copy.company_id, Message.id != copy.message_id, Message.content_digest == digest
    )
    return bool(session.scalar(select(other)))


def _rewrite_attachments(session: Session, company_id: int, message_id: int, letter: Letter) -> None:
    of_letter = (Attachment.company_id == company_id, Attachment.message_id == message_id)
    rows = session.execute(select(Attachment.position, Attachment.id).where(*of_letter))
    there = {row.position: row.id for row in rows}
    files = {one.position: one for one in letter.message.attachments}
    gone = [number for position, number in there.items() if position not in files]
    _execute(session, delete(Attachment).where(*of_letter, Attachment.id.in_(gone)))
    for position, file in files.items():
        if position in there:
            this = (*of_letter, Attachment.id == there[position])
            _execute(session, update(Attachment).where(*this).values(**file_columns(file)))
        else:
            where = {"company_id": company_id, "id": new_id(session), "message_id": message_id}
            session.execute(insert(Attachment).values(**where, **file_columns(file)))


def _delete_of(session: Session, parts: type[Base], company_id: int, message_id: int) -> None:
    table: Any = parts
    _execute(session, delete(parts).where(table.company_id == company_id, table.message_id == message_id))


def _execute(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
