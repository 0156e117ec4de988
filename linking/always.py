"""An answer that stands for all mail of the same people: what is kept, and the open questions that it answers too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.policies import Sharing
from accounts.refusals import Invalid
from accounts.viewer import Viewer
from db.models import Link, MessageCopy, Unresolved
from languages.speech import _
from linking.closing import close_question
from linking.links import Linked, link_copy
from linking.own_questions import addresses_asked, asked_now, copy_asked_about
from linking.record_fields import RecordType
from linking.records import change_record, get_record
from linking.rule import Rule
from linking.standing import keep_for_address, keep_for_people
from mail.address import address_key

MOST_ALIKE: Final = 100
WHICH_OPEN: Final = frozenset({str(Rule.SEVERAL_OPEN), str(Rule.DIFFERENT)})


@dataclass(frozen=True, slots=True)
class SaidForAll:
    """What was kept, as `done` names it, and the links that it made in answer to other questions."""

    done: Mapping[str, Any]
    links: list[int] = field(default_factory=list)


def may_stand(rule: str) -> bool:
    """Tell whether the answer to a question of this rule may stand for later mail."""
    return rule in WHICH_OPEN or rule == Rule.UNKNOWN_ADDRESS


def answer_for_all(
    session: Session, viewer: Viewer, row: Unresolved, record_type: RecordType, target_id: int, now: datetime
) -> SaidForAll:
    """Keep the answer to a question for later mail, and answer the open ones that ask the same; raise Invalid."""
    if row.question in WHICH_OPEN and (people := people_in(row)):
        done: dict[str, Any] = {"standing": [keep_for_people(session, viewer, people, target_id, now)]}
    elif row.question == Rule.UNKNOWN_ADDRESS and (addresses := addresses_asked(row)):
        done = _keep_addresses(session, viewer, addresses, record_type, target_id, now)
    else:
        raise Invalid({"always": _("this question is about one mail alone")})
    links, others = _answer_alike(session, viewer, row, record_type, target_id, now)
    return SaidForAll(done | {"alike": others}, links)


def people_in(row: Unresolved) -> tuple[int, ...]:
    """Answer the contacts and organisations for which the candidates are open."""
    return tuple(sorted({one for each in row.candidates or () for one in (each.get("args") or {}).get("through", ())}))


def _keep_addresses(
    session: Session,
    viewer: Viewer,
    addresses: list[str],
    record_type: RecordType,
    target_id: int,
    now: datetime,
) -> dict[str, Any]:
    """A contact gets the address, anything else a standing answer for it."""
    if record_type is not RecordType.CONTACT:
        return {"standing": [keep_for_address(session, viewer, address_key(one), target_id, now) for one in addresses]}
    # The first alone: the others are other people, as far as anybody knows.
    contact = get_record(session, viewer, record_type, target_id)
    if address_key(addresses[0]) in {address_key(one) for one in contact.addresses}:
        return {}
    change_record(session, viewer, record_type, target_id, {"addresses": [*contact.addresses, addresses[0]]}, now)
    return {"address": {"contact": target_id, "address": addresses[0]}}


def _answer_alike(
    session: Session, viewer: Viewer, row: Unresolved, record_type: RecordType, target_id: int, now: datetime
) -> tuple[list[int], list[int]]:
    """Link the letters about which the viewer is asked the same, and close their questions; answer both ids."""
    links: list[int] = []
    closed: list[int] = []
    for other in _asked_the_same(session, viewer, row):
        copy = copy_asked_about(session, other)
        if _was_undone(session, copy, target_id):
            continue
        done = link_copy(session, viewer, copy, record_type, target_id, now, confirmed=False)
        # One that would hide its letter stays a question.
        if isinstance(done, Linked):
            close_question(session, viewer, other.id, "answered", now, {"links": [done.link_id]})
            links.append(done.link_id)
            closed.append(other.id)
    return links, closed


def _was_undone(session: Session, copy: MessageCopy, target_id: int) -> bool:
    """Tell whether somebody undid this very link: an answer to another letter does not bring it back (RULES R25)."""
    level = None if copy.sharing == Sharing.SHARED else copy.id
    query = select(Link.id).where(
        Link.company_id == copy.company_id,
        Link.message_id == copy.message_id,
        Link.target_id == target_id,
        Link.copy_id.is_not_distinct_from(level),
        Link.undone_at.is_not(None),
    )
    return session.scalar(query) is not None


def _asked_the_same(session: Session, viewer: Viewer, row: Unresolved) -> list[Unresolved]:
    query = select(Unresolved).where(*asked_now(session, viewer), Unresolved.id != row.id)
    rows = session.scalars(query.order_by(Unresolved.id.desc()).limit(MOST_ALIKE))
    return [other for other in rows if _is_the_same(row, other)]


def _is_the_same(row: Unresolved, other: Unresolved) -> bool:
    if row.question in WHICH_OPEN:
        return other.question in WHICH_OPEN and people_in(other) == people_in(row)
    theirs = {address_key(one) for one in addresses_asked(other)}
    return other.question == row.question and theirs == {address_key(addresses_asked(row)[0])}
