"""What is never stored: rules of the company, each with an example (RULES R34)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import url_for
from werkzeug.wrappers import Response

from accounts.companies import change_company, get_policies
from accounts.never_store import WITH_VALUE, Never, UnreadableRule, parse_rule
from accounts.refusals import Invalid
from languages.speech import _, marked
from webui.admin_frame import admin, show_page
from webui.forms import field
from webui.offering import offer_after_policies
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rule in words; marked texts all; `example`: what one would write into its field."""

    kind: Never
    title: str
    says: str
    example: str = ""


KINDS: Final = (
    Kind(
        Never.UNKNOWN_CONTACT,
        marked("Mail without a known contact"),
        marked("Nobody outside who takes part is a contact yet."),
    ),
    Kind(Never.FROM, marked("Mail from"), marked("An address, or a domain and all below it."), "news@shop.example"),
    Kind(Never.TO, marked("Mail to"), marked("An address in To or Cc, or a domain and all below it."), "union.example"),
    Kind(
        Never.SUBJECT,
        marked("Subject with the words"),
        marked("Next to each other, whatever their case."),
        marked("sick note"),
    ),
    Kind(
        Never.ONE_TIME_CODE,
        marked("One-time codes"),
        marked("Mail with a code to sign in or to pay: “Your code is 482913”."),
    ),
    Kind(Never.PAYROLL, marked("Payroll"), marked("Pay slips and what goes with them: “Your payslip for March”.")),
    Kind(Never.LEGAL, marked("Legal"), marked("Letters between lawyer and client: “Privileged and confidential”.")),
)
BY_KIND: Final = {one.kind: one for one in KINDS}


@admin.get("/never-store")
def never_store() -> str:
    """Show the rules."""
    return _show(NONE)


@admin.post("/never-store")
def add_rule() -> Response:
    """Add a rule: its kind, and what it is about."""
    return tried(_add, _show)


@admin.post("/never-store/remove")
def remove_rule() -> Response:
    """Take a rule away, undoable."""
    rule = field("rule", 400)
    with writing() as call:
        rest = [one for one in get_policies(call.session, call.viewer.company_id).never_store if one != rule]
        change_company(call.session, call.viewer, {"never_store": rest}, call.now)
        offer_after_policies(call, ["never_store"])
    kind, __, value = rule.partition(":")
    undo = {"kind": kind, "value": value}
    said = _("The rule is gone; such mail is stored again.")
    return done(said, "admin.never_store", url_for("admin.add_rule"), undo)


def _add() -> Response:
    kind, value = field("kind"), field("value", 400)
    try:
        rule = parse_rule(f"{kind}:{value}" if kind in set(WITH_VALUE) else kind)
    except UnreadableRule as wrong:
        raise Invalid({"value": str(wrong)}) from None
    with writing() as call:
        rules = get_policies(call.session, call.viewer.company_id).never_store
        change_company(call.session, call.viewer, {"never_store": [*rules, str(rule)]}, call.now)
        offer_after_policies(call, ["never_store"])
    return done(_("Such mail is not stored from now on."), "admin.never_store")


def _show(errors: Errors) -> str:
    with reading() as call:
        rules = [(text, parse_rule(text)) for text in get_policies(call.session, call.viewer.company_id).never_store]
        rows = [(text, BY_KIND[rule.kind].title, rule.value) for text, rule in rules]
        return show_page(call, "admin_never_store.html", errors, rows=rows, kinds=KINDS)
