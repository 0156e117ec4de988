"""`smartbcc user`: add a user, whose login address is an approved sender from the start; invite one anew."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from accounts.companies import find_company_id, list_company_ids
from accounts.invites import make_invite
from accounts.refusals import Refused
from accounts.users import add_user, find_user
from accounts.viewer import Role
from cli.newcomer import password_hash_from, welcome
from cli.opening import Opened, opened, read_settings
from cli.output import json_option, show
from cli.problem import Problem


@click.group()
def user() -> None:
    """Add and invite users."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--company", help="The company's name; not needed while there is only one.")
@click.option("--password-file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@click.pass_context
def add(
    ctx: click.Context,
    email: str,
    name: str,
    role: str,
    company: str | None,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Add a user; the answer holds what is never shown again."""
    settings = read_settings(ctx)
    try:
        password_hash = password_hash_from(password_file)
        with opened(settings, migrate=True) as at:
            values = _add(at, company, email, name, Role(role), password_hash)
    except Refused as refused:
        raise Problem(str(refused)) from None
    show(values, as_json=as_json)


@user.command("invite")
@click.argument("email")
@json_option
@click.pass_context
def invite(ctx: click.Context, email: str, as_json: bool) -> None:
    """Make a new link on which a user sets a password; earlier links end."""
    with opened(read_settings(ctx), migrate=False) as at, at.database.write() as session:
        found = find_user(session, email)
        if found is None:
            raise Problem(f"there is no user {email!r}")
        secret = make_invite(session, found.viewer, at.database.now(session))
    show({"invite_url": f"{at.settings.base_url.rstrip('/')}/invite/{secret}"}, as_json=as_json)


def _add(
    at: Opened, company: str | None, email: str, name: str, role: Role, password_hash: str | None
) -> dict[str, str | None]:
    with at.database.write() as session:
        now = at.database.now(session)
        made = add_user(session, _company(session, company), email, name, role, now, at.settings.mail_domain[0])
        secrets = welcome(session, made.viewer, password_hash, at.settings.base_url, now)
    return {
        "user_id": at.sealer.seal("user", made.user_id),
        "personal_bcc_address": made.personal_bcc_address,
        **secrets,
    }


def _company(session: Session, name: str | None) -> int:
    if name is not None:
        if (company_id := find_company_id(session, name)) is None:
            raise Problem(f"there is no company named {name!r}")
        return company_id
    companies = list_company_ids(session)
    if not companies:
        raise Problem("there is no company yet: run `smartbcc setup` first")
    if len(companies) > 1:
        raise Problem("there are several companies: say --company NAME")
    return companies[0]
