"""`smartbcc config show`: the settings in force, where each comes from; secrets masked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from cli.problem import Problem
from config.settings import SettingsError, describe, load


@click.group()
def config() -> None:
    """Show the settings in force."""


@config.command("show")
@click.option("--json", "as_json", is_flag=True, help="One JSON value on standard output.")
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Print each setting with its value, its source, and whether it has effect yet."""
    try:
        rows = describe(load(os.environ, Path(ctx.obj) if ctx.obj else None))
    except SettingsError as wrong:
        raise Problem(str(wrong)) from None
    if as_json:
        values = {row.name: {"value": row.value, "source": row.source, "note": row.note} for row in rows}
        click.echo(json.dumps(values))
        return
    width = max(len(row.name) for row in rows)
    for row in rows:
        note = f"  # {row.note}" if row.note else ""
        click.echo(f"{row.name:<{width}}  {row.value or '(empty)'}  [{row.source}]{note}")
