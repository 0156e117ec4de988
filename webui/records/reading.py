"""A record's form read into the bodies of the API: forgiving about amounts, exact about everything else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from flask import request
from pydantic import BaseModel, ValidationError

from accounts.refusals import Invalid
from languages.speech import _, marked
from webui.forms import field, lines
from webui.problem import FieldError, ProblemError, invalid, invalid_fields
from webui.records.amount import read_amount, read_currency

SEVERAL: Final = ("addresses", "domains", "contact_ids")
AMOUNT: Final = marked("Write an amount such as 1234.50 or 1 234,50.")
CURRENCY: Final = marked("Write three letters such as EUR, or a sign such as €.")
NAMELESS: Final = marked("This cannot be empty.")


def read_record[Body: BaseModel](model: type[Body]) -> Body:
    """Answer what the form names; raise ProblemError 422, field by field."""
    values = {name: _value(name) for name in model.model_fields if name in request.form}
    values |= _money() if "value" in values else {}
    if values.get("visibility") not in (None, "team") and "team_id" in model.model_fields:
        values["team_id"] = None
    try:
        return model.model_validate_json(json.dumps(values))
    except ValidationError as wrong:
        raise _plainly(invalid_fields(wrong), values) from None


def errors_of(wrong: Exception) -> dict[str, str]:
    """Answer by field what is wrong; "" for what concerns the whole."""
    match wrong:
        case Invalid(errors=errors):
            return {name: _sentence(why) for name, why in errors.items()}
        case ProblemError(errors=found) if found:
            return {one.field.partition(".")[0]: _sentence(one.message) for one in found}
        case _:
            return {"": str(wrong)}


def _sentence(words: str) -> str:
    """Answer what the layers below say as a sentence."""
    first = words.partition(" ")[0]
    # A domain or an address that begins it keeps its case.
    said = words if "." in first or "@" in first else words[:1].upper() + words[1:]
    return said if said.endswith((".", "?", "!")) else f"{said}."


def _value(name: str) -> object:
    if name in SEVERAL:
        return lines(name)
    return field(name) or None


def _money() -> dict[str, Any]:
    """Read amount and currency, which may stand in one field."""
    text, named = field("value"), field("currency")
    if not text:
        return {"value": None, "currency": read_currency(named)}
    number, beside = read_amount(text)
    wrong = []
    if number is None:
        wrong.append(FieldError("value", _(AMOUNT)))
    currency = beside or read_currency(named)
    if named and currency is None:
        wrong.append(FieldError("currency", _(CURRENCY)))
    if wrong:
        raise invalid(*wrong)
    return {"value": number, "currency": currency}


def _plainly(problem: ProblemError, values: Mapping[str, Any]) -> ProblemError:
    said = {"value": _(AMOUNT), "currency": _(CURRENCY)}
    said |= {name: _(NAMELESS) for name in ("name", "title") if name in values and not values[name]}
    return invalid(*(FieldError(one.field, said.get(one.field, one.message)) for one in problem.errors))
