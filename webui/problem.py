"""What ends a request: problem details (RFC 9457) for the API, an error page for a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import Response, json
from pydantic import ValidationError

from accounts.field_words import in_words
from languages.speech import _

MEDIA_TYPE: Final = "application/problem+json"
MAX_ERRORS: Final = 50


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `field` is a path such as `contact_ids.0`."""

    field: str
    message: str


class ProblemError(Exception):
    """Ends a request with a problem; `detail` is a sentence for the caller, `more` extends it (RFC 9457 §3.2)."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str = "",
        errors: Sequence[FieldError] = (),
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or status.phrase)
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.more = dict(more or {})

    def as_json(self) -> dict[str, Any]:
        """Answer the problem detail; `about:blank` says that the status is all (RFC 9457 §4.2.1)."""
        shown: dict[str, Any] = {"type": "about:blank", "title": self.status.phrase, "status": int(self.status)}
        if self.detail:
            shown["detail"] = self.detail
        if self.errors:
            shown["errors"] = [{"field": one.field, "message": one.message} for one in self.errors]
        return shown | self.more


def not_found() -> ProblemError:
    """Answer the one 404 that foreign, guessed and missing things share (SECURITY W6)."""
    return ProblemError(HTTPStatus.NOT_FOUND, _("There is nothing here that you may see."))


def forbidden(detail: str = "") -> ProblemError:
    """Answer 403, for acts that a role forbids whatever the object."""
    return ProblemError(HTTPStatus.FORBIDDEN, detail or _("Your role does not allow this."))


def invalid(*errors: FieldError) -> ProblemError:
    """Answer 422 with what is wrong, field by field."""
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, _("Some fields are not as they should be."), errors)


def invalid_fields(wrong: ValidationError) -> ProblemError:
    """Translate pydantic's findings; values are not repeated, they may be secret."""
    found = [
        FieldError(_path(error["loc"]), in_words(error))
        for error in wrong.errors(include_url=False, include_input=False)[:MAX_ERRORS]
    ]
    return invalid(*found)


def _path(location: Sequence[int | str]) -> str:
    """Join the names; where a field may be of several kinds pydantic adds which one it tried, which is no name."""
    first, *rest = location or ("",)
    names = [part for part in rest if isinstance(part, int) or part.isidentifier()]
    return ".".join(str(part) for part in (first, *names))


def as_response(problem: ProblemError) -> Response:
    """Render a problem; 401 names the scheme that is asked for (RFC 6750 §3)."""
    response = Response(json.dumps(problem.as_json()), status=int(problem.status), mimetype=MEDIA_TYPE)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="smartbcc"'
    return response
