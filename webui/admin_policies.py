"""Policies: what the company decides about its mail, each with what it does."""

from __future__ import annotations

from typing import Any, Final

from flask import request
from werkzeug.wrappers import Response

from accounts.companies import change_company, get_company
from languages.speech import _
from webui.admin_frame import admin, show_page
from webui.api.company import CompanyChange
from webui.forms import read_form
from webui.offering import offer_after_policies
from webui.pages import done, reading, writing
from webui.policy_words import Policy, chosen, offered, settled
from webui.sections import NONE, Errors, tried

NUMBERS: Final = ("hold_days", "several_open")


@admin.get("/policies")
def policies() -> str:
    """Show them all."""
    return _show(NONE)


@admin.post("/policies")
def change_policies() -> Response:
    """Change what the form names."""
    return tried(_change, _show)


def _change() -> Response:
    changes = read_form(CompanyChange, numbers=NUMBERS).named()
    with writing() as call:
        before = get_company(call.session, call.viewer.company_id).policies
        change_company(call.session, call.viewer, changes, call.now)
        offer_after_policies(call, [name for name, value in changes.items() if getattr(before, name, None) != value])
    return done(_("Saved. It holds for mail from now on."), "admin.policies")


def _show(errors: Errors) -> str:
    with reading() as call:
        company = get_company(call.session, call.viewer.company_id)
        values: dict[str, Any] = {**chosen(company.policies), "name": company.name}
        values["hold_days"] = company.policies.hold_days
        if errors:
            values |= request.form.to_dict()
        groups: dict[str, list[Policy]] = {}
        for one in offered(company.policies):
            groups.setdefault(one.group, []).append(one)
        more = {"values": values, "groups": groups, "settled": settled()}
        return show_page(call, "admin_policies.html", errors, **more)
