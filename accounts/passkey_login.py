"""Signing in by a passkey, in place of the password or of the second step's code.

Every failure looks alike, and an unknown passkey costs what checking a known one costs (SECURITY W5).
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from joserfc.jwk import ECKey
from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session
from webauthn import generate_authentication_options, options_to_json, verify_authentication_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from accounts.audit import record_event
from accounts.challenge import Challenge
from accounts.connecting import Connecting, where_else
from accounts.login import Elsewhere, Welcome, Wrong
from accounts.passkeys import LONGEST_ANSWER, LONGEST_ID, UNREADABLE, user_handle
from accounts.relying_party import RelyingParty
from accounts.second_step import HalfWay
from accounts.sessions import open_session
from accounts.throttle import Limit, Throttled, begin_try, code_limits, give_back, passkey_limits
from accounts.viewer import Role, Viewer
from db.models import DirectoryPasskey, Passkey, User
from db.session import Database
from net.sealed import Keys

CREDENTIAL_ID: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_ID}}}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser answered: whose passkey it says to be, and all of it."""

    credential_id: str
    user_handle: bytes
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where passkeys are shown: who we are, and the browser that shows one; `connecting` is what it came from."""

    database: Database
    keys: Keys
    party: RelyingParty
    peer: str
    user_agent: str
    connecting: Connecting | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    viewer: Viewer
    passkey_id: int
    public_key: str
    password_hash: str | None


def options_to_enter(
    party: RelyingParty, challenge: Challenge, known: Sequence[PublicKeyCredentialDescriptor] = ()
) -> str:
    """Answer what the browser is asked for, as JSON (WebAuthn §5.5); without `known` it offers what it has for us."""
    wanted = UserVerificationRequirement.PREFERRED if known else UserVerificationRequirement.REQUIRED
    options = generate_authentication_options(
        rp_id=party.id, challenge=challenge.octets, allow_credentials=list(known), user_verification=wanted
    )
    return options_to_json(options)


def read_answer(text: str) -> Answer | None:
    """Answer what a browser sent; None for what is not one."""
    try:
        if len(text) > LONGEST_ANSWER:
            return None
        whole = json.loads(text)
        named, handle = whole["id"], whole["response"].get("userHandle") or ""
        if not isinstance(named, str) or not CREDENTIAL_ID.fullmatch(named):
            return None
        return Answer(named, base64url_to_bytes(handle), text)
    except (*UNREADABLE, RecursionError):
        return None


def enter_by_passkey(desk: Desk, challenge: Challenge | None, text: str) -> Welcome | Elsewhere | Wrong | Throttled:
    """Sign in by a passkey that has verified its user: that is both steps in one."""
    answer = read_answer(text)
    limits = passkey_limits(answer.credential_id if answer else "", desk.peer)
    return _try(desk, limits, challenge, answer, None)


def step_by_passkey(
    desk: Desk, half_way: HalfWay, challenge: Challenge | None, text: str
) -> Welcome | Elsewhere | Wrong | Throttled:
    """Take the second step by a passkey of the one whose password was right; to have it is enough here."""
    limits = code_limits(half_way.company_id, half_way.user_id, desk.peer)
    return _try(desk, limits, challenge, read_answer(text), half_way)


def _try(
    desk: Desk, limits: tuple[Limit, ...], challenge: Challenge | None, answer: Answer | None, half_way: HalfWay | None
) -> Welcome | Elsewhere | Wrong | Throttled:
    tried_at = begin_try(desk.database, limits)
    if isinstance(tried_at, Throttled):
        return tried_at
    if challenge is None or answer is None:
        return Wrong()
    with desk.database.read() as session:
        found = _find(session, answer.credential_id)
    verified = _verify(desk.party, challenge, answer, found, is_all=half_way is None)
    if verified is None or found is None or not _is_his(desk.keys, found, answer, half_way):
        return Wrong()
    with desk.database.write() as session:
        now = desk.database.now(session)
        if not challenge.use_up(session, now) or _find(session, answer.credential_id) != found:
            return Wrong()
        if half_way is not None and not half_way.is_good(found.password_hash, now):
            return Wrong()
        if not _count_up(session, found, verified, now):
            return Wrong()
        give_back(session, limits, tried_at)
        # Who takes a second step has been let through as far as that: by the provider, where it is the only way.
        if half_way is None and (label := where_else(session, found.viewer, desk.connecting)):
            return Elsewhere(label)
        return Welcome(found.viewer, open_session(session, found.viewer, desk.user_agent, now))


def _find(session: Session, credential_id: str) -> _Found | None:
    row = session.execute(
        select(User.company_id, User.id, User.role, Passkey.id.label("passkey"), Passkey.public_key, User.password_hash)
        .select_from(DirectoryPasskey)
        .join(
            Passkey,
            and_(Passkey.company_id == DirectoryPasskey.company_id, Passkey.id == DirectoryPasskey.passkey_id),
        )
        .join(User, and_(User.company_id == Passkey.company_id, User.id == Passkey.user_id))
        .where(DirectoryPasskey.credential_id == credential_id, User.state == "active")
    ).one_or_none()
    return _Found(Viewer(row[0], row[1], Role(row[2])), row[3], row[4], row[5]) if row else None


def _verify(
    party: RelyingParty, challenge: Challenge, answer: Answer, found: _Found | None, *, is_all: bool
) -> VerifiedAuthentication | None:
    try:
        return verify_authentication_response(
            credential=answer.text,
            expected_challenge=challenge.octets,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(found.public_key if found else _key_of_nobody()),
            # The counter is looked at once the signature is known to be right, and under the lock of its row.
            credential_current_sign_count=0,
            require_user_verification=is_all,
        )
    except UNREADABLE:
        return None


def _is_his(keys: Keys, found: _Found, answer: Answer, half_way: HalfWay | None) -> bool:
    """Tell whether the passkey is that of whom it names (WebAuthn §7.2 step 6), or of who gave the password."""
    who = found.viewer
    if half_way is not None:
        return (who.company_id, who.user_id) == (half_way.company_id, half_way.user_id)
    return hmac.compare_digest(answer.user_handle, user_handle(keys, who.company_id, who.user_id))


def _count_up(session: Session, found: _Found, verified: VerifiedAuthentication, now: datetime) -> bool:
    """Write that it was used; tell no, and say so in the log, where it looks like a copy (WebAuthn §6.1.1)."""
    company_id, told = found.viewer.company_id, verified.new_sign_count
    this = Passkey.company_id == company_id, Passkey.id == found.passkey_id
    kept = session.scalar(select(Passkey.sign_count).where(*this).with_for_update()) or 0
    if (told or kept) and told <= kept:
        _write(session, this, refused_at=now)
        user_id = found.viewer.user_id
        record_event(session, company_id, user_id, "user.passkey.refuse", now=now, target=("user", user_id))
        return False
    _write(session, this, sign_count=told, last_used_at=now, backed_up=verified.credential_backed_up)
    return True


def _write(session: Session, this: Sequence[Any], **values: Any) -> None:
    session.execute(update(Passkey).where(*this).values(**values))


@cache
def _key_of_nobody() -> str:
    """Answer a public key whose private half is forgotten."""
    key = ECKey.generate_key("P-256").as_dict(private=False)
    x, y = (base64url_to_bytes(str(key[name])) for name in ("x", "y"))
    return bytes_to_base64url(encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y}))
