"""What an act on many letters did, told so that exactly that can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from accounts.policies import Sharing
from linking.created import Touched
from linking.sharing_links import Given, Place


class Act(StrEnum):
    """What can be done with copies of one's own."""

    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"
    DELETE = "delete"
    RESTORE = "restore"
    READ = "read"
    UNREAD = "unread"
    PRIVATE = "private"
    TEAM = "team"
    SHARE = "share"


SHARING: Final[Mapping[Act, Sharing]] = {
    Act.PRIVATE: Sharing.PRIVATE,
    Act.TEAM: Sharing.TEAM,
    Act.SHARE: Sharing.SHARED,
}
FLAGS: Final[Mapping[Act, tuple[str, bool]]] = {
    Act.ARCHIVE: ("archived", True),
    Act.UNARCHIVE: ("archived", False),
    Act.READ: ("read", True),
    Act.UNREAD: ("read", False),
}


@dataclass(frozen=True, slots=True)
class LinkedTo:
    """Which records a copy, and its letter, were linked to as an act left them."""

    own: tuple[int, ...]
    letters: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What an act changed: ids of copies by what they were before; `letters`, and those that `stayed`, by number.

    `given`: what copies gave as they became shared; `linked`, by copy: what those that are less shared now were linked
    to.
    """

    act: Act
    at: datetime
    before: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    letters: int = 0
    stayed: int = 0
    given: tuple[Given, ...] = ()
    linked: Mapping[int, LinkedTo] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedMany:
    """The links that were made, of which letters, and the moment; `stayed`: letters that only their owner links.

    `touched`: what became everybody's by it.
    """

    links: tuple[int, ...]
    letters: tuple[int, ...]
    at: datetime
    stayed: int = 0
    touched: tuple[Touched, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AsksFirst:
    """What sharing would do beside showing the letters: take the transaction back, and ask.

    These users would lose a letter (RULES R30), and these records of the viewer's would be seen by everybody (R30b).
    """

    user_ids: tuple[int, ...] = ()
    record_ids: tuple[int, ...] = ()


def as_told(done: Changed | LinkedMany) -> dict[str, Any]:
    """Answer it as JSON, without what only a sentence needs."""
    if isinstance(done, LinkedMany):
        return {
            "links": list(done.links),
            "letters": list(done.letters),
            "at": done.at.isoformat(),
            "touched": [_touched_as_told(one) for one in done.touched],
        }
    return {
        "act": str(done.act),
        "at": done.at.isoformat(),
        "before": {said: list(numbers) for said, numbers in done.before.items()},
        "given": [asdict(one) | {"touched": [_touched_as_told(each) for each in one.touched]} for one in done.given],
        "linked": [[copy_id, list(one.own), list(one.letters)] for copy_id, one in done.linked.items()],
    }


def from_told(told: Mapping[str, Any]) -> Changed | LinkedMany:
    """Answer what was done."""
    at = datetime.fromisoformat(told["at"])
    if "links" in told:
        touched = tuple(map(_touched, told["touched"]))
        return LinkedMany(links=tuple(told["links"]), letters=tuple(told["letters"]), at=at, touched=touched)
    return Changed(
        act=Act(told["act"]),
        at=at,
        before={said: tuple(numbers) for said, numbers in told["before"].items()},
        given=tuple(map(_given, told["given"])),
        linked={copy_id: LinkedTo(tuple(own), tuple(letters)) for copy_id, own, letters in told["linked"]},
    )


def _given(told: Mapping[str, Any]) -> Given:
    moved, dropped, revived = (tuple(Place(**one) for one in told[name]) for name in ("moved", "dropped", "revived"))
    touched = tuple(map(_touched, told["touched"]))
    return Given(copy_id=told["copy_id"], moved=moved, dropped=dropped, revived=revived, touched=touched)


def _touched_as_told(one: Touched) -> dict[str, Any]:
    return asdict(one) | {"changed_at": one.changed_at.isoformat()}


def _touched(told: Mapping[str, Any]) -> Touched:
    changed_at = datetime.fromisoformat(told["changed_at"])
    return Touched(id=told["id"], created_from=dict(told["created_from"]), changed_at=changed_at)
