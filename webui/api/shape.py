"""What every body, query and answer of the API has in common."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final, NoReturn

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.functional_serializers import PlainSerializer
from pydantic_core import PydanticCustomError

from languages.speech import _

MAX_LIMIT: Final = 200
RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
LOST_PLUS: Final = re.compile(r" (\d\d:\d\d)$")


class Asked(BaseModel):
    """A request body: no unknown fields, no coercion."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


class Change(Asked):
    """A PATCH body: what is not named stays as it is; fields are `unset()`, null only where the type says so."""

    def named(self) -> dict[str, Any]:
        """Answer the fields that the caller named."""
        return self.model_dump(exclude_unset=True)


def unset() -> Any:
    """Answer the default of a field that a PATCH may leave out."""
    return Field(default=None, json_schema_extra=_without_default)


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


class Empty(Asked):
    """No fields."""


class Query(BaseModel):
    """A query string: no unknown names; values are text, so they are read as what they should be."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


class Answered(BaseModel):
    """A response body; every field is always there."""

    model_config = ConfigDict(
        extra="forbid", allow_inf_nan=False, frozen=True, json_schema_serialization_defaults_required=True
    )


def _printable(value: str) -> str:
    """Refuse what neither database nor page can hold: NUL and other controls, lone surrogates."""
    for code in map(ord, value):
        if (code < 32 and code not in (9, 10, 13)) or 127 <= code < 160 or 0xD800 <= code < 0xE000:
            raise PydanticCustomError("printable", _("must not contain control characters"))
    return value


def _one_line(value: str) -> str:
    if any(char in value for char in "\r\n\t\u2028\u2029"):
        raise PydanticCustomError("one_line", _("must be one line"))
    return value


def _as_written(value: object) -> object:
    """Refuse what is no RFC 3339 time; give back the plus sign that a query string turned into a space."""
    if not isinstance(value, str):
        return value if isinstance(value, datetime) else _refuse_time()
    text = LOST_PLUS.sub(r"+\1", value)
    return text if RFC3339.fullmatch(text) else _refuse_time()


def _refuse_time() -> NoReturn:
    raise PydanticCustomError("moment", _("must be an RFC 3339 time with its offset"))


def _as_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("moment", _("is out of range")) from None


def _rfc3339(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_printable),
    AfterValidator(_one_line),
]
"""A name, a title: one line, not empty."""
Written = Annotated[str, AfterValidator(_printable), AfterValidator(_one_line)]
"""One line that may be empty; say how long it may be."""
Prose = Annotated[str, AfterValidator(_printable)]
"""Text of many lines; say how long it may be."""
Sealed = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_printable)]
"""A public id as the caller gave it."""
Search = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_printable)]
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_printable)]
Moment = Annotated[
    AwareDatetime,
    Field(strict=False),
    BeforeValidator(_as_written),
    AfterValidator(_as_utc),
    PlainSerializer(_rfc3339, return_type=str, when_used="json"),
]
"""An RFC 3339 time, answered in UTC."""


class Page(Query):
    """Where a list starts and how long it is."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 50
    cursor: Cursor | None = None


class Listed[Item](Answered):
    """One page of a list; `next_cursor` is null on the last."""

    data: list[Item]
    next_cursor: str | None

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """Name a list after what it holds, for the specification."""
        return f"{params[0].__name__}List"
