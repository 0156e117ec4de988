"""Forms read into the models of the API, so that both check alike; every error is collected."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

from flask import request
from pydantic import BaseModel, ValidationError

from webui.api.shape import Page
from webui.problem import invalid_fields

TRUE: Final = frozenset({"true", "on", "1", "yes"})


def field(name: str, limit: int = 2000) -> str:
    """Answer one field without what no database keeps; "" where it is absent."""
    value = request.form.get(name, "")[:limit]
    return "".join(char for char in value if char.isprintable() or char in "\r\n\t").strip()


def lines(name: str) -> list[str]:
    """Answer a field of several lines, or of several values, as a list without empty ones."""
    parts = (part.strip() for value in request.form.getlist(name) for part in value.replace(",", "\n").splitlines())
    return [part for part in parts if part]


def read_form[Body: BaseModel](
    model: type[Body], *, several: Collection[str] = (), flags: Collection[str] = (), numbers: Collection[str] = ()
) -> Body:
    """Answer the form as a model: `several` are lists, `flags` are true or false, an empty field is null.

    A field that the form does not have is left out. Raises ProblemError 422 with what is wrong, field by field.
    """
    values: dict[str, Any] = {}
    for name in model.model_fields:
        if name in several:
            values[name] = lines(name)
        elif name in request.form:
            values[name] = _value(name, flags, numbers)
    try:
        # As JSON: strict about types, but a word is enough to name a choice.
        return model.model_validate_json(json.dumps(values))
    except ValidationError as wrong:
        raise invalid_fields(wrong) from None


def _value(name: str, flags: Collection[str], numbers: Collection[str]) -> object:
    text = field(name)
    if name in flags:
        return text in TRUE
    if name in numbers and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    return text or None


def page_query() -> Page:
    """Answer where a page of a list starts."""
    try:
        return Page(cursor=request.args.get("cursor"))
    except ValidationError as wrong:
        raise invalid_fields(wrong) from None
