"""Approved senders of the company: who waits for an admin, teams' addresses, and being confirmed anew (RULES R10)."""

from __future__ import annotations

from typing import Final

from werkzeug.wrappers import Response

from accounts.refusals import Invalid
from accounts.sender_acts import reject, revoke
from accounts.sender_domains import DomainState, list_domains
from accounts.sender_request import Owner
from accounts.senders import Sender, SenderState, list_senders
from accounts.teams import list_teams
from accounts.users import UserState, UserView, list_users
from accounts.viewer import Role
from ingest.approving import approve, ask, ask_again, confirm_by_code, verify_again
from languages.speech import _
from mail.address import domain_of
from webui.admin_frame import admin, show_page
from webui.backend import backend
from webui.call import Call
from webui.cursor import paged
from webui.forms import field, page_query
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried
from webui.sender_rows import post_of, rows_of, words
from webui.settings_senders import code_error
from webui.shown import plain

MOST_LISTED: Final = 500
OWNERS: Final = ("user", "team")


@admin.get("/senders")
def senders() -> str:
    """Show what waits, then all."""
    return _show(NONE)


@admin.post("/senders")
def add_sender() -> Response:
    """Ask for an address of a colleague or a team: `address`, and `whose` as "user <id>" or "team <id>"."""

    def act() -> Response:
        with writing() as call:
            owner = _owner(call, field("whose", 100))
            sender, asked = ask(call.session, call.viewer, owner, field("address", 400), post_of(call), call.now)
        backend().waker.wake()
        return done(words(asked, sender.address), "admin.senders")

    return tried(act, _show)


@admin.post("/senders/<sender>/approve")
def approve_sender(sender: str) -> Response:
    """Approve one; what was held of it is let in."""
    with writing() as call:
        approved = approve(call.session, call.viewer, call.unseal("sender", sender), call.now)
    backend().waker.wake()
    return done(
        _("{address} is approved. What was held of it is let in.").format(address=approved.address), "admin.senders"
    )


@admin.post("/senders/<sender>/reject")
def reject_sender(sender: str) -> Response:
    """Say no to one."""
    with writing() as call:
        rejected = reject(call.session, call.viewer, call.unseal("sender", sender), call.now)
    return done(_("{address} is rejected: its mail stays held.").format(address=rejected.address), "admin.senders")


@admin.post("/senders/<sender>/revoke")
def revoke_sender(sender: str) -> Response:
    """Take one back."""
    with writing() as call:
        revoked = revoke(call.session, call.viewer, call.unseal("sender", sender), call.now)
    return done(_("Revoked: mail from {address} is held from now on.").format(address=revoked.address), "admin.senders")


@admin.post("/senders/<sender>/verify-again")
def verify_sender_again(sender: str) -> Response:
    """Make one be confirmed anew."""

    def act() -> Response:
        with writing() as call:
            asked = verify_again(call.session, call.viewer, call.unseal("sender", sender), post_of(call), call.now)
        said = _("{address} has to be confirmed again; its mail is held meanwhile.")
        return done(said.format(address=asked.address), "admin.senders")

    return tried(act, lambda errors: _show({f"again-{sender}": why for why in errors.values()}))


@admin.post("/senders/<sender>/again")
def send_sender_again(sender: str) -> Response:
    """Send the mail again."""

    def act() -> Response:
        with writing() as call:
            asked = ask_again(call.session, call.viewer, call.unseal("sender", sender), post_of(call), call.now)
        return done(
            _("A new mail is on its way to {address}. Earlier links are over.").format(address=asked.address),
            "admin.senders",
        )

    return tried(act, lambda errors: _show({f"again-{sender}": why for why in errors.values()}))


@admin.post("/senders/<sender>/code")
def type_team_code(sender: str) -> Response:
    """Confirm a team's address with the code that was mailed to it."""

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
        return done(words(asked, _("The address")), "admin.senders")

    return tried(act, _show)


def _owner(call: Call, whose: str) -> Owner:
    kind, __, sealed = whose.partition(" ")
    if kind not in OWNERS:
        raise Invalid({"whose": _("choose whose it is to be")})
    number = call.unseal(kind, sealed)
    return Owner(user_id=number) if kind == "user" else Owner(team_id=number)


def _show(errors: Errors) -> str:
    with reading() as call:
        listed = list_senders(call.session, call.viewer, MOST_LISTED)
        waiting = [one for one in listed if one.state in (SenderState.CONFIRMED, SenderState.REQUESTED)]
        found = paged(
            call,
            page_query(),
            lambda limit, before: list_senders(call.session, call.viewer, limit, before),
            lambda row: row.id,
        )
        people = list_users(call.session, call.viewer.company_id, MOST_LISTED)
        teams = list_teams(call.session, call.viewer)
        owners = {("user", one.id): plain(one.name) for one in people} | {
            ("team", one.id): plain(one.name) for one in teams
        }
        settled = [one for one in found.rows if one not in waiting]
        return show_page(
            call,
            "admin_senders.html",
            errors,
            # What an admin has to decide stands first.
            waiting=rows_of(call, sorted(waiting, key=lambda one: one.state is SenderState.REQUESTED)),
            rows=rows_of(call, settled),
            older=found.next,
            whose=lambda sender: owners.get(_of(sender), _("somebody who is gone")),
            people=[one for one in people if _may_send(one)],
            teams=teams,
            logins={one.email.lower() for one in people},
            vouched=_vouched(call),
            domain_of=domain_of,
        )


def _of(sender: Sender) -> tuple[str, int]:
    return ("team", sender.team_id) if sender.team_id is not None else ("user", sender.user_id or 0)


def _may_send(user: UserView) -> bool:
    return user.state is UserState.ACTIVE and user.role is not Role.READ_ONLY


def _vouched(call: Call) -> set[str]:
    proved = (DomainState.PROVED, DomainState.MISSING)
    return {one.domain for one in list_domains(call.session, call.viewer) if one.state in proved}
