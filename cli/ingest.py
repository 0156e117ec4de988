"""`smartbcc ingest`: .eml files, mbox files and Maildirs, as a user's upload."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.opening import Opened, opened, read_settings
from cli.output import json_option, show
from cli.problem import Problem
from db.models import DirectoryLogin
from db.wake import Waker
from ingest.bookmark import bookmark_of
from ingest.mail_files import Found
from ingest.store import Store
from ingest.upload import Counts, upload
from mail.address import address_key

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--user", "email", required=True, metavar="EMAIL", help="Whose mail it is.")
@json_option
@click.pass_context
def ingest(ctx: click.Context, paths: tuple[Path, ...], email: str, as_json: bool) -> None:
    """Take in .eml files, mbox files and Maildirs."""
    settings = read_settings(ctx)
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise Problem(f"there is no {missing[0]}")
    with opened(settings, migrate=True) as at:
        counts = _take_in(at, paths, _owner(at, email))
    show(
        {"read": counts.read, "stored": counts.stored, "duplicates": counts.duplicates, "failed": counts.failed},
        as_json=as_json,
    )
    if counts.failed:
        ctx.exit(1)


@dataclass(frozen=True, slots=True)
class _Owner:
    company_id: int
    user_id: int


def _owner(at: Opened, email: str) -> _Owner:
    with at.database.read() as session:
        row = session.get(DirectoryLogin, address_key(email))
    if row is None:
        raise Problem(f"there is no user {email}")
    return _Owner(row.company_id, row.user_id)


def _take_in(at: Opened, paths: tuple[Path, ...], owner: _Owner) -> Counts:
    mark = bookmark_of(at.settings.data_dir / "uploads", owner.user_id, paths)
    if (place := mark.place()) is not None:
        click.echo(f"smartbcc: going on in {place.path} after mail {place.number}", err=True)
    files = mark.files()
    waker = Waker(at.settings)
    store = Store(at.database, at.raw, waker)
    try:
        with click.progressbar(length=max(_octets(files), 1), file=sys.stderr, label="Taking in") as bar:
            mails = _watched(mark.mails(files), bar)
            counts = upload(store, owner.company_id, owner.user_id, mails, _now, failed=_say, settled=mark.note)
        if not counts.unkept:
            mark.end()
    finally:
        store.close()
        waker.close()
    return counts


def _now() -> datetime:
    return datetime.now(UTC)


def _watched(mails: Iterator[Found], bar: ProgressBar[int]) -> Iterator[Found]:
    """Show how many octets of the files are read, and so how much time is left."""
    before, current = 0, ""
    for found in mails:
        path = found.place.path if found.place else found.source
        if path != current:
            before, current = bar.pos, path
        bar.update(max(0, before + found.passed - bar.pos))
        yield found


def _octets(files: Sequence[Path]) -> int:
    return sum(one.stat().st_size for one in files if one.is_file())


def _say(source: str, why: str) -> None:
    click.echo(f"smartbcc: {source}: {why}", err=True)
