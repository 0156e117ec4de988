"""Fields of a body that name other things by their ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

from accounts.refusals import Invalid
from languages.speech import _
from webui.call import Call
from webui.problem import FieldError, ProblemError

KINDS: Final = {"owner_id": "user", "team_id": "team", "organization_id": "organization", "contact_ids": "contact"}
REFERENCES: Final = frozenset({*KINDS, "target_id", "user_id", "user_ids"})
NOTHING: Final = 0
"""The number of nothing: no id made by time is 0."""


def number_of(call: Call, kind: str, text: str) -> int:
    """Answer the number behind an id of a body; a made-up one is the number of nothing."""
    return call.backend.sealer.unseal(kind, text) or NOTHING


def read_fields(call: Call, given: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the fields of a record with numbers for ids; an owner left out is the one who asks."""
    numbers = dict(given)
    for name, kind in KINDS.items():
        value = given.get(name)
        if isinstance(value, list):
            numbers[name] = tuple(number_of(call, kind, one) for one in value)
        elif value is not None:
            numbers[name] = number_of(call, kind, value)
    return {name: value for name, value in numbers.items() if value is not None or name != "owner_id"}


@contextmanager
def missing_references() -> Iterator[None]:
    """Answer 404 where a field names what is not there, as for an id in the path."""
    try:
        yield
    except Invalid as wrong:
        if not set(wrong.errors) <= REFERENCES:
            raise
        errors = [FieldError(name, why) for name, why in wrong.errors.items()]
        raise ProblemError(HTTPStatus.NOT_FOUND, _("A field names something that is not there."), errors) from None
