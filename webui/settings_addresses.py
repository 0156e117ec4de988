"""One's Bcc addresses: copy them, take them along, replace them (RULES R12, R13)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import abort, url_for
from werkzeug.wrappers import Response

from accounts.addresses import AddressKind, address_of
from accounts.companies import get_company
from accounts.rotation import GRACE, end_grace, old_addresses, rotate
from accounts.users import personal_address
from ingest.old_mail import newest_by_old
from languages.speech import _, ngettext
from webui.auth import local_path
from webui.call import Call
from webui.cards import card_file, qr_image
from webui.forms import field
from webui.pages import done_at, reading, writing
from webui.settings_frame import settings, show_page

KINDS: Final = {"personal": AddressKind.PERSONAL, "universal": AddressKind.UNIVERSAL}


@settings.get("/settings")
def show() -> str:
    """Show both, what else still takes mail, and how each mail program puts one into Bcc."""
    with reading() as call:
        old = old_addresses(call.session, call.viewer, call.now)
        return show_page(
            call,
            "settings_addresses.html",
            addresses={kind: _address(call, kind) for kind in KINDS.values()},
            names={kind: name_of(call, kind) for kind in KINDS.values()},
            old=[(one, newest_by_old(call.session, call.viewer, one.address, one.retired_at)) for one in old],
            grace_days=GRACE.days,
        )


@settings.get("/settings/addresses/<kind>/card.vcf")
def card(kind: str) -> Response:
    """Answer an address as a contact to import."""
    with reading() as call:
        chosen = _kind(kind)
        return card_file(
            name_of(call, chosen), _address(call, chosen), _("Put this into Bcc. Never write to it alone.")
        )


@settings.get("/settings/addresses/<kind>/qr.png")
def qr(kind: str) -> Response:
    """Answer an address as a code to point a phone at."""
    with reading() as call:
        chosen = _kind(kind)
        return qr_image(name_of(call, chosen), _address(call, chosen))


@settings.post("/settings/addresses/<kind>/rotate")
def replace(kind: str) -> Response:
    """Put a new address in its place; `address` is the one that is meant."""
    with writing() as call:
        domain = call.backend.settings.mail_domain[0]
        rotate(call.session, call.viewer, _kind(kind), field("address", 400), domain, call.now)
    return _done(
        ngettext(
            "There is a new address. The old one takes mail for {days} more day.",
            "There is a new address. The old one takes mail for {days} more days.",
            GRACE.days,
        ).format(days=GRACE.days)
    )


@settings.post("/settings/addresses/<address>/off")
def switch_off(address: str) -> Response:
    """Let a replaced address take no mail from now on."""
    with writing() as call:
        end_grace(call.session, call.viewer, call.unseal("address", address), call.now)
    return _done(_("That address takes no mail any more."))


def _done(sentence: str) -> Response:
    """Lead back to the page that the form stood on: one's own settings, or the admins' page of the address."""
    return done_at(local_path(field("back") or url_for("settings.show")), sentence)


def _kind(kind: str) -> AddressKind:
    return KINDS[kind] if kind in KINDS else abort(HTTPStatus.NOT_FOUND)


def _address(call: Call, kind: AddressKind) -> str:
    if kind is AddressKind.PERSONAL:
        return personal_address(call.session, call.viewer.company_id, call.viewer.user_id)
    return address_of(call.session, call.viewer.company_id) or ""


def name_of(call: Call, kind: AddressKind) -> str:
    """Answer the name of the contact: typing "bcc" into a Bcc field offers it."""
    if kind is AddressKind.PERSONAL:
        return _("Bcc (mine)")
    return f"Bcc ({get_company(call.session, call.viewer.company_id).name})"
