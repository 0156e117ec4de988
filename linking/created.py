"""Contacts and leads that a rule makes of an unknown address, and how they are undone (RULES R24, R30b).

What comes of a private letter is its owner's, and nobody else hears of it, until a shared letter or a hand
touches it. Undoing deletes what one letter made and asks its owner who it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, case, exists, insert, not_, null, select, update
from sqlalchemy.orm import Session

from accounts.addresses import AddressKind, address_of, make_address
from accounts.audit import OWN, record_event
from accounts.refusals import Forbidden, Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import ContactAddress, Link, Record, Unresolved
from languages.speech import _
from linking.decision import Creation, LinkMade, RecordFact
from linking.own_questions import addresses_asked
from linking.record_fields import LONGEST_NAME, RecordType
from linking.record_write import write_addresses, write_participants
from linking.rule import Rule
from linking.visibility import link_in_view, visible_record
from mail.address import domain_of

PREFIXES: Final = {RecordType.CONTACT: "contact", RecordType.LEAD: "lead"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The mail that a record is made from; `is_private`: nobody but the copy's owner sees it."""

    inbound_id: int
    message_id: int
    copy_id: int
    is_private: bool

    def as_json(self) -> dict[str, int]:
        """Answer the form that a record keeps."""
        return {"inbound": self.inbound_id, "message": self.message_id, "copy": self.copy_id}


def create_from_mail(
    session: Session, viewer: Viewer, creations: Sequence[Creation], source: Source, now: datetime
) -> tuple[LinkMade, ...]:
    """Make what a letter of the viewer's is to make, and answer the links to it."""
    return tuple(link for one in creations for link in _create(session, viewer, one, source, now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A record that became everybody's, and what it was before."""

    id: int
    created_from: dict[str, Any]
    changed_at: datetime


def touch_created(session: Session, company_id: int, record_ids: Collection[int]) -> tuple[Touched, ...]:
    """Let everybody see what was made from private mail, because a shared letter touches it now (R30b)."""
    of_private_mail = (
        Record.company_id == company_id,
        Record.id.in_(record_ids),
        Record.created_from.is_not(None),
        Record.visibility == "owner",
    )
    query = select(Record.id, Record.created_from, Record.changed_at).where(*of_private_mail).order_by(Record.id)
    rows = session.execute(query).all() if record_ids else []
    if rows:
        session.execute(
            update(Record).where(*of_private_mail).values(visibility="company", created_from=null()),
            execution_options={"synchronize_session": False},
        )
    return tuple(Touched(id=row.id, created_from=dict(row.created_from), changed_at=row.changed_at) for row in rows)


def untouch(session: Session, company_id: int, touched: Collection[Touched]) -> bool:
    """Make them their owners' again, but for those that a hand or another shared letter has touched since.

    Answer whether all are as they were.
    """
    linked = exists().where(
        Link.company_id == company_id, Link.target_id == Record.id, Link.copy_id.is_(None), Link.undone_at.is_(None)
    )
    count = 0
    for one in touched:
        left = Record.visibility == "company", Record.created_from.is_(None), Record.changed_at == one.changed_at
        back = (
            update(Record)
            .where(Record.company_id == company_id, Record.id == one.id, *left, not_(linked))
            .values(visibility="owner", created_from=one.created_from)
        )
        answer = session.execute(back.returning(Record.id), execution_options={"synchronize_session": False})
        count += answer.scalar_one_or_none() is not None
    return count == len(touched)


def touched_by_hand() -> dict[str, Any]:
    """Answer what a change by hand makes of a record: it is a person's from now on, and seen as such (R30b)."""
    of_private_mail = and_(Record.created_from.is_not(None), Record.visibility == "owner")
    return {"created_from": null(), "visibility": case((of_private_mail, "company"), else_=Record.visibility)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A record that a rule made of a mail, and may still be undone."""

    id: int
    type: str
    name: str
    message_id: int
    created_at: datetime


def list_created(session: Session, viewer: Viewer, since: datetime, limit: int) -> tuple[Made, ...]:
    """Answer what rules made of the viewer's own mail lately, the newest first."""
    query = select(Record).where(
        visible_record(viewer),
        Record.owner_id == viewer.user_id,
        Record.created_from.is_not(None),
        Record.created_at >= since,
    )
    rows = session.scalars(query.order_by(Record.id.desc()).limit(limit))
    return tuple(
        Made(id=row.id, type=row.type, name=row.name, message_id=_source(row)["message"], created_at=row.created_at)
        for row in rows
    )


def undo_created(session: Session, viewer: Viewer, message_id: int, now: datetime) -> int:
    """Delete what a letter made and ask again; answer how many records went. Raises Missing, Forbidden."""
    made = [row for row in _made_by(session, viewer, message_id) if _source(row).get("message") == message_id]
    if not made:
        raise Missing("record made from this mail")
    if not viewer.may_write or any(row.owner_id != viewer.user_id for row in made):
        raise Forbidden(_("Only its owner undoes what was made from a mail."))
    numbers = [row.id for row in made]
    addresses = _addresses(session, viewer, numbers)
    session.execute(
        update(Record)
        .where(Record.company_id == viewer.company_id, Record.id.in_(numbers))
        .values(deleted_at=now, changed_at=now)
    )
    _ask_again(session, viewer, made[0], addresses, now)
    for row in made:
        _audit(session, viewer, row, "undo", now)
    return len(made)


def _create(session: Session, viewer: Viewer, wanted: Creation, source: Source, now: datetime) -> tuple[LinkMade, ...]:
    name = _name(wanted)
    contact = _insert(session, viewer, RecordType.CONTACT, name, source, now)
    write_addresses(session, viewer, contact.id, [wanted.address])
    made = [contact]
    if wanted.lead:
        lead = _insert(session, viewer, RecordType.LEAD, name, source, now)
        write_participants(session, viewer, lead.id, [contact.id])
        made.append(lead)
    args = {"address": wanted.address}
    return tuple(LinkMade(target=_fact(one), rule=Rule.CREATED, args={"record": one.id} | args) for one in made)


def _insert(
    session: Session, viewer: Viewer, record_type: RecordType, name: str, source: Source, now: datetime
) -> Record:
    record = Record(
        company_id=viewer.company_id,
        id=new_id(session),
        type=str(record_type),
        name=name,
        status="open" if record_type is RecordType.LEAD else None,
        owner_id=viewer.user_id,
        visibility="owner" if source.is_private else "company",
        created_from=source.as_json(),
        created_at=now,
        changed_at=now,
    )
    session.add(record)
    session.flush()
    mail_domain = domain_of(address_of(session, viewer.company_id) or "")
    kind = AddressKind.RECORD
    make_address(session, viewer.company_id, kind, PREFIXES[record_type], mail_domain, now, record_id=record.id)
    _audit(session, viewer, record, "create", now)
    return record


def _name(wanted: Creation) -> str:
    shown = "".join(char for char in wanted.name if char.isprintable()).strip()
    # A name that shows an address could show another's (SECURITY P11).
    return (shown if shown and "@" not in shown else wanted.address)[:LONGEST_NAME]


def _fact(row: Record) -> RecordFact:
    return RecordFact(id=row.id, type=row.type, status=row.status, visibility=row.visibility)


def _made_by(session: Session, viewer: Viewer, message_id: int) -> Sequence[Record]:
    linked = select(Link.target_id).where(
        link_in_view(viewer), Link.message_id == message_id, Link.rule == Rule.CREATED
    )
    query = select(Record).where(visible_record(viewer), Record.id.in_(linked), Record.created_from.is_not(None))
    return session.scalars(query.order_by(Record.id)).all()


def _source(row: Record) -> dict[str, Any]:
    return dict(row.created_from or {})


def _addresses(session: Session, viewer: Viewer, contact_ids: Collection[int]) -> list[str]:
    query = select(ContactAddress.address).where(
        ContactAddress.company_id == viewer.company_id, ContactAddress.contact_id.in_(contact_ids)
    )
    return list(session.scalars(query.order_by(ContactAddress.contact_id, ContactAddress.position)))


def _ask_again(session: Session, viewer: Viewer, made: Record, addresses: list[str], now: datetime) -> None:
    """Put the question that was not asked, or open it again with these addresses too."""
    source = _source(made)
    asked = session.scalar(
        select(Unresolved).where(
            Unresolved.company_id == viewer.company_id,
            Unresolved.copy_id == source["copy"],
            Unresolved.question == Rule.UNKNOWN_ADDRESS,
        )
    )
    if asked is not None:
        args = {"addresses": list(dict.fromkeys([*addresses_asked(asked), *addresses]))}
        this = (Unresolved.company_id == viewer.company_id, Unresolved.id == asked.id)
        session.execute(update(Unresolved).where(*this).values(state="open", args=args, done=null()))
        return
    values: dict[str, Any] = {"message_id": source["message"], "copy_id": source["copy"], "owner_id": viewer.user_id}
    question = {"question": Rule.UNKNOWN_ADDRESS, "args": {"addresses": addresses}, "candidates": [], "state": "open"}
    identity = {"company_id": viewer.company_id, "id": new_id(session), "created_at": now}
    session.execute(insert(Unresolved).values(**identity, **values, **question))


def _audit(session: Session, viewer: Viewer, row: Record, act: str, now: datetime) -> None:
    # What private mail gave rise to is told to its owner alone.
    action = f"{row.type}.{act}_from_mail"
    shown = f"{OWN}{action}" if row.visibility == "owner" else action
    record_event(session, viewer.company_id, viewer.user_id, shown, now=now, target=(row.type, row.id))
