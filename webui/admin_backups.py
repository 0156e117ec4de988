"""Backups: when the last one was made and read back, and what to do where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from db.backups import look_at_backups
from webui.admin_frame import admin, show_page
from webui.backend import Backend
from webui.health_advice import in_words
from webui.pages import reading

ELSEWHERE: Final = "/backup"
"""Where the commands put it, to be replaced by a place of one's own."""


@admin.get("/backups")
def backups() -> str:
    """Show what was written down."""
    with reading() as call:
        found = look_at_backups(call.session)
        return show_page(
            call,
            "admin_backups.html",
            found=found,
            age=in_words(call.now - found.last.began_at) if found.last else "",
            is_old=found.is_old(call.now),
            commands=commands(call.backend),
        )


def commands(here: Backend) -> tuple[str, ...]:
    """Answer what copies the installation by hand: the database, then the files, the keys to another place."""
    data = Path(here.settings.data_dir).absolute()
    database = (
        f'sqlite3 {data}/smartbcc.sqlite3 ".backup {ELSEWHERE}/smartbcc.sqlite3"'
        if here.database.is_sqlite
        else f"pg_dump --format=custom --file={ELSEWHERE}/smartbcc.dump DATABASE_URL"
    )
    leave = "--exclude='smartbcc.sqlite3*' --exclude=keys.json --exclude=./wake"
    return (
        database,
        f"tar -C {data} {leave} -cf {ELSEWHERE}/data.tar .",
        f"cp -p {data}/keys.json /somewhere/else/",
    )
