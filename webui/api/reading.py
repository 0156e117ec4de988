"""What a caller sent, read into values: token, body, query string."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import request
from pydantic import BaseModel, ValidationError

from languages.speech import _
from webui.problem import FieldError, ProblemError, invalid, invalid_fields

MAX_BODY: Final = 1_048_576
JSON_TYPES: Final = ("application/json", "application/problem+json", "text/json")


def read_token() -> str:
    """Answer the bearer token (RFC 6750 §2.1), or end with 401."""
    scheme, space, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not space or not token or len(token) > 500:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, _("A bearer token is needed."))
    return token


def read_body[Body: BaseModel](model: type[Body]) -> Body:
    """Answer the JSON body as its model; an absent one is an empty object."""
    if request.mimetype and request.mimetype not in JSON_TYPES and not request.mimetype.endswith("+json"):
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("The body has to be application/json."))
    content = request.get_data(cache=True)
    if len(content) > MAX_BODY:
        raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("The body is too large."))
    try:
        return model.model_validate_json(content or b"{}")
    except ValidationError as wrong:
        if wrong.errors(include_url=False)[0]["type"] == "json_invalid":
            raise ProblemError(HTTPStatus.BAD_REQUEST, _("The body is not JSON.")) from None
        raise invalid_fields(wrong) from None


def read_query[Query: BaseModel](model: type[Query]) -> Query:
    """Answer the query string as its model; a name given twice is wrong."""
    twice = [FieldError(name, _("given more than once")) for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise invalid(*twice)
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as wrong:
        raise invalid_fields(wrong) from None


def read_idempotency_key() -> str | None:
    """Answer the Idempotency-Key of this request, None without one."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise invalid(FieldError("Idempotency-Key", _("1 to 255 printable ASCII characters")))
    return key
