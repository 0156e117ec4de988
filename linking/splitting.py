"""Splitting letters out of a conversation and merging conversations, by hand (RULES R25).

Both act on the letters that the actor sees, and change what others see only of letters that are shared
with them. Links stay as they are. Whoever sees a shared letter may edit its records, so what is left of
"who may" is the right to write at all. A letter that its owner let him see (R32) is for his eyes: a
conversation that holds one he leaves as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from accounts.audit import OWN, record_event
from accounts.policies import Sharing
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import ThreadChoice, ThreadChoiceLetter
from languages.speech import _, marked
from linking.buckets import join_bucket
from linking.in_turn import file_in_turn
from linking.nodes import load_nodes
from linking.rearranging import ChoiceKind
from linking.seen import Seen
from linking.threads import ViewerThread, parts_of, seen_beside, seen_in, viewer_thread

NOT_IN_IT: Final = marked("names a message that is not in this conversation")
NONE_STAYS: Final = marked("must leave a message in the conversation")
ITSELF: Final = marked("must be another conversation")
HELD: Final = marked("A read-only user splits and merges nothing.")
LET: Final = marked("Its owner lets you see a message of this conversation; only its owner splits or merges it.")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choice that was made, and the thread that it made as the actor sees it."""

    choice_id: int
    thread: ViewerThread


def split_thread(
    session: Session, viewer: Viewer, thread_id: int, message_ids: Collection[int], now: datetime
) -> Chosen:
    """Let these letters be a conversation of their own; raise Missing, Forbidden, Invalid with `message_ids`."""
    file_in_turn(session, viewer.company_id)
    whole = _thread(session, viewer, thread_id)
    if not viewer.may_write:
        raise Forbidden(_(HELD))
    out = frozenset(message_ids)
    if not out <= whole.keys():
        if not out <= seen_beside(session, viewer, out).keys():
            raise Missing("message")
        raise Invalid({"message_ids": _(NOT_IN_IT)})
    if all(letter.deleted for one, letter in whole.items() if one not in out):
        raise Invalid({"message_ids": _(NONE_STAYS)})
    choice_id = _write(session, viewer, ChoiceKind.SPLIT, _own_view(session, viewer, whole), out, now)
    _audit(session, viewer, "thread.split", choice_id, now)
    return Chosen(choice_id, _thread_of(session, viewer, out))


def merge_threads(session: Session, viewer: Viewer, thread_id: int, other_id: int, now: datetime) -> Chosen:
    """Make one conversation of two; raise Missing, Forbidden, Invalid with `thread_id`."""
    file_in_turn(session, viewer.company_id)
    one = _thread(session, viewer, thread_id)
    if not viewer.may_write:
        raise Forbidden(_(HELD))
    other = _thread(session, viewer, other_id)
    if thread_id == other_id:
        raise Invalid({"thread_id": _(ITSELF)})
    both = _own_view(session, viewer, {**one, **other})
    join_bucket(session, viewer.company_id, {letter.bucket for letter in both.values()}, now)
    choice_id = _write(session, viewer, ChoiceKind.MERGE, both, frozenset(one), now)
    _audit(session, viewer, "thread.merge", choice_id, now)
    return Chosen(choice_id, _thread_of(session, viewer, both))


def undo_choice(session: Session, viewer: Viewer, choice_id: int, now: datetime) -> ViewerThread | None:
    """Undo one's own split or merge and answer a thread of its letters, if one sees any; raise Missing, Forbidden."""
    file_in_turn(session, viewer.company_id)
    this = (ThreadChoice.company_id == viewer.company_id, ThreadChoice.id == choice_id)
    mine = (ThreadChoice.made_by == viewer.user_id, ThreadChoice.undone_at.is_(None))
    if session.scalar(select(ThreadChoice.id).where(*this, *mine)) is None:
        raise Missing("choice")
    if not viewer.may_write:
        raise Forbidden(_(HELD))
    session.execute(update(ThreadChoice).where(*this).values(undone_at=now, undone_by=viewer.user_id))
    _audit(session, viewer, "thread.undo", choice_id, now)
    return _thread_left(session, viewer, [row.message_id for row in _rows(session, viewer, choice_id)])


def _thread(session: Session, viewer: Viewer, thread_id: int) -> dict[int, Seen]:
    """Answer all letters of a thread, deleted ones too; raise Missing where the viewer sees no such thread."""
    seen = seen_beside(session, viewer, [thread_id])
    nodes = load_nodes(session, viewer.company_id, seen)
    part = next((part for part in parts_of(session, viewer.company_id, nodes, seen) if min(part) == thread_id), None)
    if part is None or all(seen[one].deleted for one in part):
        raise Missing("conversation")
    return {one: seen[one] for one in sorted(part)}


def _own_view(session: Session, viewer: Viewer, letters: Mapping[int, Seen]) -> dict[int, Seen]:
    """Answer the letters through the copies that he may act on; raise Forbidden where one is only let to him."""
    buckets = {letter.bucket for letter in letters.values()}
    his = seen_in(session, viewer, buckets, audience=Sharing.PRIVATE)
    if not letters.keys() <= his.keys():
        raise Forbidden(_(LET))
    return {one: his[one] for one in letters}


def _thread_left(session: Session, viewer: Viewer, message_ids: Collection[int]) -> ViewerThread | None:
    """Answer the thread of the first of these letters that the viewer still sees."""
    found = (viewer_thread(session, viewer, one) for one in sorted(message_ids))
    return next((one for one in found if one is not None and one.letters), None)


def _thread_of(session: Session, viewer: Viewer, message_ids: Collection[int]) -> ViewerThread:
    """Answer the thread of the first of these letters that the viewer sees; raise Missing."""
    alive = _thread_left(session, viewer, message_ids)
    if alive is None:
        raise Missing("conversation")
    return alive


def _write(
    session: Session,
    viewer: Viewer,
    kind: ChoiceKind,
    letters: Mapping[int, Seen],
    first: frozenset[int],
    now: datetime,
) -> int:
    choice_id = new_id(session)
    identity = {"company_id": viewer.company_id, "id": choice_id, "kind": str(kind)}
    session.execute(insert(ThreadChoice).values(**identity, made_by=viewer.user_id, made_at=now))
    session.execute(insert(ThreadChoiceLetter), [_row(viewer, choice_id, one, first) for one in letters.values()])
    return choice_id


def _row(viewer: Viewer, choice_id: int, letter: Seen, first: frozenset[int]) -> dict[str, Any]:
    through = letter.acted_through
    return {
        "company_id": viewer.company_id,
        "choice_id": choice_id,
        "message_id": letter.message_id,
        "copy_id": through.id,
        "is_shared": through.shared,
        "is_first": letter.message_id in first,
    }


def _rows(session: Session, viewer: Viewer, choice_id: int) -> Sequence[ThreadChoiceLetter]:
    query = select(ThreadChoiceLetter).where(
        ThreadChoiceLetter.company_id == viewer.company_id, ThreadChoiceLetter.choice_id == choice_id
    )
    return session.scalars(query.order_by(ThreadChoiceLetter.message_id)).all()


def _audit(session: Session, viewer: Viewer, action: str, choice_id: int, now: datetime) -> None:
    """Log it for all where others can see that anything changed: a shared letter on both sides (R30b).

    To those who see one side alone a merge joins nothing (`linking.rearranging`).
    """
    shared = [row for row in _rows(session, viewer, choice_id) if row.is_shared]
    if len({row.is_first for row in shared}) == 2:
        target = ("message", shared[0].message_id)
        record_event(session, viewer.company_id, viewer.user_id, action, now=now, target=target)
    else:
        record_event(session, viewer.company_id, viewer.user_id, f"{OWN}{action}", now=now)
