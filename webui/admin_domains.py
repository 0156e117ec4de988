"""Domains: which addresses are inside the company (RULES R19, R23)."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from accounts.companies import change_company, check_domains, get_company, internal_domains
from accounts.refusals import Invalid
from languages.speech import _
from webui.admin_frame import admin, show_page
from webui.forms import field
from webui.offering import offer_after_policies
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried


@admin.get("/domains")
def domains() -> str:
    """Show the company's own, and those that its users sign in with."""
    return _show(NONE)


@admin.post("/domains")
def add_domain() -> Response:
    """Call a domain the company's own."""
    return tried(_add, _show)


@admin.post("/domains/remove")
def remove_domain() -> Response:
    """Let go of a domain, undoable."""
    domain = field("domain", 300)
    with writing() as call:
        company = get_company(call.session, call.viewer.company_id)
        rest = [one for one in company.domains if one != domain]
        change_company(call.session, call.viewer, {"domains": rest}, call.now)
        offer_after_policies(call, ["domains"])
    undo = {"domain": domain}
    return done(
        _("{domain} is no domain of yours any more.").format(domain=domain),
        "admin.domains",
        url_for("admin.add_domain"),
        undo,
    )


def _add() -> Response:
    try:
        (domain,) = check_domains([field("domain", 300)], "domain")
    except ValueError:
        raise Invalid({"domain": _("a domain is needed")}) from None
    with writing() as call:
        company = get_company(call.session, call.viewer.company_id)
        change_company(call.session, call.viewer, {"domains": [*company.domains, domain]}, call.now)
        offer_after_policies(call, ["domains"])
    return done(_("{domain} is yours.").format(domain=domain), "admin.domains")


def _show(errors: Errors) -> str:
    with reading() as call:
        company = get_company(call.session, call.viewer.company_id)
        inside = internal_domains(call.session, call.viewer.company_id)
        by_login = sorted(inside - set(company.domains))
        return show_page(call, "admin_domains.html", errors, rows=company.domains, by_login=by_login)
