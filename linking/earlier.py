"""The earlier mail that a record would take, had it been there: offered to whoever sees both (RULES R26).

A contact takes mail of its addresses, an organisation mail of its domains that no contact has, and a deal, lead or
project the mail of its people that is about no other. What is linked, or was and is undone, is not offered again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, false, func, not_, or_, select, union
from sqlalchemy.orm import Session, aliased

from accounts.policies import Sharing
from accounts.viewer import Viewer
from db.models import ContactAddress, Link, Message, MessageAddress, MessageCopy, Record
from linking.cursor import Cursor, Page, before
from linking.dropped import in_view
from linking.facts import DEALS
from linking.letter import Letter
from linking.letter_content import ReadRaw
from linking.letters import letters_by_id
from linking.record_fields import RecordType
from linking.record_view import RecordView
from linking.visibility import chosen_copy, link_in_view, shared_copy, telling_link, visible_copy, visible_record
from mail.address import address_key

PARTIES: Final = ("from", "to", "cc")
LOOKED_AT: Final = 2_000
"""Letters among which an organisation's are looked for, the newest: no index knows the domains of all."""
_row: Final = aliased(Link, name="row_there")
_seen: Final = aliased(Link, name="link_seen")
_elsewhere: Final = aliased(Link, name="link_elsewhere")
_through: Final = aliased(Link, name="link_through")
_about: Final = aliased(Record, name="record_about")
_known: Final = aliased(Record, name="known_contact")
_newest: Final = aliased(MessageCopy, name="newest_copy")


def list_earlier(
    session: Session, viewer: Viewer, record: RecordView, limit: int, cursor: Cursor | None, read_raw: ReadRaw
) -> Page[Letter]:
    """Answer a page of what the record would take, the newest first."""
    query = earlier_copies(session, viewer, record).where(*before(MessageCopy.sort_at, MessageCopy.id, cursor))
    rows = session.scalars(query.limit(limit + 1)).all()
    shown = rows[:limit]
    found = letters_by_id(session, viewer, [row.message_id for row in shown], read_raw)
    letters = tuple(found[row.message_id] for row in shown if row.message_id in found)
    return Page(letters, Cursor(shown[-1].id, shown[-1].sort_at) if len(rows) > limit else None)


def count_earlier(session: Session, viewer: Viewer, record: RecordView, most: int) -> int:
    """Answer how many letters the record would take, counted no further than `most`."""
    found = earlier_copies(session, viewer, record).order_by(None).limit(most)
    return session.scalar(select(func.count()).select_from(found.with_only_columns(MessageCopy.id).subquery())) or 0


def earlier_copies(session: Session, viewer: Viewer, record: RecordView) -> Select[MessageCopy]:
    """Answer the query of the copies through which the viewer sees and may link those letters, the newest first."""
    return (
        select(MessageCopy)
        .join(Message, and_(Message.company_id == viewer.company_id, Message.id == MessageCopy.message_id))
        .where(
            chosen_copy(viewer),
            MessageCopy.deleted_at.is_(None),
            # R25: what an owner let him see is linked by its owner alone.
            shared_copy(viewer),
            # R14a: mail in our name that nothing proves links nothing.
            not_(func.coalesce(cast(MessageCopy.marks, String), "").contains('"unproved"')),
            *in_view(session, viewer, MessageCopy.message_id),
            *_taken_by(viewer, record),
            not_(_has_row(viewer, record.id)),
            not_(_is_linked(viewer, record.id)),
        )
        .order_by(MessageCopy.sort_at.desc(), MessageCopy.id.desc())
    )


def _taken_by(viewer: Viewer, record: RecordView) -> Iterator[ColumnElement[bool]]:
    match record.type:
        case RecordType.CONTACT:
            keys = [address_key(one) for one in record.addresses]
            yield _with_address(viewer, MessageAddress.address_key.in_(keys), Message.from_key.in_(keys))
            yield not_(_is_linked_for_address(viewer, keys))
        case RecordType.ORGANIZATION:
            yield MessageCopy.id.in_(_newest_seen(viewer))
            yield _of_domains(viewer, record.domains)
        case _:
            yield _of_people(viewer, record)
            yield not_(_is_about_something(viewer))


def _with_address(viewer: Viewer, which: ColumnElement[bool], is_from: ColumnElement[bool]) -> ColumnElement[bool]:
    """Tell whether the copy shows such a party; of one that shows another text than its letter From alone is known.

    Another witness's To and Cc are no evidence, From is alike in both (RULES R29).
    """
    alike = MessageCopy.content_digest == Message.content_digest
    return and_(MessageCopy.message_id.in_(_letters_with(viewer, which)), or_(alike, is_from))


def _letters_with(viewer: Viewer, which: ColumnElement[bool]) -> Select[int]:
    with_it = select(MessageAddress.message_id).where(
        MessageAddress.company_id == viewer.company_id, MessageAddress.field.in_(PARTIES), which
    )
    return with_it.correlate(None)


def _of_domains(viewer: Viewer, domains: tuple[str, ...]) -> ColumnElement[bool]:
    known = exists().where(
        ContactAddress.company_id == viewer.company_id,
        ContactAddress.address_key == MessageAddress.address_key,
        _known.id == ContactAddress.contact_id,
        visible_record(viewer, _known),
    )
    of_domain = or_(false(), *(MessageAddress.address_key.endswith(f"@{one}", autoescape=True) for one in domains))
    is_from = or_(false(), *(Message.from_key.endswith(f"@{one}", autoescape=True) for one in domains))
    return _with_address(viewer, and_(of_domain, not_(known)), is_from)


def _newest_seen(viewer: Viewer) -> Select[int]:
    query = select(_newest.id).where(visible_copy(viewer, _newest), _newest.deleted_at.is_(None))
    newest = query.order_by(_newest.sort_at.desc(), _newest.id.desc()).limit(LOOKED_AT).subquery()
    return select(newest.c.id)


def _of_people(viewer: Viewer, record: RecordView) -> ColumnElement[bool]:
    """Letters that are linked to the record's people, and those of the people's addresses."""
    people = [*record.contact_ids, *([record.organization_id] if record.organization_id else [])]
    linked = select(_through.message_id).where(telling_link(viewer, _through), _through.target_id.in_(people))
    linked = linked.correlate(None)
    theirs = select(ContactAddress.address_key).where(
        ContactAddress.company_id == viewer.company_id, ContactAddress.contact_id.in_(record.contact_ids)
    )
    has_one = MessageAddress.address_key.in_(theirs)
    # Together first: of two conditions with "or" between them neither leads to the letters, and all would be read.
    either = MessageCopy.message_id.in_(union(linked, _letters_with(viewer, has_one)))
    of_address = _with_address(viewer, has_one, Message.from_key.in_(theirs))
    return and_(either, or_(MessageCopy.message_id.in_(linked), of_address))


def _is_about_something(viewer: Viewer) -> ColumnElement[bool]:
    alive = and_(
        _about.company_id == viewer.company_id,
        _about.id == _elsewhere.target_id,
        _about.type.in_(sorted(DEALS)),
        _about.deleted_at.is_(None),
    )
    query = select(_elsewhere.id).join(_about, alive)
    return exists(query.where(link_in_view(viewer, _elsewhere), _elsewhere.message_id == MessageCopy.message_id))


def _is_linked_for_address(viewer: Viewer, keys: list[str]) -> ColumnElement[bool]:
    """Another contact of that address, of whom the viewer knows, has the letter already (RULES R20)."""
    alike = and_(
        ContactAddress.company_id == viewer.company_id,
        ContactAddress.contact_id == _elsewhere.target_id,
        ContactAddress.address_key.in_(keys),
    )
    alive = and_(visible_record(viewer, _about), _about.id == _elsewhere.target_id)
    query = select(_elsewhere.id).join(ContactAddress, alike).join(_about, alive)
    return exists(query.where(link_in_view(viewer, _elsewhere), _elsewhere.message_id == MessageCopy.message_id))


def _has_row(viewer: Viewer, record_id: int) -> ColumnElement[bool]:
    """Tell whether there is a link on the copy's level, undone ones included (RULES R25)."""
    return exists().where(
        _row.company_id == viewer.company_id,
        _row.message_id == MessageCopy.message_id,
        _row.target_id == record_id,
        or_(
            and_(MessageCopy.sharing == Sharing.SHARED, _row.copy_id.is_(None)),
            and_(MessageCopy.sharing != Sharing.SHARED, _row.copy_id == MessageCopy.id),
        ),
    )


def _is_linked(viewer: Viewer, record_id: int) -> ColumnElement[bool]:
    seen = link_in_view(viewer, _seen)
    return exists().where(seen, _seen.message_id == MessageCopy.message_id, _seen.target_id == record_id)
