"""Asking for an address: who may ask for which, for himself, for a colleague or for a team (RULES R10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from accounts.addresses import own_address_keys
from accounts.audit import record_event
from accounts.email import check_email
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.senders import ENDS, KNOWN, Sender, SenderState
from accounts.teams import get_team
from accounts.users import UserState, get_user
from accounts.viewer import Role, Viewer
from db.ids import new_id
from db.models import ApprovedSender, User
from languages.speech import _, marked
from mail.address import address_key

MOST: Final = 50
"""Addresses of one user or team that stand."""
TAKEN: Final = marked("this address stands for a colleague of yours")
THEIRS: Final = marked("this address is on the list already")
OURS: Final = marked("this is one of our own Bcc addresses: nobody writes from it")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an address is to be: a user's, or a team's."""

    user_id: int | None = None
    team_id: int | None = None


def request_sender(session: Session, by: Viewer, owner: Owner, address: str, now: datetime) -> Sender:
    """Put an address on the list as requested; it still has to be confirmed.

    Raise Forbidden where `by` asks for somebody else and is no admin, and Invalid.
    """
    _check_owner(session, by, owner)
    plain = check_email(address, "address")
    key = address_key(plain)
    if own_address_keys(session, by.company_id, frozenset({key})):
        raise Invalid({"address": _(OURS)})
    # Who asks twice at once waits for himself.
    this = User.company_id == by.company_id, User.id == by.user_id
    session.execute(select(User.id).where(*this).with_for_update(key_share=True))
    _refuse_taken(session, by, owner, key)
    values: dict[str, Any] = {"address": plain, "state": SenderState.REQUESTED, "created_at": now, "changed_at": now}
    sender = Sender(id=new_id(session), user_id=owner.user_id, team_id=owner.team_id, **values)
    whose = {"user_id": owner.user_id, "team_id": owner.team_id}
    session.execute(
        insert(ApprovedSender).values(company_id=by.company_id, id=sender.id, address_key=key, **whose, **values)
    )
    record_event(
        session, by.company_id, by.user_id, "sender.request", now=now, target=("sender", sender.id), args=_named(sender)
    )
    return sender


def is_able(session: Session, company_id: int, owner: Owner) -> bool:
    """Tell whether mail could count as this owner's: a read-only or deactivated user has none (RULES R11)."""
    if owner.user_id is None:
        return True
    user = get_user(session, company_id, owner.user_id)
    return user.state is UserState.ACTIVE and user.role is not Role.READ_ONLY


def _named(sender: Sender) -> dict[str, Any]:
    return {"user": sender.user_id} if sender.team_id is None else {"team": sender.team_id}


def _check_owner(session: Session, by: Viewer, owner: Owner) -> None:
    if not by.may_write:
        raise Forbidden(_("You may read, not send: no address counts as yours."))
    if owner == Owner(user_id=by.user_id):
        return
    if not by.is_admin:
        raise Forbidden(_("Only an admin asks for somebody else."))
    field = "user_id" if owner.team_id is None else "team_id"
    try:
        able = is_able(session, by.company_id, owner)
        if owner.team_id is not None:
            get_team(session, by, owner.team_id)
    except Missing:
        said = _("there is no such user") if owner.team_id is None else _("there is no such team")
        raise Invalid({field: said}) from None
    if not able:
        raise Invalid({field: _("this user may not send")})


def _refuse_taken(session: Session, by: Viewer, owner: Owner, key: str) -> None:
    of_company = ApprovedSender.company_id == by.company_id, ApprovedSender.state.not_in(ENDS)
    rows = session.execute(
        select(ApprovedSender.user_id, ApprovedSender.team_id, ApprovedSender.state).where(
            *of_company, ApprovedSender.address_key == key
        )
    ).all()
    if any(Owner(user_id, team_id) == owner for user_id, team_id, state in rows):
        mine = owner == Owner(user_id=by.user_id)
        raise Invalid({"address": _("this address is on your list already") if mine else _(THEIRS)})
    # What somebody only asks for keeps nobody else from asking: the first who confirms has it.
    if any(state in KNOWN for _, _, state in rows):
        raise Invalid({"address": _(TAKEN)})
    standing = session.scalars(select(ApprovedSender.id).where(*of_company, _of(owner)).limit(MOST)).all()
    if len(standing) >= MOST:
        raise Invalid({"address": _("there are {most} addresses already: revoke one first").format(most=MOST)})


def _of(owner: Owner) -> ColumnElement[bool]:
    if owner.team_id is not None:
        return ApprovedSender.team_id == owner.team_id
    return ApprovedSender.user_id == owner.user_id
