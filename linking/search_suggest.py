"""What the search field suggests for the word that is being written: operators, their values, records and people.

Only records that the viewer sees are offered, and of many the newest: a suggestion is asked for at every key, so that
what it looks at is bounded. Records that he does not see move nothing, not even the bound (RULES R30a, R30b).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from accounts.viewer import Viewer
from db.models import ContactAddress, Record, User
from languages.speech import marked
from linking.record_fields import RecordType
from linking.search_query import LONGEST
from linking.visibility import visible_record

MOST: Final = 8
FEW: Final = 4
LOOKED_AT: Final = 5000
"""Records of a kind, the newest: a name among older ones is found by searching, not suggested."""
SHORTEST: Final = 2
"""Characters of a word by which records are looked for."""
_LAST: Final = re.compile(r'(?<!\S)(?P<minus>-?)(?:(?P<name>[A-Za-z]+):)?(?:"(?P<quoted>[^"]*)|(?P<plain>[^\s"]*))$')
_newest: Final = aliased(Record, name="newest_record")


class Kind(StrEnum):
    """What a suggestion is about: part of the language, a person by his address, or a record."""

    OPERATOR = "operator"
    PERSON = "person"
    CONTACT = "contact"
    ORGANIZATION = "organization"
    DEAL = "deal"
    LEAD = "lead"
    PROJECT = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """`text` is the whole search with the suggestion in it, `shown` the new part.

    `says`: of an operator what it means, to be translated where it is shown; of a person the name.
    """

    kind: Kind
    text: str
    shown: str
    says: str = ""


OPERATORS: Final[Mapping[str, str]] = {
    "from:": marked("who wrote it"),
    "to:": marked("who got it"),
    "subject:": marked("words of the subject"),
    "has:attachment": marked("with a file"),
    "is:unread": marked("not read yet"),
    "is:unlinked": marked("linked to nothing"),
    "is:archived": marked("in the archive"),
    "deal:": marked("linked to this deal"),
    "contact:": marked("linked to this contact"),
    "organization:": marked("linked to this organisation"),
    "lead:": marked("linked to this lead"),
    "project:": marked("linked to this project"),
    "after:": marked("written since this day"),
    "before:": marked("written before this day"),
    "cc:": marked("who got a copy"),
    "filename:": marked("the name of a file"),
}
DAYS: Final[Mapping[str, str]] = {
    "today": marked("today"),
    "yesterday": marked("yesterday"),
    "7d": marked("seven days ago"),
    "30d": marked("thirty days ago"),
    "1y": marked("a year ago"),
}
PEOPLE: Final = frozenset({"from", "to", "cc"})


def suggest(session: Session, viewer: Viewer, text: str) -> tuple[Suggestion, ...]:
    """Answer what the last word of a search may become, the likeliest first; nothing where it is finished."""
    asked = text[:LONGEST]
    last = _LAST.search(asked)
    if last is None:
        return ()
    name, value = (last["name"] or "").lower(), last["quoted"] if last["quoted"] is not None else last["plain"]
    found = list(_values(session, viewer, name, value) if name else _anything(session, viewer, value))
    before = asked[: last.start()] + last["minus"]
    return tuple(
        Suggestion(kind=kind, text=before + shown + ("" if shown.endswith(":") else " "), shown=shown, says=says)
        for kind, shown, says in found[:MOST]
        if len(before) + len(shown) < LONGEST
    )


_Found = tuple[Kind, str, str]


def _values(session: Session, viewer: Viewer, name: str, value: str) -> Iterator[_Found]:
    """Answer what may stand behind an operator."""
    if name in RecordType:
        for record in _records(session, viewer, RecordType(name), value, MOST):
            yield Kind(name), f"{name}:{_quoted(record)}", ""
    elif name in PEOPLE:
        for who, address in _people(session, viewer, value):
            yield Kind.PERSON, f"{name}:{address}", who
    elif name in ("after", "before"):
        yield from ((Kind.OPERATOR, f"{name}:{day}", says) for day, says in DAYS.items() if day.startswith(value))
    else:
        yield from _operators(f"{name}:{value}")


def _anything(session: Session, viewer: Viewer, word: str) -> Iterator[_Found]:
    """Answer operators that begin so, then records and people with the word in their names."""
    yield from list(_operators(word))[: FEW if word else MOST]
    if len(word) < SHORTEST:
        return
    for who, address in _people(session, viewer, word)[:2]:
        yield Kind.PERSON, f"from:{address}", who
    for kind in (RecordType.CONTACT, RecordType.DEAL, RecordType.ORGANIZATION, RecordType.PROJECT, RecordType.LEAD):
        for record in _records(session, viewer, kind, word, 2):
            yield Kind(kind), f"{kind}:{_quoted(record)}", ""


def _operators(beginning: str) -> Iterator[_Found]:
    for operator, says in OPERATORS.items():
        if operator.startswith(beginning.lower()) and operator != beginning.lower():
            yield Kind.OPERATOR, operator, says


def _records(session: Session, viewer: Viewer, kind: RecordType, value: str, most: int) -> list[str]:
    query = select(Record.name).where(Record.company_id == viewer.company_id, Record.id.in_(_seen(viewer, kind)))
    for word in value.split():
        query = query.where(_begins(Record.name, word))
    return list(dict.fromkeys(session.scalars(query.order_by(Record.id.desc()).limit(most))))


def _people(session: Session, viewer: Viewer, value: str) -> list[tuple[str, str]]:
    """Answer names and addresses of contacts, then of colleagues."""
    contacts = (
        select(Record.name, ContactAddress.address_key)
        .join(
            ContactAddress,
            and_(ContactAddress.company_id == viewer.company_id, ContactAddress.contact_id == Record.id),
        )
        .where(Record.company_id == viewer.company_id, Record.id.in_(_seen(viewer, RecordType.CONTACT)))
    )
    users = select(User.name, User.email).where(User.company_id == viewer.company_id, User.state == "active")
    for word in value.split():
        contacts = contacts.where(or_(_begins(Record.name, word), _is_address(ContactAddress.address_key, word)))
        users = users.where(or_(_begins(User.name, word), _is_address(User.email, word)))
    found = [
        *session.execute(contacts.order_by(Record.id.desc(), ContactAddress.address_key).limit(FEW)),
        *session.execute(users.order_by(User.id).limit(FEW)),
    ]
    return [(name, address) for name, address in found]


def _seen(viewer: Viewer, kind: RecordType) -> Select[int]:
    seen = select(_newest.id).where(visible_record(viewer, _newest), _newest.type == kind)
    return seen.order_by(_newest.id.desc()).limit(LOOKED_AT)


def _begins(name: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    """Tell whether a word of a name begins so."""
    # SQLite knows the two cases of ASCII alone.
    cases = sorted({word, word.lower(), word.upper(), word.title()})
    first = (name.istartswith(one, autoescape=True) for one in cases)
    return or_(*first, *(name.icontains(f" {one}", autoescape=True) for one in cases))


def _is_address(address: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    """Tell whether an address or its domain begins so."""
    return or_(
        address.istartswith(word, autoescape=True),
        address.icontains(f"@{word.removeprefix('@')}", autoescape=True),
    )


def _quoted(name: str) -> str:
    plain = " ".join(name.replace('"', " ").split())
    return f'"{plain}"' if " " in plain else plain
