"""Cursors: where a list goes on, sealed for one user and one list, so that they tell nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import request

from languages.speech import _
from linking.cursor import Cursor
from linking.cursor import Page as Rows
from net.sealed import CannotUnseal
from webui.api.shape import Page
from webui.call import Call
from webui.problem import FieldError, ProblemError, invalid


def seal_cursor(call: Call, position: Cursor | None) -> str | None:
    """Answer the cursor of a position; None at the end of a list."""
    if position is None:
        return None
    return call.backend.keys.seal(position.as_text().encode(), _purpose(call)).rstrip("=")


def open_cursor(call: Call, page: Page) -> Cursor | None:
    """Answer the position; None without a cursor, 422 for one that is not of this list and user."""
    if page.cursor is None:
        return None
    body = page.cursor.partition(".")[2]
    try:
        text = call.backend.keys.unseal(page.cursor + "=" * (-len(body) % 4), _purpose(call)).decode("ascii")
    except (CannotUnseal, UnicodeDecodeError):
        raise _wrong() from None
    position = Cursor.from_text(text)
    if position is None:
        raise _wrong()
    return position


def paged[Row](
    call: Call, page: Page, fetch: Callable[[int, int | None], Sequence[Row]], number: Callable[[Row], int]
) -> Rows[Row]:
    """Answer one page of a list that runs down by id: `fetch(limit, before_id)`."""
    position = open_cursor(call, page)
    rows = fetch(page.limit + 1, position.id if position else None)
    shown = tuple(rows[: page.limit])
    return Rows(shown, Cursor(number(shown[-1])) if len(rows) > page.limit else None)


def _wrong() -> ProblemError:
    return invalid(FieldError("cursor", _("is not a cursor of this list")))


def _purpose(call: Call) -> str:
    return f"cursor:{request.endpoint}:{call.viewer.company_id}:{call.viewer.user_id}"
