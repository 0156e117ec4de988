"""What a mail would be decided otherwise, in words, with the names that its reader may see (RULES R37, R52)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from languages.speech import _, marked
from linking.record_view import names_of
from linking.rule import Rule
from linking.sentences import HIDDEN
from webui.call import Call

FIELDS: Final[Mapping[str, str]] = {
    "status": marked("What became of it"),
    "reason": marked("Why"),
    "owner_id": marked("Whose it is"),
    "letter": marked("The letter in it"),
    "direction": marked("Direction"),
    "kind": marked("Kind"),
    "marks": marked("Marks"),
    "forwarded": marked("The forwarded original"),
    "content": marked("What it says"),
    "fingerprint": marked("What makes it the same letter as another"),
    "question": marked("Question"),
}
LINKED: Final[Mapping[str, str]] = {
    Rule.RECORD_ADDRESS: marked("by its own address"),
    Rule.REFERENCE_TAG: marked("by its reference tag"),
    Rule.THREAD_CHOICE: marked("by its conversation"),
    Rule.EXACT_ADDRESS: marked("by its address"),
    Rule.DOMAIN: marked("by its domain"),
    Rule.ONLY_OPEN: marked("as the only open one"),
    Rule.ONE_DECIDES: marked("as the only open one of all who take part"),
    Rule.NEWEST: marked("as one of the newest"),
    Rule.ALL_OPEN: marked("as one of all open ones"),
    Rule.STANDING_PEOPLE: marked("by your standing answer"),
    Rule.STANDING_ADDRESS: marked("by your standing answer"),
    Rule.BY_HAND: marked("by hand"),
}
WORDS: Final[Mapping[str, str]] = {
    Rule.UNKNOWN_ADDRESS: marked("Who is it?"),
    Rule.SEVERAL_OPEN: marked("Which of several is it about?"),
    Rule.DIFFERENT: marked("Which one is it about, of different people?"),
    Rule.NOTE: marked("What is the note about?"),
    "found": marked("found"),
    "not found": marked("not found"),
    "filed": marked("filed"),
    "held": marked("held"),
    "discarded": marked("discarded"),
    "failed": marked("failed"),
    "incoming": marked("incoming"),
    "outgoing": marked("outgoing"),
    "internal": marked("internal"),
    "note": marked("note"),
    "copy": marked("copy"),
    "visible": marked("visible"),
    "forward": marked("forward"),
    "redirect": marked("redirect"),
    "dsn": marked("delivery report"),
    "automatic": marked("automatic"),
    "returning": marked("returning"),
    "unproved": marked("unproved"),
    "to_unproved": marked("To unproved"),
    "cc_unproved": marked("Cc unproved"),
    "subject_unproved": marked("subject unproved"),
    "date_unproved": marked("date unproved"),
    "dropbox_visible": marked("Bcc address visible"),
    "other_text": marked("other text"),
    "old_address": marked("old address"),
    "weak": marked("weak"),
    "written_long_ago": marked("written long ago"),
}
"""Values that have words of their own."""
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
        name = names(one["record"]) or _(HIDDEN)
        return Differs(
            what=_("Link to {name}").format(name=name), before=_by(before), after=_by(after), rule=one["rule"]
        )
    if field in UNREADABLE:
        then, now = _("as it was read then"), _("as it is read now")
        return Differs(what=_(FIELDS[field]), before=then, after=now, rule=one["rule"])
    what = _(FIELDS[field]) if field in FIELDS else field
    return Differs(what=what, before=_plain(before), after=_plain(after), rule=one["rule"])


def _by(rule: str | None) -> str:
    if rule is None:
        return _("none")
    return _(LINKED[rule]) if rule in LINKED else _("by {rule}").format(rule=rule)


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(one) for one in value) or _("none")
    if value is None or value == "":
        return _("none")
    return _(WORDS[str(value)]) if str(value) in WORDS else str(value).replace("_", " ")
