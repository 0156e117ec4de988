"""The second step of signing in: a code of an authenticator after the password (RFC 6238).

none > begun (a secret was made and shown; nobody is asked for it) > on (a first code was right) > none
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.recovery_codes import count_codes, remove_codes, replace_codes, use_code
from accounts.refusals import Conflict, Forbidden, Invalid, Missing
from accounts.totp import find_step, is_code, new_secret
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import SecondFactor, User
from languages.speech import _, marked
from net.sealed import Keys

WRONG_CODE: Final = marked("this code is not right: take the one that your authenticator shows now")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorState:
    """What a user's own settings show; `since` is None while nobody is asked for a code."""

    since: datetime | None
    codes_left: int

    @property
    def is_on(self) -> bool:
        """Tell whether signing in asks for a code."""
        return self.since is not None


def begin(session: Session, keys: Keys, viewer: Viewer, now: datetime) -> str:
    """Make the secret to put into an authenticator, and answer it; raise Conflict where the second step is on."""
    if is_on(session, viewer.company_id, viewer.user_id):
        raise Conflict(_("The second step is on already."))
    _remove(session, viewer.company_id, viewer.user_id)
    secret, row_id = new_secret(), new_id(session)
    session.execute(
        insert(SecondFactor).values(
            company_id=viewer.company_id,
            id=row_id,
            user_id=viewer.user_id,
            secret_sealed=keys.seal(secret.encode(), _place(row_id)),
            created_at=now,
        )
    )
    return secret


def find_begun(session: Session, keys: Keys, viewer: Viewer) -> str | None:
    """Answer the secret that was begun and not confirmed; once it is on nothing shows it again."""
    row = _find(session, viewer.company_id, viewer.user_id)
    return _secret(keys, row) if row is not None and row.confirmed_at is None else None


def confirm(session: Session, keys: Keys, viewer: Viewer, code: str, now: datetime) -> tuple[str, ...]:
    """Switch it on by a first right code, and answer the recovery codes; raise Invalid, Conflict."""
    row = _find(session, viewer.company_id, viewer.user_id)
    if row is None or row.confirmed_at is not None:
        raise Conflict(_("There is nothing to confirm: begin anew."))
    step = find_step(_secret(keys, row), _bare(code), now)
    if step is None:
        raise Invalid({"code": _(WRONG_CODE)})
    session.execute(
        update(SecondFactor)
        .where(SecondFactor.company_id == viewer.company_id, SecondFactor.id == row.id)
        .values(confirmed_at=now, last_step=step)
    )
    _audit(session, viewer, "user.second_factor.on", viewer.user_id, now)
    return replace_codes(session, keys, viewer.company_id, viewer.user_id, now)


def state_of(session: Session, viewer: Viewer) -> FactorState:
    """Answer how one's own second step stands."""
    row = _find(session, viewer.company_id, viewer.user_id)
    since = row.confirmed_at if row is not None else None
    left = count_codes(session, viewer.company_id, viewer.user_id) if since else 0
    return FactorState(since=since, codes_left=left)


def is_on(session: Session, company_id: int, user_id: int) -> bool:
    """Tell whether signing in asks this user for a code."""
    row = _find(session, company_id, user_id)
    return row is not None and row.confirmed_at is not None


def use(session: Session, keys: Keys, company_id: int, user_id: int, code: str, now: datetime) -> bool:
    """Tell whether a code of the authenticator or a recovery code is right; either works once.

    A code is used up with all earlier ones, so that one that was looked over a shoulder opens nothing.
    """
    row = _find(session, company_id, user_id)
    if row is None or row.confirmed_at is None:
        return False
    bare = _bare(code)
    if not is_code(bare):
        return use_code(session, keys, company_id, user_id, code, now)
    step = find_step(_secret(keys, row), bare, now)
    return step is not None and _use_up(session, row, step)


def new_recovery_codes(session: Session, keys: Keys, viewer: Viewer, now: datetime) -> tuple[str, ...]:
    """Make new recovery codes in place of the old ones; raise Conflict where the second step is off."""
    if not is_on(session, viewer.company_id, viewer.user_id):
        raise Conflict(_("The second step is off."))
    _audit(session, viewer, "user.second_factor.codes", viewer.user_id, now)
    return replace_codes(session, keys, viewer.company_id, viewer.user_id, now)


def turn_off(session: Session, viewer: Viewer, now: datetime) -> None:
    """Ask for no code any more, or forget one that was begun; the caller has made sure who asks."""
    if is_on(session, viewer.company_id, viewer.user_id):
        _audit(session, viewer, "user.second_factor.off", viewer.user_id, now)
    _remove(session, viewer.company_id, viewer.user_id)


def reset(session: Session, admin: Viewer, user_id: int, now: datetime) -> None:
    """Let a user who lost everything sign in by password again; for admins, never for oneself.

    Raise Forbidden, Missing, and Conflict where the user has no second step.
    """
    if not admin.is_admin:
        raise Forbidden(_("Only an admin resets a second step."))
    if user_id == admin.user_id:
        raise Conflict(_("Turn your own second step off in your settings."))
    known = select(User.id).where(User.company_id == admin.company_id, User.id == user_id)
    if session.scalar(known) is None:
        raise Missing("user")
    if not is_on(session, admin.company_id, user_id):
        raise Conflict(_("This user has no second step."))
    _remove(session, admin.company_id, user_id)
    _audit(session, admin, "user.second_factor.reset", user_id, now)


def _find(session: Session, company_id: int, user_id: int) -> SecondFactor | None:
    query = select(SecondFactor).where(SecondFactor.company_id == company_id, SecondFactor.user_id == user_id)
    return session.scalars(query, execution_options={"populate_existing": True}).one_or_none()


def _remove(session: Session, company_id: int, user_id: int) -> None:
    remove_codes(session, company_id, user_id)
    session.execute(delete(SecondFactor).where(SecondFactor.company_id == company_id, SecondFactor.user_id == user_id))


def _use_up(session: Session, row: SecondFactor, step: int) -> bool:
    """Tell whether the step was not used before; of two at the same moment one is told no."""
    marked = session.execute(
        update(SecondFactor)
        .where(
            SecondFactor.company_id == row.company_id,
            SecondFactor.id == row.id,
            or_(SecondFactor.last_step.is_(None), SecondFactor.last_step < step),
        )
        .values(last_step=step)
        .returning(SecondFactor.id)
    )
    return marked.first() is not None


def _secret(keys: Keys, row: SecondFactor) -> str:
    return keys.unseal(row.secret_sealed, _place(row.id)).decode()


def _place(row_id: int) -> str:
    return f"second_factor:secret_sealed:{row_id}"


def _bare(code: str) -> str:
    return "".join(code.split())


def _audit(session: Session, actor: Viewer, action: str, user_id: int, now: datetime) -> None:
    record_event(session, actor.company_id, actor.user_id, action, now=now, target=("user", user_id))
