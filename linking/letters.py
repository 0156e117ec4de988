"""The read side of mail: lists, one letter, its files and its raw bytes, each as one viewer sees it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, Integer, Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from accounts.viewer import Role, Viewer
from db.models import ContentScan, Message, MessageCopy
from linking.cursor import Cursor, Page, before
from linking.dropped import in_view
from linking.letter import Letter
from linking.letter_content import ReadRaw, raw_of
from linking.letter_filter import LetterFilter, conditions, of_state
from linking.letter_parts import hide_dropboxes, load_parts
from linking.letter_shown import Shown, as_letter, shown_by_itself, shown_by_letter
from linking.letter_telling import tells_more
from linking.search import WordSearch
from linking.threads import thread_ids
from linking.visibility import chosen_copy, ids_of, of_role
from mail.parse import attachment_content

ALL: Final = LetterFilter()
MOST_AT_ONCE: Final = 2000
"""Candidates that are looked at together."""
SPARE: Final = 12
"""Candidates beside those that are wanted, because a few are not for this viewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentContent:
    """A file to download; `found_in_it` is what a scanner found, "" nothing (RULES R57)."""

    filename: str
    content_type: str
    content: bytes
    found_in_it: str = ""


def list_letters(
    session: Session,
    viewer: Viewer,
    wanted: LetterFilter,
    limit: int,
    cursor: Cursor | None = None,
    *,
    now: datetime,
    read_raw: ReadRaw,
    with_threads: bool = True,
) -> Page[Letter]:
    """Answer a page of letters, by release or receipt, the newest first.

    `read_raw` is asked only for copies that show another text than their letter does (RULES R29). Without
    `with_threads` their threads are not looked up, and `thread_id` is 0.
    """
    if wanted.search.in_vain:
        return Page((), None)
    narrowed = tuple(conditions(session, viewer, wanted, now))
    query = _chosen(session, viewer).where(*narrowed)
    rows: Sequence[Row[MessageCopy, Message]]
    if wanted.search.by_words:
        rows = _by_words(session, query, WordSearch(session, viewer, wanted.search, narrowed), limit + 1, cursor)
    else:
        rows = session.execute(query.where(*before(MessageCopy.sort_at, MessageCopy.id, cursor)).limit(limit + 1)).all()
    letters = _letters(session, viewer, _show(rows[:limit], read_raw), with_threads=with_threads)
    last = rows[limit - 1][0] if len(rows) > limit else None
    return Page(letters, Cursor(last.id, last.sort_at) if last else None)


def _by_words(
    session: Session,
    query: Select[MessageCopy, Message],
    words: WordSearch,
    most: int,
    cursor: Cursor | None,
) -> Sequence[Row[MessageCopy, Message]]:
    """Answer the first letters that the index tells and the viewer sees."""
    found: list[Row[MessageCopy, Message]] = []
    factor = 1
    while len(found) < most:
        at_once = min(factor * (most - len(found)) + SPARE, MOST_AT_ONCE)
        candidates = words.after(cursor, at_once)
        if candidates:
            found += session.execute(query.where(MessageCopy.id.in_([one.id for one in candidates]))).all()
            cursor = candidates[-1]
        if len(candidates) < at_once:
            break
        factor *= 2
    return found[:most]


def count_letters(session: Session, viewer: Viewer, wanted: LetterFilter, most: int, *, now: datetime) -> int:
    """Answer how many letters there are, counted no further than `most`; not for a search by words."""
    dropped = in_view(session, viewer, MessageCopy.message_id)
    if wanted.is_of_state and not dropped:
        asked = {**ids_of(viewer), "most": most}
        return session.connection().scalar(_count_of_role(viewer.role, wanted), asked) or 0
    narrowed = (*dropped, *conditions(session, viewer, wanted, now))
    return session.scalar(_count(viewer, narrowed, most)) or 0


@cache
def _count_of_role(role: Role, wanted: LetterFilter) -> Select[int]:
    """A page counts several times: made once, because making a statement takes longer than its answer."""
    viewer = of_role(role)
    return _count(viewer, tuple(of_state(viewer, wanted)), bindparam("most", type_=Integer))


def _count(viewer: Viewer, narrowed: Iterable[ColumnElement[bool]], most: int | BindParameter[int]) -> Select[int]:
    found = (
        select(MessageCopy.id)
        .join(Message, and_(Message.company_id == viewer.company_id, Message.id == MessageCopy.message_id))
        .where(chosen_copy(viewer), *narrowed)
        .limit(most)
    )
    return select(func.count()).select_from(found.subquery())


def newest_copy(session: Session, viewer: Viewer, wanted: LetterFilter, *, now: datetime) -> int | None:
    """Answer the id of the copy that a list would show first; not for a search by words."""
    query = _chosen(session, viewer).where(*conditions(session, viewer, wanted, now)).limit(1)
    return session.scalar(query.with_only_columns(MessageCopy.id))


def find_letter(session: Session, viewer: Viewer, message_id: int, read_raw: ReadRaw) -> Letter | None:
    """Answer one letter with its HTML; None where it is not there or not for this viewer."""
    row = session.execute(_chosen(session, viewer).where(MessageCopy.message_id == message_id)).one_or_none()
    if row is None:
        return None
    copy, message = row
    if message.has_html or copy.content_digest != message.content_digest or tells_more(session, viewer, message):
        shown = shown_by_itself(copy, message, read_raw)
    else:
        shown = shown_by_letter(copy, message)
    return _letters(session, viewer, [shown])[0]


def letters_by_id(
    session: Session,
    viewer: Viewer,
    message_ids: Sequence[int],
    read_raw: ReadRaw,
    *,
    with_threads: bool = True,
) -> dict[int, Letter]:
    """Answer those of the letters that the viewer sees, by id; `with_threads` as in `list_letters`."""
    if not message_ids:
        return {}
    rows = session.execute(_chosen(session, viewer).where(MessageCopy.message_id.in_(message_ids))).all()
    letters = _letters(session, viewer, _show(rows, read_raw), with_threads=with_threads)
    return {letter.id: letter for letter in letters}


def raw_of_own_copy(session: Session, viewer: Viewer, message_id: int, read_raw: ReadRaw) -> bytes | None:
    """Answer the byte-exact original of the viewer's own copy; None where he has none."""
    own = _chosen(session, viewer).where(MessageCopy.message_id == message_id, MessageCopy.owner_id == viewer.user_id)
    row = session.execute(own).one_or_none()
    return read_raw(row[0].sha256) if row else None


def get_attachment(
    session: Session, viewer: Viewer, message_id: int, attachment_id: int, read_raw: ReadRaw
) -> AttachmentContent | None:
    """Answer a file of a letter that the viewer sees; None where there is no such."""
    letter = find_letter(session, viewer, message_id, read_raw)
    chosen = next((one for one in letter.attachments if one.id == attachment_id), None) if letter else None
    if letter is None or chosen is None:
        return None
    raw = raw_of_letter(session, viewer, letter, read_raw)
    if raw is None:
        return None
    content = attachment_content(raw, chosen.position)
    return AttachmentContent(
        filename=chosen.filename,
        content_type=chosen.content_type,
        content=content,
        found_in_it=_found_in(session, viewer, content),
    )


def raw_of_letter(session: Session, viewer: Viewer, letter: Letter, read_raw: ReadRaw) -> bytes | None:
    """Answer the bytes in which the files of a letter lie; None for an original that was found in text."""
    copy = session.execute(_chosen(session, viewer).where(MessageCopy.id == letter.copy_id)).one()[0]
    return raw_of(read_raw(copy.sha256), copy.inner_path)


def _found_in(session: Session, viewer: Viewer, content: bytes) -> str:
    """Answer what a scanner found in these octets, "" where it found nothing or has not looked (RULES R57)."""
    digest = hashlib.sha256(content).hexdigest()
    this = (ContentScan.company_id == viewer.company_id, ContentScan.sha256 == digest)
    return session.scalars(select(ContentScan.name).where(*this)).one_or_none() or ""


def _chosen(session: Session, viewer: Viewer) -> Select[MessageCopy, Message]:
    return (
        select(MessageCopy, Message)
        .join(Message, and_(Message.company_id == viewer.company_id, Message.id == MessageCopy.message_id))
        .where(chosen_copy(viewer), *in_view(session, viewer, MessageCopy.message_id))
        .order_by(MessageCopy.sort_at.desc(), MessageCopy.id.desc())
    )


def _show(rows: Sequence[tuple[MessageCopy, Message]], read_raw: ReadRaw) -> list[Shown]:
    return [
        shown_by_letter(copy, message)
        if copy.content_digest == message.content_digest
        else shown_by_itself(copy, message, read_raw)
        for copy, message in rows
    ]


def _letters(
    session: Session, viewer: Viewer, shown: Sequence[Shown], *, with_threads: bool = True
) -> tuple[Letter, ...]:
    parts = load_parts(session, viewer, [one.copy for one in shown])
    threads = thread_ids(session, viewer, [one.copy.message_id for one in shown]) if with_threads else {}
    recipients = [address for one in shown for field in ("to", "cc") for address in one.addresses(field, parts)]
    hide_dropboxes(session, viewer, parts, recipients)
    return tuple(as_letter(viewer, one, parts, threads.get(one.copy.message_id, 0)) for one in shown)
