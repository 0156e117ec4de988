"""`smartbcc ingest`: .eml files, mbox files and Maildirs, as a user's upload."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import click

from cli.opening import Opened, opened, read_settings
from cli.output import json_option, show
from cli.problem import Problem
from db.failures import StorageFull, StorageUnavailable
from db.models import DirectoryLogin
from db.wake import Waker
from ingest.store import Delivery, Store, Stored
from ingest.upload import Found, read_mails, upload_envelope
from mail.address import address_key

AHEAD = 200
"""Mails under way at once: enough to fill a group commit, few enough to hold in memory."""


@dataclass(slots=True)
class Counts:
    """What became of the mails (INTERFACE 2)."""

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    failed: int = 0


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
    counts, waiting = Counts(), list[tuple[str, Future[Stored]]]()
    waker = Waker(at.settings)
    store = Store(at.database, at.raw, waker)
    try:
        with click.progressbar(_mails(paths), file=sys.stderr, label="Taking in", show_pos=True) as mails:
            for found in mails:
                _submit(at, store, owner, found, counts, waiting)
                if len(waiting) >= AHEAD:
                    _settle(waiting, counts)
        _settle(waiting, counts)
    finally:
        store.close()
        waker.close()
    return counts


def _mails(paths: tuple[Path, ...]) -> Iterator[Found]:
    for path in paths:
        yield from read_mails(path)


def _submit(
    at: Opened,
    store: Store,
    owner: _Owner,
    found: Found,
    counts: Counts,
    waiting: list[tuple[str, Future[Stored]]],
) -> None:
    counts.read += 1
    if found.raw is None:
        _failed(counts, found.source, found.problem)
        return
    with at.database.read() as session:
        envelope = upload_envelope(at.database.now(session))
    delivery = Delivery(
        company_id=owner.company_id, envelope=envelope, raw=found.raw, origin="upload", owner_id=owner.user_id
    )
    waiting.append((found.source, store.submit(delivery)))


def _settle(waiting: list[tuple[str, Future[Stored]]], counts: Counts) -> None:
    for source, future in waiting:
        try:
            stored = future.result()
        except (StorageFull, StorageUnavailable) as trouble:
            _failed(counts, source, str(trouble))
            continue
        counts.stored += stored.is_new
        counts.duplicates += not stored.is_new
    waiting.clear()


def _failed(counts: Counts, source: str, why: str) -> None:
    counts.failed += 1
    click.echo(f"smartbcc: {source}: {why}", err=True)
