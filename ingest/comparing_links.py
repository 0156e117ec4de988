"""Compares the links that rules would make now with those that stand; people's are left alone (RULES R25, R52)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Delete, Update, delete, exists, select, update
from sqlalchemy.orm import Session

from db.models import Link, MessageCopy, Record
from ingest.difference import Change, Difference
from ingest.letter import Letter
from ingest.written_links import insert_links
from linking.decision import LinkMade
from linking.facts import DEALS
from linking.rule import EARLIER, Rule


@dataclass(frozen=True, slots=True)
class Standing:
    """The links of a letter on one level, and whether another mail had a part in making them.

    `resting`: those of records that are deleted or merged; they may come back, and their links with them.
    """

    rows: Sequence[tuple[Link, str]]
    shared_with_others: bool
    resting: frozenset[int]

    @property
    def chosen_by_hand(self) -> bool:
        """Tell whether a person said which deal, lead or project it is about."""
        return any(
            (link.origin == "manual" or link.rule in EARLIER) and link.undone_at is None and record_type in DEALS
            for link, record_type in self.rows
        )


def compare_links(session: Session, copy: MessageCopy, letter: Letter) -> Iterator[Change]:
    """Answer what rules would add, change or take away on the level of this copy."""
    level = None if copy.sharing == "shared" else copy.id
    standing = _standing(session, copy, level)
    there = {link.target_id: (link, record_type) for link, record_type in standing.rows}
    wanted = {made.target.id: made for made in letter.outcome.links}
    if standing.chosen_by_hand:
        wanted = {one: made for one, made in wanted.items() if made.target.type not in DEALS}
    for target, made in wanted.items():
        if target not in there:
            yield Change(_difference(copy, target, None, str(made.rule), made), partial(_add, copy, level, made))
        elif _is_free(there[target][0]) and not standing.shared_with_others:
            yield from _compare_reason(copy, there[target][0], made)
    if standing.shared_with_others:
        # Another witness's mail may have made them, and would make them again.
        return
    for target, (link, record_type) in there.items():
        stays = link.id in standing.resting or (standing.chosen_by_hand and record_type in DEALS)
        if target not in wanted and _is_free(link) and not stays:
            yield Change(_difference(copy, target, link.rule, None, None), _remove(link))


def _compare_reason(copy: MessageCopy, link: Link, made: LinkMade) -> Iterator[Change]:
    if (link.rule, link.args or {}) != (str(made.rule), dict(made.args)):
        difference = _difference(copy, link.target_id, link.rule, str(made.rule), made)
        yield Change(difference, _explain_anew(link, made))


def _is_free(link: Link) -> bool:
    """Tell whether a rule made it and no person touched it.

    A link to what the mail itself made stays (R24, R52), and earlier mail that a record took at a person's word (R26).
    """
    return link.origin == "auto" and link.undone_at is None and link.rule not in {Rule.CREATED, *EARLIER}


def _standing(session: Session, copy: MessageCopy, level: int | None) -> Standing:
    query = (
        select(Link, Record.type, Record.deleted_at)
        .join(Record, (Record.company_id == Link.company_id) & (Record.id == Link.target_id))
        .where(
            Link.company_id == copy.company_id,
            Link.message_id == copy.message_id,
            Link.copy_id.is_not_distinct_from(level),
        )
    )
    found = session.execute(query.order_by(Link.id)).all()
    rows = [(link, record_type) for link, record_type, _ in found]
    resting = frozenset(link.id for link, _, deleted_at in found if deleted_at is not None)
    others = exists().where(
        MessageCopy.company_id == copy.company_id,
        MessageCopy.message_id == copy.message_id,
        MessageCopy.id != copy.id,
        MessageCopy.sharing == "shared",
    )
    return Standing(rows, level is None and bool(session.scalar(select(others))), resting)


def _difference(
    copy: MessageCopy, target: int, before: str | None, after: str | None, made: LinkMade | None
) -> Difference:
    return Difference(
        field="link",
        before=before,
        after=after,
        rule=str(made.rule) if made else before,
        message_id=copy.message_id,
        record=target,
    )


def _add(copy: MessageCopy, level: int | None, made: LinkMade, session: Session, now: datetime) -> None:
    insert_links(session, copy.company_id, copy.message_id, level, (made,), now)


def _explain_anew(link: Link, made: LinkMade) -> Update:
    this = (Link.company_id == link.company_id, Link.id == link.id)
    return update(Link).where(*this).values(rule=str(made.rule), args=dict(made.args))


def _remove(link: Link) -> Delete:
    return delete(Link).where(Link.company_id == link.company_id, Link.id == link.id)
