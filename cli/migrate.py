"""`smartbcc migrate`: the database to the newest revision."""

from __future__ import annotations

import click
from sqlalchemy.exc import DBAPIError

from cli.opening import read_settings
from cli.problem import Problem
from db.schema import is_current, upgrade
from db.session import open_database


@click.command()
@click.option("--check", is_flag=True, help="Only tell; exit 1 where the schema is old.")
@click.pass_context
def migrate(ctx: click.Context, check: bool) -> None:
    """Bring the database to the newest revision."""
    settings = read_settings(ctx)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(settings)
    try:
        if is_current(database):
            click.echo("the database is at the newest revision")
        elif check:
            raise Problem("the database is on an old schema: run `smartbcc migrate`")
        else:
            upgrade(database)
            click.echo("migrated to the newest revision")
    except DBAPIError as wrong:
        raise Problem(f"the database does not answer: {wrong.orig}") from None
    finally:
        database.close()
