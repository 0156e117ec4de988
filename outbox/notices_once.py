"""The one line to a colleague whose address is not on the list: once for good, never to an outsider (RULES R9b)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from accounts.email import check_email
from accounts.refusals import Invalid
from languages.language import SOURCE
from mail.address import address_key
from outbox.budget import Account, Budget, Spent, spend
from outbox.letterhead import Letterhead
from outbox.notices import tell_of_pause
from outbox.notices_since import take_turn_of
from outbox.queue import Kind, Outgoing, enqueue
from outbox.writing import write_mail

TEMPLATE: Final = "how_to_get_approved"


def tell_how_to_get_approved(
    session: Session, company_id: int, address: str, *, letterhead: Letterhead, now: datetime
) -> None:
    """Tell a sender how his mail is let in; the caller knows that his domain is the company's and vouched for him.

    What is no plain address is not written to.
    """
    try:
        check_email(address)
    except Invalid:
        return
    account = Account(company_id=company_id, user_id=None)
    spent = spend(session, account, Budget.NOTICES, address_key(address), now)
    if spent is Spent.TRIPPED:
        tell_of_pause(session, account, Budget.NOTICES, address, letterhead=letterhead, now=now)
    if spent is not Spent.WITHIN:
        return
    turn = take_turn_of(session, company_id, address, None, TEMPLATE, now, every=None)
    if turn is None:
        return
    mail = Outgoing(
        company_id=company_id,
        key=turn.key,
        kind=Kind.NOTICE,
        forward_path=address,
        content=write_mail(letterhead, TEMPLATE, SOURCE, address, {}, now=now),
    )
    enqueue(session, mail, now)
