"""What a company and a user decide about their mail, in the names and defaults of INTERFACE 4.

Every value of INTERFACE is known; one whose behaviour is not there yet is refused when it is chosen.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from accounts.field_words import in_words
from accounts.never_store import MOST_RULES, UnreadableRule, parse_rule
from accounts.refusals import Invalid
from languages.speech import _


class Sharing(StrEnum):
    """Who sees a copy besides its owner, the most closed first (RULES R30)."""

    PRIVATE = "private"
    TEAM = "team"
    SHARED = "shared"


def not_yet(*values: object) -> AfterValidator:
    """Refuse values whose behaviour is not there yet."""

    def check(value: Any) -> Any:
        if value in values:
            raise PydanticCustomError("not_there_yet", _("this choice is not available yet"))
        return value

    return AfterValidator(check)


def _never_store(rules: tuple[str, ...]) -> tuple[str, ...]:
    """Answer the rules in their one form, each once (`accounts.never_store`)."""
    try:
        return tuple(dict.fromkeys(str(parse_rule(one)) for one in rules))
    except UnreadableRule as wrong:
        raise PydanticCustomError("never_store", "{why}", {"why": str(wrong)}) from None


class CompanyPolicies(BaseModel):
    """The choices of `company`; only `name`, `domains` and `bcc_address` stand elsewhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unprovable_senders: Literal["hold", "weak", "refuse"] = "hold"
    unapproved_senders: Literal["hold", "refuse"] = "hold"
    sender_approval: Literal["none", "admin"] = "none"
    unknown_address: Literal["queue", "contact", "lead", "ignore"] = "queue"
    several_open: Literal["ask", "newest", "all"] | Annotated[int, Field(strict=True, ge=1, le=50)] = "ask"
    internal_mail: Literal["drop", "keep"] = "drop"
    sharing_ceiling: Literal["private", "shared"] = "shared"
    never_store: Annotated[tuple[str, ...], Field(max_length=MOST_RULES), AfterValidator(_never_store)] = ()
    hold_days: Annotated[int, Field(strict=True, ge=1, le=90)] = 30
    retention_days: Annotated[int, Field(strict=True, ge=1, le=36_500)] | None = None
    tracking: Annotated[Literal["forbidden", "allowed"], not_yet("allowed")] = "forbidden"


class SharingDefault(BaseModel):
    """The sharing of new copies: `smtp` covers composed mail, `imap` covers uploads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    smtp: Literal["private", "team", "shared"] = "shared"
    imap: Literal["private", "team", "shared"] = "private"


def _known_zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        if name != "UTC":
            raise PydanticCustomError("time_zone", _("there is no such time zone")) from None
    return name


class UserPreferences(BaseModel):
    """The choices of `me`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Literal["en", "nb", "de", "es"] = "en"
    time_zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    sharing_default: SharingDefault = SharingDefault()
    deal_linking: Literal["automatic", "manual"] = "automatic"
    notices: Literal["problems", "all", "none"] = "problems"
    mailto: Annotated[Literal["here", "system"], not_yet("system")] = "here"
    forwards_here: Annotated[bool, Field(strict=True)] = False
    keyboard: Literal["on", "off"] = "on"
    theme: Literal["system", "light", "dark"] = "system"


DOOR_OF_OWN_DOING: Final = frozenset({"smtp", "lmtp", "composed"})
"""Mail somebody chose to hand over; the rest comes from a mailbox or a file as it lay there."""


def sharing_of_new_copy(origin: str, policies: CompanyPolicies, preferences: UserPreferences) -> Sharing:
    """Answer the sharing of a new copy (RULES R30): a company may force private, never shared."""
    if policies.sharing_ceiling == "private":
        return Sharing.PRIVATE
    default = preferences.sharing_default
    return Sharing(default.smtp if origin in DOOR_OF_OWN_DOING else default.imap)


def changed[M: BaseModel](choices: M, changes: Mapping[str, object]) -> M:
    """Answer the choices with some of them changed, objects field by field; raise Invalid."""
    return checked(type(choices), _merged(choices.model_dump(), changes))


def checked[M: BaseModel](model: type[M], values: Mapping[str, object]) -> M:
    """Answer the values as a model; raise Invalid with a sentence for each wrong field."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as wrong:
        raise Invalid(field_errors(wrong)) from None


def field_errors(wrong: ValidationError) -> dict[str, str]:
    """Answer a sentence by field name, nested names joined by dots."""
    errors: dict[str, str] = {}
    for one in wrong.errors(include_url=False, include_input=False):
        path = ".".join(str(part) for part in one["loc"] if not _names_a_branch(part))
        errors.setdefault(path, in_words(one))
    return errors


def _names_a_branch(part: int | str) -> bool:
    # pydantic adds the branch of a union to the place of an error: "literal['ask',...]", "constrained-int".
    return isinstance(part, str) and ("[" in part or "-" in part)


def _merged(old: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    result = dict(old)
    for name, value in changes.items():
        before = result.get(name)
        nested = isinstance(before, Mapping) and isinstance(value, Mapping)
        result[name] = _merged(before, value) if nested else value  # type: ignore[arg-type]
    return result
