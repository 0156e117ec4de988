"""Opens what commands work on: settings, database, raw store, keys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from accounts.setup_links import is_empty
from cli.problem import Problem
from config.log import configure
from config.settings import Settings, SettingsError, load
from db.ids import IdSealer
from db.raw import RawStore
from db.schema import is_current, upgrade
from db.session import Database, open_database
from net.sealed import Keys, load_keys


@dataclass(frozen=True, slots=True)
class Opened:
    """What a command has at hand while it runs."""

    settings: Settings
    database: Database
    raw: RawStore
    keys: Keys
    sealer: IdSealer

    def is_populated(self) -> bool:
        """Tell whether there is a company already."""
        with self.database.read() as session:
            return not is_empty(session)


def read_settings(ctx: click.Context) -> Settings:
    """Answer the settings in force, with logging configured; a wrong one ends the command."""
    try:
        settings = load(os.environ, Path(ctx.obj) if ctx.obj else None)
    except SettingsError as wrong:
        raise Problem(str(wrong)) from None
    configure(settings)
    return settings


@contextmanager
def opened(settings: Settings, *, migrate: bool) -> Iterator[Opened]:
    """Open everything; make or migrate the database first where `migrate`, else insist that it is current."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        keys = load_keys(settings.data_dir)
        database = open_database(settings)
    except (OSError, DBAPIError) as wrong:
        raise Problem(f"the data cannot be opened: {_reason(wrong)}") from None
    try:
        _check_schema(database, migrate=migrate)
        sealer = IdSealer(keys.derive("public-ids"))
        yield Opened(settings, database, RawStore(database, settings.data_dir), keys, sealer)
    finally:
        database.close()


def _check_schema(database: Database, *, migrate: bool) -> None:
    try:
        if is_current(database):
            return
        if not migrate:
            raise Problem("the database is on an old schema: run `smartbcc migrate` first")
        upgrade(database)
    except DBAPIError as wrong:
        raise Problem(f"the database does not answer: {_reason(wrong)}") from None


def _reason(wrong: Exception) -> str:
    return str(getattr(wrong, "orig", None) or wrong).strip().splitlines()[0]
