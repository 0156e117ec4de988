"""`smartbcc import`: contacts, organisations and deals from CSV files and vCards, as a user."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from accounts.refusals import Refused
from accounts.users import get_user
from accounts.viewer import Viewer
from cli.opening import Opened, opened, read_settings
from cli.output import json_option, show
from cli.problem import Problem
from db.models import DirectoryLogin
from linking.importing_columns import Kind
from linking.importing_mapping import Mapping, map_columns
from linking.importing_plan import Outcome
from linking.importing_queue import run_lease, take_import
from linking.importing_run import LeaseLost, Run
from linking.importing_sheet import Sheet, Unreadable
from linking.imports import (
    ImportView,
    State,
    begin_import,
    forget_import,
    get_import,
    guessed,
    not_taken,
    read_file,
    start_import,
)
from mail.address import address_key

SHOWN = 20


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--user", "email", required=True, metavar="EMAIL", help="Who imports: what is made is this user's.")
@click.option("--kind", type=click.Choice([*Kind]), help="What the lines are; found by the columns where not said.")
@click.option(
    "--map", "wanted", multiple=True, metavar="COLUMN=FIELD", help="What a column says; FIELD empty: nothing."
)
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@json_option
@click.pass_context
def import_(
    ctx: click.Context, file: Path, email: str, kind: str | None, wanted: tuple[str, ...], dry_run: bool, as_json: bool
) -> None:
    """Take in contacts, organizations or deals from a CSV file or vCards."""
    settings = read_settings(ctx)
    raw, sheet, mapping = _read(file, Kind(kind) if kind else None, wanted)
    with opened(settings, migrate=True) as at:
        job = _Job(at, _viewer(at, email), dry_run)
        try:
            view = job.run(file.name, raw, sheet, mapping)
        except (Refused, LeaseLost) as wrong:
            raise Problem(str(wrong) or "another has taken the import over") from None
        left_out = job.left_out(view.id)
    counts = {str(one): view.count(one) for one in Outcome}
    columns = {name: field for name, field in zip(sheet.header, view.mapping.fields, strict=True) if field}
    for line in left_out[:SHOWN] if not as_json else ():
        click.echo(f"line {line['line']}: {line['said']}", err=True)
    if as_json:
        lines: dict[str, Any] = {"kind": view.mapping.kind, "columns": columns, "lines": left_out}
        show({**counts, **lines, "encoding": sheet.encoding, "dry_run": dry_run}, as_json=True)
    else:
        read = {"kind": view.mapping.kind, "columns": ", ".join(f"{name} = {field}" for name, field in columns.items())}
        show({**read, **counts}, as_json=False)
    if view.state is State.FAILED or view.count(Outcome.WRONG):
        ctx.exit(1)


def _read(file: Path, kind: Kind | None, wanted: tuple[str, ...]) -> tuple[bytes, Sheet, Mapping]:
    pairs = [one.rpartition("=") for one in wanted]
    if any(not equals for _, equals, _ in pairs):
        raise click.UsageError("--map wants COLUMN=FIELD")
    try:
        raw = file.read_bytes()
        sheet = read_file(raw)
        if not sheet.delimiter:
            return raw, sheet, guessed(sheet)
        return raw, sheet, map_columns(sheet, kind, [(column, field) for column, _, field in pairs])
    except (OSError, Unreadable, Refused) as wrong:
        raise Problem(f"{file}: {wrong}") from None


def _viewer(at: Opened, email: str) -> Viewer:
    with at.database.read() as session:
        row = session.get(DirectoryLogin, address_key(email))
        if row is None:
            raise Problem(f"there is no user {email}")
        return get_user(session, row.company_id, row.user_id).viewer


@dataclass(frozen=True, slots=True)
class _Job:
    """One import while this command runs it; killed, a worker finishes it."""

    at: Opened
    viewer: Viewer
    dry: bool

    def run(self, name: str, raw: bytes, sheet: Sheet, mapping: Mapping) -> ImportView:
        database = self.at.database
        with database.write() as session:
            now = database.now(session)
            number = begin_import(session, self.viewer, name, raw, sheet, mapping, now)
            start_import(session, self.viewer, number, now, dry=self.dry)
            # In the same transaction, so that no worker takes it first.
            lease = take_import(session, self.viewer.company_id, now, number)
        if lease is None:
            raise LeaseLost
        with click.progressbar(length=max(len(sheet.lines), 1), file=sys.stderr, label="Importing") as bar:

            def step(done: int, _total: int) -> None:
                bar.update(done - bar.pos)

            run_lease(database, Run(database, lease, self.at.settings.mail_domain[0], step))
        with database.read() as session:
            return get_import(session, self.viewer, number)

    def left_out(self, number: int) -> list[dict[str, Any]]:
        """Answer the lines that were not taken; a dry run is forgotten."""
        database = self.at.database
        with database.read() as session:
            found = not_taken(session, self.viewer, number)
        if self.dry:
            with database.write() as session:
                forget_import(session, self.viewer, number)
        return [{"line": one.line, "outcome": one.outcome, "said": one.said} for one in found]
