"""All that somebody can read of a company through the public read functions, ids made comparable.

An id, a secret of an address, a hash becomes the number of its first appearance: two observations
are equal where they show the same things in the same order, and name the same thing alike.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from accounts.audit import list_events
from accounts.companies import get_company, internal_domains
from accounts.senders import list_senders
from accounts.users import get_user, list_users
from accounts.viewer import Viewer
from ingest.held import list_held
from ingest.inbounds import list_inbound
from linking.cursor import Cursor
from linking.letter import Letter
from linking.letter_filter import LetterFilter
from linking.letters import find_letter, get_attachment, list_letters, raw_of_own_copy
from linking.record_fields import RecordType
from linking.record_filter import RecordFilter
from linking.records import list_records
from linking.search_query import parse
from linking.sentences import sentence
from linking.threads import viewer_thread
from linking.unresolved import list_questions
from tests.kit.worlds import CANARY, World

SMALLEST_ID: Final = 1 << 40
SECRET: Final = re.compile(r"(?<=-)[a-z2-9]{26}(?=@)|\b[0-9a-f]{64}\b|\b\d{16,19}\b")
"""The chance in an address, a hash, an id inside a text."""
WORDS: Final = (CANARY, "offer", "footer", "maria", "fabrikam.example", "chairs.pdf")


class Names:
    """Gives things that differ from world to world the number of their first appearance."""

    def __init__(self) -> None:
        self._seen: dict[object, str] = {}

    def plain(self, value: Any) -> Any:
        """Answer a value of lists, dicts, texts and numbers."""
        if is_dataclass(value) and not isinstance(value, type):
            return {one.name: self.plain(getattr(value, one.name)) for one in fields(value)}
        if isinstance(value, Mapping):
            return {self.plain(key): self.plain(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.plain(one) for one in value]
        if isinstance(value, (set, frozenset)):
            return sorted(self.plain(one) for one in value)
        if isinstance(value, bool):
            return value
        if isinstance(value, int) and value >= SMALLEST_ID:
            return self._name(value)
        if isinstance(value, bytes):
            return hashlib.sha256(value).hexdigest()
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, str):
            return SECRET.sub(lambda found: self._name(found[0]), value)
        if hasattr(value, "model_dump"):
            return value.model_dump(mode="json")
        return value

    def _name(self, thing: object) -> str:
        return self._seen.setdefault(thing, f"#{len(self._seen)}")


def seen_by(world: World, viewer: Viewer, page: int = 2, unasked: Collection[str] = ()) -> dict[str, Any]:
    """Answer everything that a viewer can read, by what was asked; lists in pages of so many."""
    names = Names()
    with world.database.read() as session:
        return {
            question: names.plain(answer)
            for question, answer in _ask(world, session, viewer, page)
            if question not in unasked
        }


def _ask(world: World, session: Session, viewer: Viewer, page: int) -> Iterator[tuple[str, Any]]:
    yield from _company(session, viewer)
    for record_type in RecordType:
        for wanted in (RecordFilter(), RecordFilter(deleted=True), RecordFilter(q=CANARY), RecordFilter(q="maria")):
            yield f"{record_type} {wanted}", list_records(session, viewer, record_type, 50, wanted=wanted)
    yield "questions", list_questions(session, viewer, 50)
    yield "inbound", [row for row in list_inbound(session, viewer) if not _is_exempt(viewer, row)]
    yield "held", list_held(session, world.raw, viewer)
    yield from _letters(world, session, viewer, page)


def _company(session: Session, viewer: Viewer) -> Iterator[tuple[str, Any]]:
    yield "me", get_user(session, viewer.company_id, viewer.user_id)
    yield "company", get_company(session, viewer.company_id)
    yield "inside", internal_domains(session, viewer.company_id)
    yield "senders", list_senders(session, viewer)
    if viewer.is_admin:
        yield "users", list_users(session, viewer.company_id)
        yield "events", list_events(session, viewer, 200)


def _is_exempt(viewer: Viewer, row: Any) -> bool:
    """R30b: of a private mail's row an admin knows id, status, origin, size, times and attempts, and nothing else."""
    if not viewer.is_admin or row.mine or row.envelope is not None:
        return False
    rest = (row.owner_id, row.reason, row.reason_args, row.held_until, row.message_ids)
    assert rest == (None, None, None, None, ())
    return True


def _letters(world: World, session: Session, viewer: Viewer, limit: int) -> Iterator[tuple[str, Any]]:
    read_raw = partial(world.raw.read, session, viewer.company_id)
    for question, wanted in _filters(world):
        found: list[Letter] = []
        cursor: Cursor | None = None
        while True:
            page = list_letters(session, viewer, wanted, limit, cursor, now=world.at, read_raw=read_raw)
            found += page.rows
            if page.next is None:
                break
            cursor = page.next
        yield f"letters {question}", found
        if wanted != LetterFilter():
            continue
        for place, letter in enumerate(found):
            yield f"letter {place}", find_letter(session, viewer, letter.id, read_raw)
            yield f"raw {place}", raw_of_own_copy(session, viewer, letter.id, read_raw)
            files = (get_attachment(session, viewer, letter.id, one.id, read_raw) for one in letter.attachments)
            yield f"files {place}", list(files)
            yield f"thread {place}", viewer_thread(session, viewer, letter.id)
            yield f"why {place}", _sentences(letter)


def _sentences(letter: Letter) -> list[str]:
    said = [(one.rule, one.args) for one in letter.decisions]
    said += [(one.rule, one.args) for one in letter.links]
    return [sentence(rule, args, letter.names.get) for rule, args in said]


def _filters(world: World) -> Iterator[tuple[str, LetterFilter]]:
    yield "all", LetterFilter()
    yield "unlinked", LetterFilter(unlinked=True)
    yield "deleted", LetterFilter(deleted=True)
    yield "archived", LetterFilter(archived=True)
    yield "unread", LetterFilter(unread=True)
    for name, record_id in world.records.items():
        yield f"of {name}", LetterFilter(record_ids=(record_id,))
    for word in WORDS:
        yield f"saying {word}", LetterFilter(search=parse(word, world.at))
    for hours in (1, 24 * 40):
        yield f"after {hours}", LetterFilter(after=world.at - timedelta(hours=hours))
        yield f"before {hours}", LetterFilter(before=world.at - timedelta(hours=hours))
