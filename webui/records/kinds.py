"""Kinds: the five kinds of record in the words of the pages, and which facts each has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from linking.record_fields import RecordType
from webui.api.records import RESOURCES, Resource

OPEN: Final = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`statuses`: value and word; `facts`: what is changed one at a time; `title`: the field of its name."""

    resource: Resource
    one: str
    several: str
    purpose: str
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

    def has(self, field: str) -> bool:
        """Tell whether the API knows this field of it."""
        return field in self.resource.change.model_fields


_WHO: Final = ("owner_id", "visibility")
_WORDS: Final[dict[RecordType, dict[str, str]]] = {
    RecordType.CONTACT: {
        "one": "Contact",
        "several": "Contacts",
        "purpose": "People you write to. Mail with one of their addresses is linked to them by itself.",
    },
    RecordType.ORGANIZATION: {
        "one": "Organisation",
        "several": "Organisations",
        "purpose": "Where your contacts work. Mail of its domains is linked to it by itself.",
    },
    RecordType.DEAL: {
        "one": "Deal",
        "several": "Deals",
        "purpose": "What you may sell. Mail with its contacts is linked to it while it is their only open one.",
    },
    RecordType.LEAD: {
        "one": "Lead",
        "several": "Leads",
        "purpose": "Who may become a customer. Mail with its contacts is linked to it while it is open.",
    },
    RecordType.PROJECT: {
        "one": "Project",
        "several": "Projects",
        "purpose": "Work for a customer, with all the mail about it.",
    },
}
_FACTS: Final[dict[RecordType, tuple[str, ...]]] = {
    RecordType.CONTACT: ("addresses", "organization_id", *_WHO),
    RecordType.ORGANIZATION: ("domains", *_WHO),
    RecordType.DEAL: ("value", "contact_ids", "organization_id", "status", *_WHO),
    RecordType.LEAD: ("contact_ids", "status", *_WHO),
    RecordType.PROJECT: ("contact_ids", "status", *_WHO),
}
_STATUSES: Final[dict[RecordType, tuple[tuple[str, str], ...]]] = {
    RecordType.DEAL: ((OPEN, "Open"), ("won", "Won"), ("lost", "Lost")),
    RecordType.LEAD: ((OPEN, "Open"), ("converted", "Converted"), ("archived", "Archived")),
    RecordType.PROJECT: ((OPEN, "Open"), ("done", "Done")),
}
KINDS: Final[tuple[Kind, ...]] = tuple(
    Kind(
        resource=resource,
        title="name" if "name" in resource.change.model_fields else "title",
        facts=_FACTS[resource.kind],
        statuses=_STATUSES.get(resource.kind, ()),
        **_WORDS[resource.kind],
    )
    for resource in RESOURCES
)
BY_TYPE: Final[dict[RecordType, Kind]] = {kind.type: kind for kind in KINDS}
