"""Configuration: each setting with its value and where it comes from, version and schema; secrets never."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from config.settings import describe
from db.schema import current_revision
from languages.speech import _, marked
from webui.admin_frame import admin, show_page
from webui.health_of_machine import look_at_machine
from webui.pages import reading

SOURCES: Final = {
    "default": (marked("default"), ""),
    "file": (marked("file"), "good"),
    "environment": (marked("environment"), "good"),
}


@admin.get("/configuration")
def configuration() -> str:
    """Show what is in force in this process."""
    with reading() as call:
        rows = describe(call.backend.settings)
        return show_page(
            call,
            "admin_configuration.html",
            rows=[(row, *SOURCES[row.source]) for row in rows],
            machine=look_at_machine(call),
            stands_at=current_revision(call.backend.database) or "",
            program=_program(),
            python=platform.python_version(),
        )


def _program() -> str:
    try:
        return version("smartbcc")
    except PackageNotFoundError:
        return _("not installed as a package")
