"""Standing answers: what a user said once for every later mail of the same people (RULES R21, R24).

They are evidence of their owner alone, for his copies (RULES R30b), and yield to a record address and to
the thread's choice (RULES R20). One whose record is gone, closed or hidden says nothing: the question is asked again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import and_, bindparam, delete, insert, or_, select
from sqlalchemy.orm import Session

from accounts.audit import OWN, record_event
from accounts.refusals import Forbidden, Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import Record, StandingAnswer
from languages.speech import _
from linking.cursor import Cursor, Page, page_by_id
from linking.decision import RecordFact
from linking.facts import Answers
from linking.record_view import names_of
from linking.rule import Rule
from linking.visibility import visible_record


class About(StrEnum):
    """What is answered: which of several that are open for some people, or whose an address is."""

    PEOPLE = "people"
    ADDRESS = "address"


RULES: Final = {About.PEOPLE: Rule.STANDING_PEOPLE, About.ADDRESS: Rule.STANDING_ADDRESS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An answer as its owner sees it; `names` are of what he may see, `is_live`: it is used for his mail."""

    id: int
    about: About
    people: tuple[int, ...]
    address: str | None
    target_type: str
    target_id: int
    names: Mapping[int, str]
    is_live: bool
    created_at: datetime

    @property
    def rule(self) -> Rule:
        """Answer the rule by which it links, for `linking.sentences`."""
        return RULES[self.about]

    @property
    def args(self) -> dict[str, object]:
        """Answer the arguments of that rule."""
        told: dict[str, object] = {"address": self.address} if self.address else {"through": list(self.people)}
        return {"record": self.target_id} | told


# Asked for mail that would be asked about: made once, because making a statement takes longer than its answer.
_SAID: Final = select(StandingAnswer.kind, StandingAnswer.subject, StandingAnswer.target_id).where(
    StandingAnswer.company_id == bindparam("company_id"),
    StandingAnswer.user_id == bindparam("user_id"),
    or_(
        and_(StandingAnswer.kind == About.PEOPLE, StandingAnswer.subject == bindparam("people")),
        and_(StandingAnswer.kind == About.ADDRESS, StandingAnswer.subject.in_(bindparam("keys", expanding=True))),
    ),
)


def find_answers(session: Session, viewer: Viewer, people: Collection[int], keys: Collection[str]) -> Answers:
    """Answer what the viewer has said about these people and addresses, as far as it still holds."""
    given = {
        "company_id": viewer.company_id,
        "user_id": viewer.user_id,
        "people": subject_of(people),
        "keys": list(keys),
    }
    said = session.connection().execute(_SAID, given).all()
    facts = _live(session, viewer, [row.target_id for row in said])
    live = [row for row in said if row.target_id in facts]
    of_people = next((facts[row.target_id] for row in live if row.kind == About.PEOPLE), None)
    return Answers(of_people, {row.subject: facts[row.target_id] for row in live if row.kind == About.ADDRESS})


def keep_for_people(session: Session, viewer: Viewer, people: Collection[int], target_id: int, now: datetime) -> int:
    """Say it for all mail in which something is open for exactly these people; answer the id of the answer."""
    return _keep(session, viewer, About.PEOPLE, subject_of(people), sorted(set(people)), target_id, now)


def keep_for_address(session: Session, viewer: Viewer, key: str, target_id: int, now: datetime) -> int:
    """Say it for all mail of an address that no contact has; answer the id of the answer."""
    return _keep(session, viewer, About.ADDRESS, key, [], target_id, now)


def list_standing(session: Session, viewer: Viewer, limit: int = 200, cursor: Cursor | None = None) -> Page[Standing]:
    """Answer the viewer's own standing answers, the newest first, but for those about what he may no longer see."""
    query = (
        select(StandingAnswer, Record.type, Record.status)
        .join(Record, and_(visible_record(viewer), Record.id == StandingAnswer.target_id))
        .where(StandingAnswer.company_id == viewer.company_id, StandingAnswer.user_id == viewer.user_id)
    )
    if cursor is not None:
        query = query.where(StandingAnswer.id < cursor.id)
    rows = session.execute(query.order_by(StandingAnswer.id.desc()).limit(limit + 1)).all()
    named = {row.target_id for row, _, _ in rows} | {one for row, _, _ in rows for one in row.people}
    names = names_of(session, viewer, sorted(named))
    return page_by_id([as_shown(row, kind, status, names) for row, kind, status in rows], limit)


def remove_standing(session: Session, viewer: Viewer, standing_id: int, now: datetime) -> None:
    """Take one back: later mail is asked about again; raise Missing, Forbidden."""
    this = (
        StandingAnswer.company_id == viewer.company_id,
        StandingAnswer.id == standing_id,
        StandingAnswer.user_id == viewer.user_id,
    )
    if session.scalar(select(StandingAnswer.id).where(*this)) is None:
        raise Missing("standing answer")
    if not viewer.may_write:
        raise Forbidden(_("A read-only user changes no answers."))
    session.execute(delete(StandingAnswer).where(*this))
    _audit(session, viewer, "standing.remove", standing_id, now)


def subject_of(people: Iterable[int]) -> str:
    """Answer the form in which sets of people are compared."""
    return ",".join(str(one) for one in sorted(set(people)))


def _keep(
    session: Session,
    viewer: Viewer,
    about: About,
    subject: str,
    people: list[int],
    target_id: int,
    now: datetime,
) -> int:
    """Write the answer in place of an earlier one about the same."""
    same = (
        StandingAnswer.company_id == viewer.company_id,
        StandingAnswer.user_id == viewer.user_id,
        StandingAnswer.kind == about,
        StandingAnswer.subject == subject,
    )
    session.execute(delete(StandingAnswer).where(*same))
    made_id = new_id(session)
    identity = {"company_id": viewer.company_id, "id": made_id, "user_id": viewer.user_id}
    said = {"kind": about, "subject": subject, "people": people, "target_id": target_id}
    session.execute(insert(StandingAnswer).values(**identity, **said, created_at=now))
    _audit(session, viewer, "standing.add", made_id, now)
    return made_id


def _live(session: Session, viewer: Viewer, target_ids: list[int]) -> dict[int, RecordFact]:
    if not target_ids:
        return {}
    query = select(Record).where(visible_record(viewer), Record.id.in_(target_ids))
    return {
        row.id: RecordFact(id=row.id, type=row.type, status=row.status, visibility=row.visibility)
        for row in session.scalars(query)
        if is_open(row.status)
    }


def is_open(status: str | None) -> bool:
    """Tell whether a record takes new mail; contacts and organisations have no status."""
    return status in (None, "open")


def as_shown(row: StandingAnswer, target_type: str, status: str | None, names: Mapping[int, str]) -> Standing:
    """Answer a row as its owner sees it."""
    about = About(row.kind)
    return Standing(
        id=row.id,
        about=about,
        people=tuple(row.people),
        address=row.subject if about is About.ADDRESS else None,
        target_type=target_type,
        target_id=row.target_id,
        names=names,
        is_live=is_open(status),
        created_at=row.created_at,
    )


def _audit(session: Session, viewer: Viewer, action: str, standing_id: int, now: datetime) -> None:
    record_event(
        session, viewer.company_id, viewer.user_id, f"{OWN}{action}", now=now, target=("standing", standing_id)
    )
