"""Addresses of the list as the pages show them: how each stands, and how the mail that confirms it fared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.sender_tokens import Token, latest_tokens
from accounts.senders import Sender, SenderState
from ingest.approving import CODE_KEY, Asked, Post
from languages.speech import _, marked
from outbox.confirmations import Fared, how_they_fared
from outbox.letterhead import letterhead_of
from webui.call import Call
from webui.outbox_route import is_off

ASKED: Final = {
    Asked.SENT: marked("A mail is on its way to {address}: open the link in it, or type the code from it."),
    Asked.UNSENT: marked(
        "{address} still has to be confirmed, but enough mails went out for today: send it again tomorrow."
    ),
    Asked.WAITS: marked("{address} is confirmed. An admin still has to approve it."),
    Asked.APPROVED: marked(
        "{address} is approved: its mail is filed at once, and what was held is on its way to the inbox."
    ),
    Asked.LISTED: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderRow:
    """An address, the last mail that was to confirm it, and what became of that mail; `sends`: mail leaves at all."""

    sender: Sender
    token: Token | None
    fared: Fared | None
    now: datetime
    sends: bool

    @property
    def is_requested(self) -> bool:
        """Tell whether it waits to be confirmed."""
        return self.sender.state is SenderState.REQUESTED

    @property
    def is_open(self) -> bool:
        """Tell whether link and code of the mail would still do."""
        return self.is_requested and self.token is not None and self.token.is_open(self.now)

    @property
    def takes_code(self) -> bool:
        """Tell whether a code may still be typed, which a mail that never arrived told nobody."""
        never_came = self.fared is not None and self.fared.status in ("failed", "cancelled")
        return self.is_open and not never_came and self.token is not None and self.token.tries_left > 0


def rows_of(call: Call, senders: Sequence[Sender]) -> list[SenderRow]:
    """Answer the addresses with how their mails fared."""
    company_id = call.viewer.company_id
    waiting = [one.id for one in senders if one.state is SenderState.REQUESTED]
    tokens = latest_tokens(call.session, company_id, waiting)
    fared = how_they_fared(call.session, company_id, [one.id for one in tokens.values()])
    sends = not is_off(call.backend.settings)
    return [
        SenderRow(sender=one, token=token, fared=fared.get(token.id) if token else None, now=call.now, sends=sends)
        for one in senders
        for token in (tokens.get(one.id),)
    ]


def post_of(call: Call) -> Post:
    """Answer what a mail to an address needs."""
    here = call.backend
    return Post(letterhead=letterhead_of(here.settings), code_key=here.keys.derive(CODE_KEY))


def words(asked: Asked, address: str) -> str:
    """Say what became of a request."""
    text = ASKED[asked]
    return _(text).format(address=address) if text else ""
