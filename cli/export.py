"""`smartbcc export`: a company's data, or a user's own, as files (RULES R53)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from accounts.companies import find_company_id
from accounts.refusals import Refused
from accounts.tokens import find_token_user
from accounts.users import find_user
from accounts.viewer import Viewer
from cli.opening import Opened, opened, read_settings
from cli.output import json_option, show
from cli.problem import Problem
from ingest.exporting import Exporter


@click.command()
@click.option("--company", metavar="NAME", help="Records, shared letters, and how many private ones each user has.")
@click.option("--user", "email", metavar="EMAIL", help="All that is this user's; needs an API token of that user.")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path), help="A new or empty folder.")
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="SMARTBCC_TOKEN_FILE",
    help="A file with an API token of the user.",
)
@json_option
@click.pass_context
def export(
    ctx: click.Context, company: str | None, email: str | None, folder: Path, token_file: Path | None, as_json: bool
) -> None:
    """Write an export; a folder without manifest.json is not finished."""
    if (company is None) == (email is None):
        raise click.UsageError("say either --company NAME or --user EMAIL")
    with opened(read_settings(ctx), migrate=False) as at:
        exporter = Exporter(at.database, at.raw, at.sealer.seal)
        try:
            if company is not None:
                counts = exporter.export_company(_company(at, company), folder)
            else:
                counts = exporter.export_user(_user(at, email or "", token_file), folder)
        except Refused as refused:
            raise Problem(str(refused)) from None
        except OSError as wrong:
            raise Problem(f"it cannot be written: {wrong.strerror or wrong}") from None
    show({"folder": str(folder), **_flat(counts)}, as_json=as_json)


def _company(at: Opened, name: str) -> int:
    with at.database.read() as session:
        if (company_id := find_company_id(session, name)) is None:
            raise Problem(f"there is no company named {name!r}")
        return company_id


def _user(at: Opened, email: str, token_file: Path | None) -> Viewer:
    """Answer the user who starts it: who holds a token of his, because private mail is for nobody else (R31)."""
    if token_file is None:
        raise Problem("a user's export is started by that user: give an API token of theirs by --token-file")
    try:
        token = token_file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as wrong:
        raise Problem(f"the token cannot be read: {wrong}") from None
    with at.database.read() as session:
        user, principal = find_user(session, email), find_token_user(session, token)
    if user is None or principal is None or principal.viewer != user.viewer:
        raise Problem(f"this is no API token of {email}")
    return principal.viewer


def _flat(counts: dict[str, Any]) -> dict[str, Any]:
    records = counts.pop("records")
    return {**{f"{name}s": count for name, count in records.items()}, **counts}
