"""Kinds: the five kinds of record in the words of the pages, and which facts each has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from languages.speech import _, marked
from linking.record_fields import RecordType
from webui.api.records import RESOURCES, Resource
from webui.records.words import WORDS

OPEN: Final = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`statuses`: value and word in English; `facts`: what is changed one at a time; `title`: the field of its name."""

    resource: Resource
    title: str
    facts: tuple[str, ...]
    statuses: tuple[tuple[str, str], ...] = ()

    @property
    def type(self) -> RecordType:
        """Answer which of the five."""
        return self.resource.kind

    @property
    def path(self) -> str:
        """Answer the first part of its addresses."""
        return self.resource.path

    @property
    def one(self) -> str:
        """Answer what one is called."""
        return self.say("one")

    @property
    def several(self) -> str:
        """Answer what several are called."""
        return self.say("several")

    @property
    def said_statuses(self) -> tuple[tuple[str, str], ...]:
        """Answer the statuses with their words in the language that is spoken."""
        return tuple((value, _(words)) for value, words in self.statuses)

    def say(self, phrase: str) -> str:
        """Answer a phrase of `webui.records.words` in the language that is spoken."""
        return _(WORDS[self.type][phrase])

    def has(self, field: str) -> bool:
        """Tell whether the API knows this field of it."""
        return field in self.resource.change.model_fields


_WHO: Final = ("owner_id", "visibility")
_FACTS: Final[dict[RecordType, tuple[str, ...]]] = {
    RecordType.CONTACT: ("addresses", "organization_id", *_WHO),
    RecordType.ORGANIZATION: ("domains", *_WHO),
    RecordType.DEAL: ("value", "contact_ids", "organization_id", "status", *_WHO),
    RecordType.LEAD: ("contact_ids", "status", *_WHO),
    RecordType.PROJECT: ("contact_ids", "status", *_WHO),
}
_STATUSES: Final[dict[RecordType, tuple[tuple[str, str], ...]]] = {
    RecordType.DEAL: ((OPEN, marked("Open")), ("won", marked("Won")), ("lost", marked("Lost"))),
    RecordType.LEAD: ((OPEN, marked("Open")), ("converted", marked("Converted")), ("archived", marked("Archived"))),
    RecordType.PROJECT: ((OPEN, marked("Open")), ("done", marked("Done"))),
}
KINDS: Final[tuple[Kind, ...]] = tuple(
    Kind(
        resource=resource,
        title="name" if "name" in resource.change.model_fields else "title",
        facts=_FACTS[resource.kind],
        statuses=_STATUSES.get(resource.kind, ()),
    )
    for resource in RESOURCES
)
BY_TYPE: Final[dict[RecordType, Kind]] = {kind.type: kind for kind in KINDS}
