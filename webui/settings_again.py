"""Deciding again about one's own mail: a look at the differences first, then, if one says so, the change (R52)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from ingest.replay_runs import AT_WORK, Finding, Run, apply_run, dismiss_run, latest_runs, list_findings, start_run
from languages.speech import _, marked
from linking.cursor import Page
from linking.letter import Letter
from linking.letters import letters_by_id
from webui.call import Call
from webui.cursor import open_cursor
from webui.differing import Differs, in_words
from webui.forms import page_query
from webui.pages import done, reading, writing
from webui.problem import ProblemError
from webui.settings_frame import settings, show_page

SINCE: Final = {
    "7": marked("the last week"),
    "30": marked("the last month"),
    "90": marked("the last three months"),
    "0": marked("all of it"),
}
FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
CAUSES: Final = {
    "policies": marked("The company's policies were changed."),
    "preferences": marked("You changed how your mail is linked."),
    "blocked": marked("The list of blocked addresses was changed."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A mail that would be decided otherwise; `message_id` None where it is no letter of the reader's."""

    id: int
    message_id: int | None
    subject: str
    from_: str
    differences: tuple[Differs, ...]
    applied: bool


@settings.get("/settings/again")
def again() -> str:
    """Show the run that is at work or has ended, and what it found."""
    page = page_query()
    with reading() as call:
        run = next(iter(latest_runs(call.session, call.viewer)), None)
        found = _found(call, run, page.limit)
        return show_page(
            call,
            "settings_again.html",
            run=run,
            at_work=run is not None and run.state in AT_WORK,
            cause=_(CAUSES[run.cause]) if run and run.cause in CAUSES else "",
            rows=_rows(call, found.rows),
            older=found.next,
            since=SINCE,
        )


@settings.post("/settings/again")
def look_again() -> Response:
    """Begin to look."""
    days = request.form.get("days", "")
    if days not in SINCE:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, _("days: choose one of those offered"))
    with writing() as call:
        since = call.now - timedelta(days=int(days)) if days != "0" else FIRST
        start_run(call.session, call.viewer, since, call.now)
    return done(_("Looking. Nothing is changed by that."), "settings.again")


@settings.post("/settings/again/<run>/apply")
def apply_again(run: str) -> Response:
    """Make so what was found."""
    with writing() as call:
        apply_run(call.session, call.viewer, call.unseal("run", run))
    return done(_("Being applied. What you did by hand stays."), "settings.again")


@settings.post("/settings/again/<run>/dismiss")
def dismiss_again(run: str) -> Response:
    """Put it aside, or stop it."""
    with writing() as call:
        dismiss_run(call.session, call.viewer, call.unseal("run", run))
    return done(_("Put aside."), "settings.again")


def _found(call: Call, run: Run | None, limit: int) -> Page[Finding]:
    if run is None:
        return Page(rows=(), next=None)
    return list_findings(call.session, call.viewer, run.id, limit, open_cursor(call, page_query()))


def _rows(call: Call, found: tuple[Finding, ...]) -> list[Row]:
    named = {one.id: next((d["message_id"] for d in one.differences if d["message_id"]), None) for one in found}
    letters = letters_by_id(call.session, call.viewer, [one for one in named.values() if one], call.read_raw)
    return [_row(call, one, letters.get(named[one.id] or 0)) for one in found]


def _row(call: Call, one: Finding, letter: Letter | None) -> Row:
    return Row(
        id=one.id,
        message_id=letter.id if letter else None,
        subject=letter.subject if letter else "",
        from_=letter.from_.address if letter and letter.from_ else "",
        differences=in_words(call, one.differences),
        applied=one.applied,
    )
