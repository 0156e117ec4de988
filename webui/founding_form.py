"""The form of the first run: who founds which company, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import request

from accounts.companies import check_domains, check_name
from accounts.email import check_email
from accounts.free_mail import is_free_mail
from accounts.passwords import check_chosen_password
from accounts.refusals import Invalid
from languages.speech import _
from mail.address import domain_of
from webui.forms import field, lines

MOST_DOMAINS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the form says, as it was typed."""

    company: str = ""
    name: str = ""
    email: str = ""
    domains: tuple[str, ...] = ()
    password: str = ""

    def own_domains(self) -> tuple[str, ...]:
        """Answer the company's domains: those named, else that of the login address where it is nobody else's."""
        given = domain_of(self.email.strip())
        return self.domains or ((given,) if given and not is_free_mail(given) else ())


def read_wish() -> Wish:
    """Answer what the form says."""
    return Wish(
        company=field("company", 300),
        name=field("name", 300),
        email=field("email", 320),
        domains=tuple(lines("domains")[:MOST_DOMAINS]),
        password=request.form.get("password", ""),
    )


def wrong_fields(wish: Wish) -> dict[str, str]:
    """Answer a sentence for each field that is wrong, all of them at once."""
    about = (wish.email, wish.name, wish.company)
    checks: dict[str, Callable[[], object]] = {
        "company": lambda: check_name(wish.company),
        "name": lambda: check_name(wish.name),
        "email": lambda: check_email(wish.email),
        "domains": lambda: check_domains(wish.own_domains()),
        "password": lambda: check_chosen_password(wish.password, about),
    }
    errors: dict[str, str] = {}
    for name, check in checks.items():
        try:
            check()
        except Invalid as wrong:
            errors[name] = next(iter(wrong.errors.values()))
    if request.form.get("password_again", wish.password) != wish.password:
        errors.setdefault("password_again", _("the two passwords differ"))
    return errors
