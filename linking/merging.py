"""Merging two contacts that are one person, and taking it back for 30 days (RULES R58).

The kept contact is given what it lacks of the merged one: addresses, places in deals, links, undone
marks. The merged one is deleted with all that it had, so that undoing means: bring it back, and take
what was given. Merges build on one another; one that is not the last is undone by taking back the
later ones, then it, and by doing the later ones again.

Nobody sees more or less mail than before, neither by a merge, which asks for two contacts that the
same people see, nor by its undoing. Links of private copies move without a word (R30b).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import Merge, Record
from languages.speech import _, marked
from linking.in_turn import file_in_turn
from linking.merge_audience import seen_by_the_same, take_audience
from linking.merge_links import carry_links, take_back_links
from linking.merge_parts import (
    carry_addresses,
    carry_facts,
    carry_participations,
    count_addresses,
    take_back_addresses,
    take_back_facts,
    take_back_participations,
)
from linking.moved import Moved
from linking.record_fields import MOST_ADDRESSES, RecordType
from linking.visibility import visible_record

UNDOABLE: Final = timedelta(days=30)
ITSELF: Final = marked("Choose another contact: one is not merged with itself.")
OTHER_PEOPLE: Final = marked(
    "These two are seen by different people, so merging them would show mail to some, or hide it from them. "
    "Let the same people see both first."
)


def merge_contacts(session: Session, viewer: Viewer, kept_id: int, merged_id: int, now: datetime) -> None:
    """Let one contact take another in; raise Missing, Forbidden, Invalid with `contact_id`."""
    file_in_turn(session, viewer.company_id)
    kept, merged = _seen_contact(session, viewer, kept_id), _seen_contact(session, viewer, merged_id)
    _check_may_write(viewer)
    against = _against(session, kept, merged)
    if against:
        raise Invalid({"contact_id": against})
    merge_id = new_id(session)
    moved = _carry(session, viewer.company_id, kept, merged)
    identity = {"company_id": viewer.company_id, "id": merge_id, "kept_id": kept_id, "merged_id": merged_id}
    by = {"merged_by": viewer.user_id, "merged_at": now, "moved": moved.as_json()}
    _hand_over(session, viewer.company_id, [one.id for one in _standing(session, viewer, merged_id)], kept_id)
    session.execute(insert(Merge).values(**identity, **by, holder_id=kept_id))
    _set_deleted(session, viewer.company_id, merged_id, now)
    _audit(session, viewer, "contact.merge", kept_id, merged_id, now)


def why_not_merge(session: Session, viewer: Viewer, kept_id: int, merged_id: int) -> str | None:
    """Answer the sentence that says what stands against it; raise Missing."""
    kept, merged = _seen_contact(session, viewer, kept_id), _seen_contact(session, viewer, merged_id)
    return _against(session, kept, merged)


def _against(session: Session, kept: Record, merged: Record) -> str | None:
    if kept.id == merged.id:
        return _(ITSELF)
    if not seen_by_the_same(session, kept, merged):
        return _(OTHER_PEOPLE)
    if count_addresses(session, kept.company_id, (kept.id, merged.id)) > MOST_ADDRESSES:
        return _("Together they have more than {most} addresses.").format(most=MOST_ADDRESSES)
    return None


def unmerge_contact(
    session: Session, viewer: Viewer, contact_id: int, now: datetime, merged_id: int | None = None
) -> int:
    """Take back a merge of the last 30 days and answer the contact that is there again; raise Missing, Forbidden.

    `contact_id` is the kept contact, whose last merge is meant where `merged_id` does not name one, or the merged one.
    """
    file_in_turn(session, viewer.company_id)
    target = _find_merge(session, viewer, contact_id, merged_id)
    holder = _seen_contact(session, viewer, target.holder_id)
    _check_may_write(viewer)
    if target.merged_at <= now - UNDOABLE:
        raise Missing("merge that can be undone")
    later = [one for one in _standing(session, viewer, holder.id) if _order(one) > _order(target)]
    gone = {one.id: _take_back(session, one) for one in (*reversed(later), target)}
    session.execute(
        update(Merge)
        .where(Merge.company_id == viewer.company_id, Merge.id == target.id)
        .values(undone_at=now, undone_by=viewer.user_id)
    )
    take_audience(session, holder, _contact(session, viewer.company_id, target.merged_id))
    for one in later:
        _do_again(session, one, gone[one.id])
    back = _reaching(_standing(session, viewer, holder.id), target.merged_id)
    _hand_over(session, viewer.company_id, back, target.merged_id)
    _audit(session, viewer, "contact.unmerge", target.kept_id, target.merged_id, now)
    return target.merged_id


def _carry(session: Session, company_id: int, kept: Record, merged: Record, without: Collection[str] = ()) -> Moved:
    return Moved(
        addresses=carry_addresses(session, company_id, merged.id, kept.id, without),
        participations=carry_participations(session, company_id, merged.id, kept.id),
        links=carry_links(session, company_id, merged.id, kept.id),
        **carry_facts(session, merged, kept),
    )


def _take_back(session: Session, merge: Merge) -> frozenset[str]:
    """Take back what a merge gave; answer the keys of addresses that somebody took away since."""
    company_id, moved = merge.company_id, Moved.from_json(merge.moved)
    take_back_links(session, company_id, merge.merged_id, merge.kept_id, moved.links, merge.merged_at)
    take_back_participations(session, company_id, merge.merged_id, merge.kept_id, moved.participations)
    take_back_facts(session, _contact(session, company_id, merge.kept_id), moved, merge.merged_at)
    _set_deleted(session, company_id, merge.merged_id, None)
    return take_back_addresses(session, company_id, merge.kept_id, moved.addresses)


def _do_again(session: Session, merge: Merge, without: Collection[str]) -> None:
    company_id = merge.company_id
    kept, merged = _contact(session, company_id, merge.kept_id), _contact(session, company_id, merge.merged_id)
    moved = _carry(session, company_id, kept, merged, without)
    session.execute(
        update(Merge).where(Merge.company_id == company_id, Merge.id == merge.id).values(moved=moved.as_json())
    )
    _set_deleted(session, company_id, merge.merged_id, merge.merged_at)


def _find_merge(session: Session, viewer: Viewer, contact_id: int, merged_id: int | None) -> Merge:
    this = Merge.merged_id == contact_id
    found = [*_standing(session, viewer, contact_id), *_merges(session, viewer, this)]
    wanted = [one for one in found if merged_id in (None, one.merged_id)]
    if not wanted:
        raise Missing("merge that can be undone")
    return wanted[-1]


def _standing(session: Session, viewer: Viewer, holder_id: int) -> list[Merge]:
    """Answer the merges through which a contact holds others, in the order in which they were made."""
    return _merges(session, viewer, Merge.holder_id == holder_id)


def _merges(session: Session, viewer: Viewer, condition: Any) -> list[Merge]:
    query = select(Merge).where(Merge.company_id == viewer.company_id, Merge.undone_at.is_(None), condition)
    return list(session.scalars(query.execution_options(populate_existing=True).order_by(Merge.merged_at, Merge.id)))


def _order(merge: Merge) -> tuple[datetime, int]:
    return merge.merged_at, merge.id


def _reaching(merges: Sequence[Merge], contact_id: int) -> list[int]:
    """Answer the merges that lead, by themselves or by others, into the contact."""
    found, into = [], {contact_id}
    for one in reversed(merges):
        if one.kept_id in into:
            found.append(one.id)
            into.add(one.merged_id)
    return found


def _hand_over(session: Session, company_id: int, merge_ids: Sequence[int], holder_id: int) -> None:
    session.execute(
        update(Merge).where(Merge.company_id == company_id, Merge.id.in_(merge_ids)).values(holder_id=holder_id)
    )


def _seen_contact(session: Session, viewer: Viewer, contact_id: int) -> Record:
    query = select(Record).where(
        visible_record(viewer), Record.id == contact_id, Record.type == str(RecordType.CONTACT)
    )
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise Missing("contact")
    return found


def _contact(session: Session, company_id: int, contact_id: int) -> Record:
    query = select(Record).where(Record.company_id == company_id, Record.id == contact_id)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _set_deleted(session: Session, company_id: int, contact_id: int, at: datetime | None) -> None:
    session.execute(
        update(Record).where(Record.company_id == company_id, Record.id == contact_id).values(deleted_at=at)
    )


def _check_may_write(viewer: Viewer) -> None:
    # Whoever sees a record may edit it, so what is left of "who may" is the right to write at all.
    if not viewer.may_write:
        raise Forbidden(_("A read-only user merges no contacts."))


def _audit(session: Session, viewer: Viewer, action: str, kept_id: int, merged_id: int, now: datetime) -> None:
    target, args = ("contact", kept_id), {"merged": merged_id}
    record_event(session, viewer.company_id, viewer.user_id, action, now=now, target=target, args=args)
