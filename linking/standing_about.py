"""Standing answers about the people of one letter: which there are, and which could be given (RULES R21, R24)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from accounts.refusals import Forbidden, Invalid
from accounts.viewer import Viewer
from db.models import Record, StandingAnswer
from languages.speech import _
from linking.rule import Rule
from linking.standing import About, Standing, as_shown, keep_for_address, keep_for_people, subject_of
from linking.visibility import visible_record
from mail.address import address_key


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an answer is about: exactly these contacts and organisations, else the one who has this address key."""

    people: tuple[int, ...] = ()
    key: str = ""

    def __bool__(self) -> bool:
        """Tell whether it is about anybody."""
        return bool(self.people or self.key)


def subject_of_link(rule: str, args: Mapping[str, Any]) -> Subject | None:
    """Answer whom the answer is about that made a link of this rule, None where no answer did."""
    if rule == Rule.STANDING_PEOPLE:
        return Subject(tuple(sorted(one for one in args.get("through", ()) if isinstance(one, int))))
    if rule == Rule.STANDING_ADDRESS:
        return Subject(key=address_key(str(args.get("address", ""))))
    return None


def answers_about(session: Session, viewer: Viewer, subjects: Collection[Subject]) -> dict[Subject, Standing]:
    """Answer the viewer's own answers about these, but for those to what he may no longer see."""
    people = {subject_of(one.people): one for one in subjects if one.people}
    keys = {one.key: one for one in subjects if one.key}
    if not people and not keys:
        return {}
    query = (
        select(StandingAnswer, Record.type, Record.status)
        .join(Record, and_(visible_record(viewer), Record.id == StandingAnswer.target_id))
        .where(
            StandingAnswer.company_id == viewer.company_id,
            StandingAnswer.user_id == viewer.user_id,
            or_(
                and_(StandingAnswer.kind == About.PEOPLE, StandingAnswer.subject.in_(people)),
                and_(StandingAnswer.kind == About.ADDRESS, StandingAnswer.subject.in_(keys)),
            ),
        )
    )
    found: dict[Subject, Standing] = {}
    for row, kind, status in session.execute(query):
        about = people if row.kind == About.PEOPLE else keys
        found[about[row.subject]] = as_shown(row, kind, status, {})
    return found


def answer_always(session: Session, viewer: Viewer, subject: Subject, target_id: int, now: datetime) -> int:
    """Say it for all later mail of these; answer the id of the answer; raise Forbidden, Invalid."""
    if not viewer.may_write:
        raise Forbidden(_("A read-only user changes no answers."))
    if session.scalar(select(Record.id).where(visible_record(viewer), Record.id == target_id)) is None or not subject:
        raise Invalid({"target_id": _("there is nothing to answer for all mail here")})
    if subject.people:
        return keep_for_people(session, viewer, subject.people, target_id, now)
    return keep_for_address(session, viewer, subject.key, target_id, now)
