"""What a mail would be decided otherwise, in words, with the names that its reader may see (RULES R37, R52)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from linking.record_view import names_of
from linking.rule import Rule
from linking.sentences import HIDDEN
from webui.call import Call

FIELDS: Final[Mapping[str, str]] = {
    "status": "What became of it",
    "reason": "Why",
    "owner_id": "Whose it is",
    "letter": "The letter in it",
    "direction": "Direction",
    "kind": "Kind",
    "marks": "Marks",
    "forwarded": "The forwarded original",
    "content": "What it says",
    "fingerprint": "What makes it the same letter as another",
    "question": "Question",
}
LINKED: Final[Mapping[str, str]] = {
    Rule.RECORD_ADDRESS: "by its own address",
    Rule.REFERENCE_TAG: "by its reference tag",
    Rule.THREAD_CHOICE: "by its conversation",
    Rule.EXACT_ADDRESS: "by its address",
    Rule.DOMAIN: "by its domain",
    Rule.ONLY_OPEN: "as the only open one",
    Rule.ONE_DECIDES: "as the only open one of all who take part",
    Rule.NEWEST: "as one of the newest",
    Rule.ALL_OPEN: "as one of all open ones",
    Rule.STANDING_PEOPLE: "by your standing answer",
    Rule.STANDING_ADDRESS: "by your standing answer",
    Rule.BY_HAND: "by hand",
}
ASKED: Final[Mapping[str, str]] = {
    Rule.UNKNOWN_ADDRESS: "Who is it?",
    Rule.SEVERAL_OPEN: "Which of several is it about?",
    Rule.DIFFERENT: "Which one is it about, of different people?",
    Rule.NOTE: "What is the note about?",
}
UNREADABLE: Final = frozenset({"owner_id", "content", "fingerprint", "forwarded"})
"""Their values say nothing to a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """One difference: what it is about, as it stands and as it would be, in words."""

    what: str
    before: str
    after: str
    rule: str | None


def in_words(call: Call, found: Iterable[Mapping[str, Any]]) -> tuple[Differs, ...]:
    """Answer differences, given as `ingest.difference.Difference` by name, in words."""
    kept = list(found)
    records = sorted({one["record"] for one in kept if one["record"] is not None})
    names = names_of(call.session, call.viewer, records) if records else {}
    return tuple(_said(one, names.get) for one in kept)


def _said(one: Mapping[str, Any], names: Callable[[int], str | None]) -> Differs:
    field, before, after = one["field"], one["before"], one["after"]
    if field == "link":
        name = names(one["record"]) or HIDDEN
        return Differs(what=f"Link to {name}", before=_by(before), after=_by(after), rule=one["rule"])
    if field in UNREADABLE:
        return Differs(what=FIELDS[field], before="as it was read then", after="as it is read now", rule=one["rule"])
    return Differs(what=FIELDS.get(field, field), before=_plain(before), after=_plain(after), rule=one["rule"])


def _by(rule: str | None) -> str:
    return "none" if rule is None else LINKED.get(rule, f"by {rule}")


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(one) for one in value) or "none"
    if value is None or value == "":
        return "none"
    return ASKED.get(str(value), str(value).replace("_", " "))
