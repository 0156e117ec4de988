"""Turns an Operation into a Flask view: token, role, ids, body, transaction, answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from accounts.tokens import find_token_user, note_token_use
from accounts.viewer import Viewer
from languages.speech import _
from webui.api import idempotency
from webui.api.operation import Operation
from webui.api.reading import read_body, read_idempotency_key, read_query, read_token
from webui.backend import Backend, backend
from webui.call import Call
from webui.problem import ProblemError, forbidden, not_found


def view_of(operation: Operation) -> Callable[..., Response]:
    """Answer the Flask view of an operation."""

    def view(**places: str) -> Response:
        here = backend()
        viewer = _authenticate(here)
        _check_role(operation, viewer)
        as_given = tuple(places[kind] for kind in operation.kinds)
        numbers: tuple[Any, ...] = as_given if operation.as_given else _unseal(here, operation, places)
        given: list[Any] = []
        if operation.body:
            given.append(read_body(operation.body))
        if operation.query:
            given.append(read_query(operation.query))
        if operation.is_change and not operation.alone:
            return _write(here, operation, viewer, (*given, *numbers), numbers)
        return _read(here, operation, viewer, (*given, *numbers))

    return view


def _authenticate(here: Backend) -> Viewer:
    """Find the caller in a snapshot of its own: a stranger never takes the writers' turn."""
    token = read_token()
    with here.database.read() as session:
        principal = find_token_user(session, token)
        now = here.database.now(session)
    if principal is None:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, _("The token is not known, or no longer valid."))
    if principal.is_use_due(now):
        with here.database.write() as session:
            note_token_use(session, principal, now)
    return principal.viewer


def _check_role(operation: Operation, viewer: Viewer) -> None:
    if operation.admin and not viewer.is_admin:
        raise forbidden(_("Only an admin may do this."))
    if operation.is_change and not viewer.may_write and not operation.for_readers:
        raise forbidden(_("A read-only user changes nothing."))


def _unseal(here: Backend, operation: Operation, places: dict[str, str]) -> tuple[int, ...]:
    numbers = [here.sealer.unseal(kind, places[kind]) for kind in operation.kinds]
    if None in numbers:
        raise not_found()
    return tuple(number for number in numbers if number is not None)


def _call(here: Backend, session: Session, viewer: Viewer) -> Call:
    now: datetime = here.database.now(session)
    return Call(backend=here, session=session, viewer=viewer, now=now)


def _read(here: Backend, operation: Operation, viewer: Viewer, given: tuple[Any, ...]) -> Response:
    with here.database.read() as session:
        return _answer(operation, operation.handler(_call(here, session, viewer), *given))


def _write(
    here: Backend, operation: Operation, viewer: Viewer, given: tuple[Any, ...], numbers: tuple[int, ...]
) -> Response:
    key = read_idempotency_key() if operation.method == "POST" else None
    with here.database.write() as session:
        call = _call(here, session, viewer)
        if key and (earlier := idempotency.find_answer(call, key)):
            return earlier
        response = _answer(operation, operation.handler(call, *given))
        if key and not operation.then:
            idempotency.keep_answer(call, key, response)
    if operation.wakes:
        here.waker.wake()
    if not operation.then:
        return response
    with here.database.read() as session:
        return _answer(operation, operation.then(_call(here, session, viewer), *numbers))


def _answer(operation: Operation, result: Any) -> Response:
    if isinstance(result, Response):
        return result
    if isinstance(result, BaseModel):
        body = result.model_dump_json(by_alias=True)
        return Response(body, status=int(operation.status), mimetype="application/json")
    return Response(status=int(HTTPStatus.NO_CONTENT))
