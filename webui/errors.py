"""What goes wrong, said once for pages and API: refusals, HTTP errors, a database away, a bug."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Final

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException

from accounts.refusals import Conflict, Forbidden, Invalid, Missing, Refused
from db.raw import RawMissing
from languages.speech import _, marked
from webui.problem import FieldError, ProblemError, as_response, forbidden, invalid, not_found

log = structlog.get_logger(__name__)
RETRY_SECONDS: Final = "5"
PLACES: Final = 12
SENTENCES: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: marked("Your browser sent something that we could not read."),
    HTTPStatus.FORBIDDEN: marked("Your role does not allow this."),
    HTTPStatus.NOT_FOUND: marked("There is nothing here that you may see."),
    HTTPStatus.METHOD_NOT_ALLOWED: marked("This page cannot be used that way."),
    HTTPStatus.CONFLICT: marked("Something changed at the same moment. Please try again."),
    HTTPStatus.GONE: marked("This link has been used, or is too old."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: marked("That is more than we take at once."),
    HTTPStatus.UNPROCESSABLE_ENTITY: marked("Some fields are not as they should be."),
    HTTPStatus.TOO_MANY_REQUESTS: marked("Too many tries. Please wait a few minutes."),
    HTTPStatus.INTERNAL_SERVER_ERROR: marked("Something went wrong here. It has been written down."),
    HTTPStatus.SERVICE_UNAVAILABLE: marked("The database does not answer. Please try again in a moment."),
}


def handle_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(ProblemError, _answer)
    app.register_error_handler(Refused, _refuse)
    app.register_error_handler(CSRFError, _refuse_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RawMissing, _gone)
    app.register_error_handler(IntegrityError, _collide)
    app.register_error_handler(OperationalError, _wait)
    app.register_error_handler(Exception, _break)


def problem_of(refused: Refused) -> ProblemError:
    """Translate a refusal of the layers below."""
    match refused:
        case Invalid(errors=errors):
            return invalid(*(FieldError(name, why) for name, why in errors.items()))
        case Missing():
            return not_found()
        case Forbidden():
            return forbidden(str(refused))
        case Conflict():
            return ProblemError(HTTPStatus.CONFLICT, str(refused))
        case _:
            return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, str(refused))


def _sentence(status: HTTPStatus) -> str:
    """Answer what a status means to a person, "" for one that has no words of ours."""
    return _(SENTENCES[status]) if status in SENTENCES else ""


def _is_api() -> bool:
    return request.path.startswith("/api/v1/") or request.path == "/api/v1"


def _answer(problem: ProblemError) -> Response:
    if _is_api():
        return as_response(problem)
    sentence = problem.detail or _sentence(problem.status) or problem.status.phrase
    letter = (request.view_args or {}).get("message", "") if request.endpoint == "letter.show" else ""
    ask_for = letter if problem.status is HTTPStatus.NOT_FOUND else ""
    page = render_template(
        "error.html", status=problem.status, sentence=sentence, errors=problem.errors, ask_for=ask_for
    )
    return make_response(page, int(problem.status))


def _refuse(refused: Refused) -> Response:
    return _answer(problem_of(refused))


def _refuse_form(_error: CSRFError) -> Response:
    return _answer(
        ProblemError(HTTPStatus.BAD_REQUEST, _("This form is too old. Please go back, reload it and try again."))
    )


def _http(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return make_response(error.get_response())
    status = HTTPStatus(error.code or 500)
    response = _answer(ProblemError(status, _sentence(status)))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _gone(_error: RawMissing) -> Response:
    """What a letter says may outlive its bytes (RULES R53)."""
    return _answer(
        ProblemError(HTTPStatus.GONE, _("The original is no longer kept, as of mail from which a person was erased."))
    )


def _collide(_error: IntegrityError) -> Response:
    """Two wrote the same thing at the same moment; the second is told to look again."""
    log.warning("write collided", endpoint=request.endpoint)
    return _answer(ProblemError(HTTPStatus.CONFLICT, _sentence(HTTPStatus.CONFLICT)))


def _wait(error: OperationalError) -> Response:
    log.warning("database does not answer", endpoint=request.endpoint, where=_where(error))
    response = _answer(ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, _sentence(HTTPStatus.SERVICE_UNAVAILABLE)))
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _break(error: Exception) -> Response:
    """The border to the outside: a bug is logged by its place and answered without detail."""
    log.error("request failed", endpoint=request.endpoint, error=type(error).__name__, where=_where(error))
    return _answer(ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, _sentence(HTTPStatus.INTERNAL_SERVER_ERROR)))


def _where(error: Exception) -> list[str]:
    """Answer the places that an error passed through; never its message, which may hold what a mail says."""
    frames = traceback.extract_tb(error.__traceback__)[-PLACES:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
