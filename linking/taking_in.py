"""Linking a record's earlier mail, all at once, and taking that back (RULES R26).

The links are a rule's, made at a person's word: a replay leaves them, and an undone one is never made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from accounts.audit import OWN, record_event
from accounts.policies import Sharing
from accounts.refusals import Forbidden, Missing
from accounts.viewer import Viewer
from db.events import Event, EventKind, emit
from db.ids import new_id
from db.models import Link, MessageAddress, MessageCopy, Record
from languages.speech import _
from linking.closing import close_answered
from linking.created import touch_created
from linking.earlier import PARTIES, earlier_copies
from linking.in_turn import file_in_turn
from linking.record_fields import RecordType
from linking.record_view import RecordView, view_records
from linking.reopening import ask_anew
from linking.rule import EARLIER, Rule
from linking.visibility import telling_link, visible_record
from mail.address import address_key

MOST: Final = 2_000
"""Letters that one act links; what is left is offered again."""
BY: Final = {RecordType.CONTACT: Rule.EARLIER_ADDRESS, RecordType.ORGANIZATION: Rule.EARLIER_DOMAIN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """`linked` letters; `would_hide`: left alone, because colleagues see them who may not see the record.

    `at`: the moment that names the act, to take it back. `more`: there were more than one act links.
    """

    linked: int
    would_hide: int
    at: datetime
    more: bool


def take_earlier(
    session: Session,
    viewer: Viewer,
    record_type: RecordType,
    record_id: int,
    now: datetime,
    *,
    confirmed: bool = False,
) -> Taken:
    """Link what the record would have taken; raise Missing, Forbidden.

    Unless `confirmed`, letters that the link might hide from colleagues are left alone (RULES R30).
    """
    file_in_turn(session, viewer.company_id)
    row, record = _find(session, viewer, record_type, record_id)
    found = session.scalars(earlier_copies(session, viewer, record).limit(MOST + 1)).all()
    copies = found[:MOST]
    seen = frozenset() if confirmed else _seen_by_others(session, viewer, row, copies)
    taken = [copy for copy in copies if copy.message_id not in seen]
    _write(session, viewer, row, record, taken, now)
    return Taken(linked=len(taken), would_hide=len(seen), at=now, more=len(found) > MOST)


def undo_taken(
    session: Session, viewer: Viewer, record_type: RecordType, record_id: int, at: datetime, now: datetime
) -> int:
    """Undo the links of one's own act of that moment that still stand; answer how many. Raises Missing, Forbidden."""
    file_in_turn(session, viewer.company_id)
    row, _ = _find(session, viewer, record_type, record_id)
    links = session.scalars(
        select(Link).where(
            telling_link(viewer),
            Link.target_id == row.id,
            Link.rule.in_(sorted(EARLIER)),
            Link.created_by == viewer.user_id,
            Link.created_at == at,
        )
    ).all()
    if not links:
        raise Missing("earlier mail")
    numbers = [link.id for link in links]
    session.execute(
        update(Link)
        .where(Link.company_id == viewer.company_id, Link.id.in_(numbers))
        .values(undone_at=now, undone_by=viewer.user_id)
        .execution_options(synchronize_session=False)
    )
    _tell_of(session, viewer, EventKind.LINK_REMOVED, numbers, now)
    ask_anew(session, viewer, [link.message_id for link in links], at)
    _audit(session, viewer, "undo", row, [link.copy_id for link in links], now)
    return len(links)


def _find(session: Session, viewer: Viewer, record_type: RecordType, record_id: int) -> tuple[Record, RecordView]:
    this = Record.id == record_id, Record.type == record_type
    row = session.scalar(select(Record).where(visible_record(viewer), *this))
    if row is None:
        raise Missing(str(record_type))
    if not viewer.may_write:
        raise Forbidden(_("A read-only user makes no links."))
    return row, view_records(session, viewer, [row])[0]


def _seen_by_others(session: Session, viewer: Viewer, row: Record, copies: Sequence[MessageCopy]) -> frozenset[int]:
    """Answer the letters that colleagues may see now, where the record is not for all of them.

    Who sees a letter sees it by its links, so one without any is seen by nobody else (RULES R30).
    """
    if row.visibility == "company":
        return frozenset()
    # One that a rule made of private mail is opened by a shared letter instead (RULES R30b).
    closed = {Sharing.PRIVATE, Sharing.SHARED} if row.created_from is not None else {Sharing.PRIVATE}
    others = [copy for copy in copies if copy.sharing not in closed]
    if not others:
        return frozenset()
    of_copies = or_(Link.copy_id.is_(None), Link.copy_id.in_([copy.id for copy in others]))
    query = select(Link.message_id).where(
        Link.company_id == viewer.company_id,
        Link.message_id.in_([copy.message_id for copy in others]),
        Link.undone_at.is_(None),
        of_copies,
    )
    return frozenset(session.scalars(query))


def _write(
    session: Session, viewer: Viewer, row: Record, record: RecordView, copies: Sequence[MessageCopy], now: datetime
) -> None:
    if not copies:
        return
    said = _reasons(session, viewer, record, [copy.message_id for copy in copies])
    by_person = {"company_id": viewer.company_id, "target_id": row.id, "created_by": viewer.user_id, "created_at": now}
    levels = [None if copy.sharing == Sharing.SHARED else copy.id for copy in copies]
    rows = [
        {
            **by_person,
            "id": new_id(session),
            "message_id": copy.message_id,
            "copy_id": level,
            "origin": "auto",
            "args": {"record": row.id, **said.get(copy.message_id, {})},
            "rule": str(BY.get(record.type, Rule.EARLIER_PEOPLE)),
        }
        for copy, level in zip(copies, levels, strict=True)
    ]
    session.execute(insert(Link), rows)
    _tell_of(session, viewer, EventKind.LINK_CREATED, [one["id"] for one in rows], now)
    if None in levels:
        touch_created(session, viewer.company_id, [row.id])
    close_answered(session, viewer, [copy.message_id for copy in copies], row, now)
    _audit(session, viewer, "take", row, levels, now)


def _reasons(
    session: Session, viewer: Viewer, record: RecordView, message_ids: Sequence[int]
) -> dict[int, dict[str, Any]]:
    """Answer by which address or domain each letter is the record's; of a deal nothing more is said."""
    keys = {address_key(one) for one in record.addresses}
    domains = frozenset(record.domains)
    if not keys and not domains:
        return {}
    query = select(MessageAddress.message_id, MessageAddress.address, MessageAddress.address_key).where(
        MessageAddress.company_id == viewer.company_id,
        MessageAddress.message_id.in_(message_ids),
        MessageAddress.field.in_(PARTIES),
    )
    found: dict[int, dict[str, Any]] = {}
    for message_id, address, key in session.execute(query):
        domain = key.rpartition("@")[2]
        if key in keys:
            found.setdefault(message_id, {"address": address})
        elif domain in domains:
            found.setdefault(message_id, {"address": address, "domain": domain})
    return found


def _tell_of(session: Session, viewer: Viewer, kind: EventKind, link_ids: Sequence[Any], now: datetime) -> None:
    emit(session, viewer.company_id, [Event(kind, {"link": one}) for one in link_ids], now)


def _audit(
    session: Session, viewer: Viewer, act: str, row: Record, levels: Sequence[int | None], now: datetime
) -> None:
    # Of private mail admins hear nothing, not even that there was any.
    action = f"link.{act}_earlier" if None in levels else f"{OWN}link.{act}_earlier"
    record_event(session, viewer.company_id, viewer.user_id, action, now=now, target=(row.type, row.id))
