"""The life of an approved sender from the first click to the mail that it lets in (RULES R10, R10a).

What is asked for is confirmed by a mail to the address itself, and what becomes approved lets in the mail that waited.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from accounts import sender_acts
from accounts.refusals import Conflict, Forbidden, Invalid
from accounts.sender_acts import find_sender, get_sender
from accounts.sender_budget import OF_A_USER, TO_AN_ADDRESS, spend_mail
from accounts.sender_domains import is_vouched_for
from accounts.sender_request import Owner, request_sender
from accounts.sender_tokens import Token, Tried, latest_tokens, make_token, try_code, use_token
from accounts.senders import Sender, SenderState
from accounts.users import get_user
from accounts.viewer import Viewer
from ingest.release import Released, release, release_all_from
from languages.speech import _, marked
from mail.address import address_key
from outbox.confirmations import send_confirmation, take_back
from outbox.letterhead import Letterhead
from outbox.notices import Notice, NoticeTo, admins_of, notify

CODE_KEY: Final = "sender-code"
"""The purpose for which the key of codes is derived."""
ENOUGH: Final = marked(
    f"enough mails were sent for today: at most {TO_AN_ADDRESS} go to one address, "
    f"and {OF_A_USER} are sent for one user; try again tomorrow"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a mail to an address needs: our letterhead, and the key that keeps codes."""

    letterhead: Letterhead
    code_key: bytes = field(repr=False)


class Asked(StrEnum):
    """What became of a request: `listed`: it stood on the list already, or is no address to ask for."""

    SENT = "sent"
    UNSENT = "unsent"
    WAITS = "waits"
    APPROVED = "approved"
    LISTED = "listed"


def ask(session: Session, by: Viewer, owner: Owner, address: str, post: Post, now: datetime) -> tuple[Sender, Asked]:
    """Ask for an address and send the mail that confirms it; raise Forbidden, Invalid.

    Where DNS proves its domain, an admin's word is enough, and so is a user's own name in front of it.
    """
    sender = request_sender(session, by, owner, address, now)
    if _needs_no_mail(session, by, sender):
        return _confirmed(session, by, sender, "domain", post.letterhead, now)
    if not _send(session, by, sender, post, now):
        raise Invalid({"address": _(ENOUGH)})
    return sender, Asked.SENT


def ask_again(session: Session, by: Viewer, sender_id: int, post: Post, now: datetime) -> Sender:
    """Send the mail again, with a new link and a new code; raise Missing, Conflict, Invalid."""
    sender = get_sender(session, by, sender_id)
    if sender.state is not SenderState.REQUESTED:
        raise Conflict(_("This address does not wait to be confirmed."))
    if not _send(session, by, sender, post, now):
        raise Invalid({"address": _(ENOUGH)})
    return sender


def release_and_ask(
    session: Session, viewer: Viewer, inbound_id: int, post: Post, now: datetime, *, user_id: int | None = None
) -> tuple[Released, Asked]:
    """Let a held mail in, and ask for its From as an address of whose it becomes; raise as `release` does.

    The mail is let in whatever becomes of the request.
    """
    released = release(session, viewer, inbound_id, now, user_id=user_id)
    if not released.from_address:
        return released, Asked.LISTED
    try:
        sender = request_sender(session, viewer, Owner(user_id=released.owner_id), released.from_address, now)
    except (Forbidden, Invalid):
        return released, Asked.LISTED
    if _needs_no_mail(session, viewer, sender):
        return released, _confirmed(session, viewer, sender, "domain", post.letterhead, now)[1]
    return released, Asked.SENT if _send(session, viewer, sender, post, now) else Asked.UNSENT


def confirm_by_link(session: Session, viewer: Viewer, token: Token, letterhead: Letterhead, now: datetime) -> Asked:
    """Confirm an address with its open link; the caller knows that it may be this viewer's. Raise Conflict."""
    sender = find_sender(session, token.company_id, token.sender_id)
    if sender is None or not use_token(session, token, now):
        raise Conflict(_("Somebody else has just used this link."))
    return _confirmed(session, viewer, sender, "link", letterhead, now)[1]


def confirm_by_code(
    session: Session, viewer: Viewer, sender_id: int, code: str, post: Post, now: datetime
) -> tuple[Tried, int, Asked | None]:
    """Confirm one's own address, or as an admin a team's, with the code; answer the tries that are left.

    The caller commits, whatever comes out. Raise Missing, Forbidden, Conflict.
    """
    sender = get_sender(session, viewer, sender_id)
    if not may_confirm(viewer, sender):
        raise Forbidden(_("This address is to be somebody else's."))
    tried, left = try_code(session, viewer.company_id, sender.id, code, post.code_key, now)
    if tried is not Tried.RIGHT:
        return tried, left, None
    return tried, left, _confirmed(session, viewer, sender, "code", post.letterhead, now)[1]


def may_confirm(viewer: Viewer, sender: Sender) -> bool:
    """Tell whose hand confirms an address: its user's own, for a team's any admin's."""
    if sender.team_id is not None:
        return viewer.is_admin
    return sender.user_id == viewer.user_id and viewer.may_write


def approve(session: Session, viewer: Viewer, sender_id: int, now: datetime) -> Sender:
    """Approve a confirmed address and let in what waits for it; for admins. Raise as `sender_acts.approve`."""
    asked = find_sender(session, viewer.company_id, sender_id)
    approved = sender_acts.approve(session, viewer, sender_id, now)
    _let_in(session, viewer, approved, now, read=asked is not None and asked.state is SenderState.CONFIRMED)
    return approved


def verify_again(session: Session, viewer: Viewer, sender_id: int, post: Post, now: datetime) -> Sender:
    """Make an approved address be confirmed anew, and send the mail for it; raise Invalid where no more may be sent."""
    sender = sender_acts.verify_again(session, viewer, sender_id, now)
    if not _send(session, viewer, sender, post, now):
        raise Invalid({"address": _(ENOUGH)})
    return sender


def _confirmed(
    session: Session, viewer: Viewer, sender: Sender, by: str, letterhead: Letterhead, now: datetime
) -> tuple[Sender, Asked]:
    moved = sender_acts.confirm(session, viewer, sender, by, now)
    if moved.state is SenderState.APPROVED:
        _let_in(session, viewer, moved, now, read=by != "domain")
        return moved, Asked.APPROVED
    for admin_id in admins_of(session, viewer.company_id):
        args = {"address": moved.address, "user": get_user(session, viewer.company_id, viewer.user_id).name}
        to = NoticeTo(viewer.company_id, admin_id)
        notify(session, to, Notice.SENDER_WAITS, args, letterhead=letterhead, now=now)
    return moved, Asked.WAITS


def _let_in(session: Session, viewer: Viewer, sender: Sender, now: datetime, *, read: bool) -> None:
    """Let in what waited; what an admin says of an address opens no colleague's mail to anybody (R31)."""
    release_all_from(session, viewer.company_id, address_key(sender.address), now, others_too=read)


def _send(session: Session, by: Viewer, sender: Sender, post: Post, now: datetime) -> bool:
    """Send link and code to an address; False where no more may be sent today, and then nothing is changed."""
    if not spend_mail(session, by, sender.address, now):
        return False
    before = latest_tokens(session, by.company_id, [sender.id]).get(sender.id)
    if before is not None:
        take_back(session, by.company_id, [before.id], now)
    made = make_token(session, by, sender.id, post.code_key, now)
    send_confirmation(session, by, sender, made, post.letterhead, now)
    return True


def _needs_no_mail(session: Session, by: Viewer, sender: Sender) -> bool:
    """A proof of the domain says nothing of who in it somebody is: an admin says that, or the name he signs in with."""
    if not is_vouched_for(session, by.company_id, sender.address):
        return False
    if by.is_admin:
        return True
    login = get_user(session, by.company_id, by.user_id).email
    return sender.user_id == by.user_id and _local(sender.address) == _local(login)


def _local(address: str) -> str:
    return address_key(address).rpartition("@")[0]
