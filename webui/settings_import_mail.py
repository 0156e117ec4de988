"""Mail that a user brings along: .eml files and mbox files of a page, as `smartbcc ingest` takes larger ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from accounts.refusals import Forbidden, Invalid
from ingest.mail_files import Found, read_octets
from ingest.store import Store
from ingest.upload import upload
from languages.speech import _, ngettext
from webui.backend import backend
from webui.pages import done, reading
from webui.sections import tried
from webui.settings_frame import settings
from webui.settings_import import list_page

TOLD: Final = 3
"""Bad files that a sentence names."""


@settings.post("/settings/import/mail", endpoint="take_mail")
def take_mail() -> Response:
    """Take mails in as the user's own; the worker reads them like any other."""
    return tried(_take, list_page)


def _take() -> Response:
    with reading() as call:
        viewer = call.viewer
    if not viewer.may_write:
        raise Forbidden(_("A read-only user brings nothing in."))
    files = [(file.filename or "file", file.read()) for file in request.files.getlist("mail")]
    bad: list[str] = []
    here = backend()
    store = Store(here.database, here.raw, here.waker)
    try:
        counts = upload(
            store,
            viewer.company_id,
            viewer.user_id,
            _mails(files),
            _now,
            failed=lambda name, why: bad.append(f"{name}: {why}"),
        )
    finally:
        store.close()
    if counts.failed or not counts.read:
        wrong = "; ".join(bad[:TOLD]) or _("Choose a file.")
        raise Invalid({"mail": f"{_taken_in(counts.stored)} {wrong}" if counts.stored else wrong})
    known = ngettext("{count} was there already.", "{count} were there already.", counts.duplicates)
    words = (_taken_in(counts.stored), known.format(count=counts.duplicates) if counts.duplicates else "")
    return done(" ".join(words).strip(), "settings.imports")


def _taken_in(count: int) -> str:
    return ngettext("{count} taken in.", "{count} taken in.", count).format(count=count)


def _mails(files: list[tuple[str, bytes]]) -> Iterator[Found]:
    for name, raw in files:
        yield from read_octets(name, raw)


def _now() -> datetime:
    return datetime.now(UTC)
