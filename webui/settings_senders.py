"""The addresses that count as one's own: ask, confirm by code, send the mail again, take back (RULES R10)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from accounts.own_senders import own_senders
from accounts.refusals import Invalid
from accounts.sender_acts import revoke
from accounts.sender_request import Owner
from accounts.sender_tokens import Tried
from ingest.approving import ask, ask_again, confirm_by_code
from languages.speech import _, ngettext
from webui.backend import backend
from webui.forms import field
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried
from webui.sender_rows import post_of, rows_of, words
from webui.settings_frame import settings, show_page


@settings.get("/settings/senders")
def senders() -> str:
    """List them, each with how it stands."""
    return _show(NONE)


@settings.post("/settings/senders")
def ask_for_sender() -> Response:
    """Ask for one more (INTERFACE 6: `address`)."""

    def act() -> Response:
        with writing() as call:
            owner = Owner(user_id=call.viewer.user_id)
            sender, asked = ask(call.session, call.viewer, owner, field("address", 400), post_of(call), call.now)
        backend().waker.wake()
        return done(words(asked, sender.address), "settings.senders")

    return tried(act, _show)


@settings.post("/settings/senders/<sender>/again")
def send_again(sender: str) -> Response:
    """Send the mail again; its link and code take the place of the earlier ones."""

    def act() -> Response:
        with writing() as call:
            asked = ask_again(call.session, call.viewer, call.unseal("sender", sender), post_of(call), call.now)
        return done(
            _("A new mail is on its way to {address}. Earlier links are over.").format(address=asked.address),
            "settings.senders",
        )

    return tried(act, lambda errors: _show({f"again-{sender}": why for why in errors.values()}))


@settings.post("/settings/senders/<sender>/code")
def type_code(sender: str) -> Response:
    """Confirm with the code of the mail; five tries end it."""

    def act() -> Response:
        with writing() as call:
            number = call.unseal("sender", sender)
            result, left, asked = confirm_by_code(
                call.session, call.viewer, number, field("code", 40), post_of(call), call.now
            )
        if asked is None:
            # After the commit, so that the try is counted.
            raise Invalid({f"code-{sender}": code_error(result, left)})
        backend().waker.wake()
        return done(words(asked, _("The address")), "settings.senders")

    return tried(act, _show)


@settings.post("/settings/senders/<sender>/revoke")
def end_sender(sender: str) -> Response:
    """Take one back."""
    with writing() as call:
        revoked = revoke(call.session, call.viewer, call.unseal("sender", sender), call.now)
    return done(
        _("Revoked: mail from {address} is held from now on.").format(address=revoked.address), "settings.senders"
    )


def code_error(result: Tried, left: int) -> str:
    """Say what is wrong with a code."""
    if result is Tried.OVER:
        return _("this code is over: use the link in the mail, or send it again")
    return ngettext(
        "this is not the code of the last mail to this address; {count} try is left",
        "this is not the code of the last mail to this address; {count} tries are left",
        left,
    ).format(count=left)


def _show(errors: Errors) -> str:
    with reading() as call:
        rows = rows_of(call, own_senders(call.session, call.viewer))
        return show_page(call, "settings_senders.html", errors, rows=rows)
