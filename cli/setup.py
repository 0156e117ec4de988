"""`smartbcc setup`: a company, its first admin, its universal address."""

from __future__ import annotations

from pathlib import Path

import click

from accounts.founding import Founding, found_company
from accounts.refusals import Refused
from cli.newcomer import password_hash_from, welcome
from cli.opening import Opened, opened, read_settings
from cli.output import json_option, show
from cli.problem import Problem


@click.command()
@click.option("--company", required=True, help="The company's name.")
@click.option("--admin", required=True, metavar="EMAIL", help="The first admin's login address.")
@click.option("--domain", "domains", multiple=True, help="A domain of the company's own; may be repeated.")
@click.option("--password-file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@click.pass_context
def setup(
    ctx: click.Context, company: str, admin: str, domains: tuple[str, ...], password_file: Path | None, as_json: bool
) -> None:
    """Make a company, its first admin and its universal address; a new name adds a company."""
    settings = read_settings(ctx)
    try:
        password_hash = password_hash_from(password_file)
        with opened(settings, migrate=True) as at:
            values = _found(at, Founding(company=company, domains=domains, email=admin), password_hash)
    except Refused as refused:
        raise Problem(str(refused)) from None
    show(values, as_json=as_json)


def _found(at: Opened, wish: Founding, password_hash: str | None) -> dict[str, str | None]:
    with at.database.write() as session:
        now = at.database.now(session)
        made = found_company(session, wish, now, at.settings.mail_domain[0])
        secrets = welcome(session, made.admin.viewer, password_hash, at.settings.base_url, now)
    return {
        "company_id": at.sealer.seal("company", made.company_id),
        "user_id": at.sealer.seal("user", made.admin.user_id),
        "bcc_address": made.bcc_address,
        "personal_bcc_address": made.admin.personal_bcc_address,
        **secrets,
    }
