"""`smartbcc erase`: take a person's address out of everything (RULES R53)."""

from __future__ import annotations

import sys

import click

from accounts.companies import find_company_id, get_company, list_company_ids
from accounts.refusals import Refused
from cli.opening import Opened, opened, read_settings
from cli.output import json_option, show
from cli.problem import Problem
from ingest.erasing import Erased, Eraser


@click.command()
@click.option("--person", "address", required=True, metavar="ADDRESS", help="The person's address.")
@click.option("--company", help="Only in this company; in every one otherwise.")
@click.option("--dry-run", is_flag=True, help="Only tell how much it would be.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def erase(ctx: click.Context, address: str, company: str | None, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Erase a person: delete mail with nobody else outside, redact the rest, delete its originals.

    It cannot be undone. Interrupted, it goes on where it stopped when it is called again.
    """
    settings = read_settings(ctx)
    with opened(settings, migrate=False) as at:
        names = _companies(at, company)
        try:
            foreseen = [_eraser(at, one).foresee(address) for one in names]
            if not dry_run:
                if not yes:
                    click.confirm(_question(address, foreseen), abort=True, err=True)
                foreseen = [_erase(at, one, address) for one in names]
        except Refused as refused:
            raise Problem(str(refused)) from None
    show(_told(foreseen, dry_run=dry_run), as_json=as_json)


def _companies(at: Opened, name: str | None) -> dict[int, str]:
    with at.database.read() as session:
        if name is None:
            return {one: get_company(session, one).name for one in list_company_ids(session)}
        if (company_id := find_company_id(session, name)) is None:
            raise Problem(f"there is no company named {name!r}")
        return {company_id: name}


def _eraser(at: Opened, company_id: int) -> Eraser:
    return Eraser(at.database, at.raw, company_id)


def _erase(at: Opened, company_id: int, address: str) -> Erased:
    with click.progressbar(length=0, file=sys.stderr, label="Erasing", show_pos=True) as bar:
        return Eraser(at.database, at.raw, company_id, bar.update).erase(address)


def _question(address: str, foreseen: list[Erased]) -> str:
    deleted, redacted = (sum(getattr(one.mail, name) for one in foreseen) for name in ("deleted", "redacted"))
    return f"Erase {address}: delete {deleted} letters, redact {redacted}? This cannot be undone."


def _told(done: list[Erased], *, dry_run: bool) -> dict[str, object]:
    told: dict[str, object] = {
        "letters_deleted": sum(one.mail.deleted for one in done),
        "letters_redacted": sum(one.mail.redacted for one in done),
        "mails_waiting": sum(one.mail.waiting for one in done),
        "contacts": sum(one.contacts for one in done),
    }
    return told if dry_run else {**told, "other_rows": sum(one.rows for one in done)}
