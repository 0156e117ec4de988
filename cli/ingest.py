"""`smartbcc ingest`: .eml files, mbox files and Maildirs, as a user's upload."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.opening import Opened, opened, read_settings
from cli.output import json_option, show
from cli.problem import Problem
from db.models import DirectoryLogin
from db.wake import Waker
from ingest.store import Store
from ingest.upload import Counts, Found, read_mails, upload
from mail.address import address_key


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
    counts = Counts()
    waker = Waker(at.settings)
    store = Store(at.database, at.raw, waker)
    try:
        mails = _mails(paths)
        told = upload(store, owner.company_id, owner.user_id, mails, lambda: datetime.now(UTC), failed=_say)
        with click.progressbar(told, file=sys.stderr, label="Taking in", show_pos=True) as steps:
            for counts in steps:  # noqa: B007 -- the last one counts
                pass
    finally:
        store.close()
        waker.close()
    return counts


def _say(source: str, why: str) -> None:
    click.echo(f"smartbcc: {source}: {why}", err=True)


def _mails(paths: tuple[Path, ...]) -> Iterator[Found]:
    for path in paths:
        yield from read_mails(path)
