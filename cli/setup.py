"""`smartbcc setup`: a company, its first admin, its universal address."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from accounts.companies import create_company
from accounts.policies import CompanyPolicies
from accounts.refusals import Refused
from accounts.users import UserMade, add_user
from accounts.viewer import Role
from cli.newcomer import password_hash_from, welcome
from cli.opening import Opened, opened, read_settings
from cli.output import json_option, show
from cli.problem import Problem


@dataclass(frozen=True, slots=True)
class Founded:
    """A new company's first admin, and what `setup --json` prints."""

    admin: UserMade
    values: dict[str, str | None]


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
            founded = found(at, company, admin, domains, password_hash)
    except Refused as refused:
        raise Problem(str(refused)) from None
    show(founded.values, as_json=as_json)


def found(at: Opened, company: str, admin: str, domains: tuple[str, ...], password_hash: str | None) -> Founded:
    """Make all three in one transaction; raise Refused."""
    mail_domain = at.settings.mail_domain[0]
    with at.database.write() as session:
        now = at.database.now(session)
        made = create_company(session, company, domains, CompanyPolicies(), now, mail_domain)
        user = add_user(session, made.company_id, admin, admin.partition("@")[0], Role.ADMIN, now, mail_domain)
        secrets = welcome(session, user.viewer, password_hash, at.settings.base_url, now)
    values = {
        "company_id": at.sealer.seal("company", made.company_id),
        "user_id": at.sealer.seal("user", user.user_id),
        "bcc_address": made.bcc_address,
        "personal_bcc_address": user.personal_bcc_address,
        **secrets,
    }
    return Founded(user, values)
