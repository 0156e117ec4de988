"""Sign-in: the provider at which the company's users sign in, tried before it is switched on (OpenID Connect)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import make_response
from werkzeug.wrappers import Response

from accounts.companies import internal_domains
from accounts.oidc_client import OidcClient
from accounts.oidc_metadata import ProviderTrouble, is_issuer, metadata_address
from accounts.refusals import Invalid
from accounts.sign_in_providers import Decided, get_provider, remove_provider, save_provider
from accounts.sign_in_subjects import list_subjects, release_subject
from accounts.ways_in import count_shut_out
from languages.speech import _, ngettext
from webui.admin_frame import admin, show_page
from webui.forms import TRUE, field, lines
from webui.login_provider import redirect_uri
from webui.oidc import oidc_client
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a trial."""

    is_good: bool
    sentence: str


@admin.get("/sign-in")
def sign_in() -> str:
    """Show what was decided."""
    return _show(NONE)


@admin.post("/sign-in")
def decide_sign_in() -> Response:
    """Write what is decided from now on."""
    decided = _decided()
    try:
        with writing() as call:
            save_provider(call.session, call.viewer, call.backend.keys, decided, field("client_secret", 600), call.now)
            now_out = count_shut_out(call.session, call.viewer.company_id, decided.issuer if decided.active else "")
    except Invalid as wrong:
        return make_response(_show(wrong.errors, decided), HTTPStatus.UNPROCESSABLE_ENTITY)
    return done(" ".join((_("Kept. The next sign-in goes by it."), _shut_out(now_out))).strip(), "admin.sign_in")


@admin.post("/sign-in/test")
def try_sign_in() -> Response:
    """Ask the provider what it says of itself, and say what is wrong; nothing is written."""
    decided = _decided()
    if not is_issuer(decided.issuer):
        errors = {"issuer": _("an https address, as your provider writes it")}
        return make_response(_show(errors, decided), HTTPStatus.UNPROCESSABLE_ENTITY)
    return make_response(_show(NONE, decided, try_provider(oidc_client(), decided.issuer)))


@admin.post("/sign-in/remove")
def end_sign_in() -> Response:
    """Let nobody sign in there any more."""
    with writing() as call:
        remove_provider(call.session, call.viewer, call.now)
        shut_out = count_shut_out(call.session, call.viewer.company_id)
    said = _("Removed. Everybody signs in by password or passkey.")
    return done(" ".join((said, _shut_out(shut_out))).strip(), "admin.sign_in")


@admin.post("/sign-in/accounts/<subject>/release")
def release_account(subject: str) -> Response:
    """Forget which account a user has there."""
    with writing() as call:
        release_subject(call.session, call.viewer, call.unseal("subject", subject), call.now)
    return done(_("Released. The next sign-in connects anew, with the user’s password or passkey."), "admin.sign_in")


def try_provider(client: OidcClient, issuer: str) -> tuple[Finding, ...]:
    """Answer what a provider is found to do, up to the first trouble."""
    found: list[Finding] = []
    try:
        metadata = client.metadata(issuer, fresh=True)
        found.append(Finding(True, _("It answers at {address}").format(address=metadata_address(issuer))))
        found.append(Finding(True, _("It signs by {names}").format(names=", ".join(metadata.algorithms))))
        count = len(client.keys(metadata, fresh=True))
        told = ngettext("It shows {count} public key", "It shows {count} public keys", count).format(count=count)
        found.append(Finding(count > 0, told))
    except ProviderTrouble as trouble:
        found.append(Finding(False, str(trouble)))
    return tuple(found)


def _shut_out(count: int) -> str:
    """Say how many users need a link now, "" for none."""
    told = ngettext(
        "{count} user has neither password nor passkey, and needs a link from whoever runs the server.",
        "{count} users have neither password nor passkey, and need a link from whoever runs the server.",
        count,
    )
    return told.format(count=count) if count else ""


def _decided() -> Decided:
    return Decided(
        label=field("label", 100),
        issuer=field("issuer"),
        client_id=field("client_id", 600),
        domains=tuple(lines("domains")),
        **{name: field(name) in TRUE for name in ("active", "only_way", "makes_users", "asks_second_step")},
    )


def _show(errors: Errors, decided: Decided | None = None, findings: tuple[Finding, ...] = ()) -> str:
    with reading() as call:
        provider = get_provider(call.session, call.viewer.company_id)
        inside = sorted(internal_domains(call.session, call.viewer.company_id))
        chosen = decided or (provider.decided if provider else _nothing(inside))
        values: Mapping[str, Any] = {
            "chosen": chosen,
            "is_there": provider is not None,
            "has_secret": provider is not None and provider.has_secret,
            "inside": inside,
            "findings": findings,
            "back": redirect_uri(),
            "would_shut_out": _shut_out(count_shut_out(call.session, call.viewer.company_id)),
            "accounts": list_subjects(call.session, call.viewer),
        }
        return show_page(call, "admin_sign_in.html", errors, **values)


def _nothing(inside: list[str]) -> Decided:
    return Decided(
        label="",
        issuer="",
        client_id="",
        domains=tuple(inside),
        active=False,
        only_way=False,
        makes_users=False,
        asks_second_step=False,
    )
