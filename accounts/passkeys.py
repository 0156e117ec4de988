"""Passkeys of a user: add, list, rename, remove (WebAuthn Level 3). Signing in by one: `accounts.passkey_login`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session
from webauthn import generate_registration_options, options_to_json, verify_registration_response
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.audit import record_event
from accounts.challenge import Challenge
from accounts.invites import end_invites
from accounts.only_way import is_only_way
from accounts.passwords import has_password
from accounts.refusals import Conflict, Invalid, Missing
from accounts.relying_party import NAME, RelyingParty
from accounts.viewer import Viewer
from accounts.ways_in import is_let_in_by_provider
from db.ids import new_id
from db.models import DirectoryPasskey, Passkey, User
from languages.speech import _
from net.sealed import Keys

MOST: Final = 20
"""Passkeys of one user."""
LONGEST_NAME: Final = 60
LONGEST_ANSWER: Final = 16_384
"""Characters of what a browser answers; attestation is not asked for, so it is short."""
LONGEST_ID: Final = 1_400
"""Characters in base64url: 1023 octets (WebAuthn §5.8.3)."""
KINDS: Final = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
UNREADABLE: Final = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, EOFError)
"""What the library raises for an answer that is not one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyView:
    """A passkey as its owner sees it; `backed_up`: it is on more than one device of his."""

    id: int
    name: str
    backed_up: bool
    created_at: datetime
    last_used_at: datetime | None
    refused_at: datetime | None


def user_handle(keys: Keys, company_id: int, user_id: int) -> bytes:
    """Answer what an authenticator knows a user by: it tells nothing of him (WebAuthn §14.6.1)."""
    return keys.derive(f"passkey user {company_id} {user_id}")


def options_to_add(session: Session, keys: Keys, viewer: Viewer, party: RelyingParty, challenge: Challenge) -> str:
    """Answer what the browser is asked for, as JSON (WebAuthn §5.4); raise Conflict where there are too many."""
    user = session.execute(
        select(User.email, User.name).where(User.company_id == viewer.company_id, User.id == viewer.user_id)
    ).one()
    known = known_credentials(session, viewer.company_id, viewer.user_id)
    if len(known) >= MOST:
        raise Conflict(_("You have {most} passkeys already: remove one first.").format(most=MOST))
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=NAME,
        user_id=user_handle(keys, viewer.company_id, viewer.user_id),
        user_name=user.email,
        user_display_name=user.name,
        challenge=challenge.octets,
        exclude_credentials=known,
        supported_pub_key_algs=KINDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return options_to_json(options)


def add_passkey(
    session: Session, viewer: Viewer, party: RelyingParty, challenge: Challenge, answer: str, name: str, now: datetime
) -> PasskeyView:
    """Keep the passkey that a browser made; raise Invalid, Conflict. The caller has made sure who asks."""
    called = check_name(name)
    if not challenge.use_up(session, now):
        raise Invalid({"credential": _("That took too long. Please try again.")})
    made = _verified(party, challenge, answer)
    credential_id, passkey_id = bytes_to_base64url(made.credential_id), new_id(session)
    if len(credential_id) > LONGEST_ID or session.get(DirectoryPasskey, credential_id) is not None:
        raise Invalid({"credential": _("This passkey is in use already.")})
    session.execute(
        insert(DirectoryPasskey).values(
            credential_id=credential_id, company_id=viewer.company_id, passkey_id=passkey_id
        )
    )
    session.execute(
        insert(Passkey).values(
            company_id=viewer.company_id,
            id=passkey_id,
            user_id=viewer.user_id,
            name=called,
            credential_id=credential_id,
            public_key=bytes_to_base64url(made.credential_public_key),
            sign_count=made.sign_count,
            transports=_transports(answer),
            backed_up=made.credential_backed_up,
            created_at=now,
        )
    )
    end_invites(session, viewer.company_id, viewer.user_id, now)
    _audit(session, viewer, "user.passkey.add", now)
    return _view(_find(session, viewer, passkey_id))


def list_passkeys(session: Session, viewer: Viewer) -> tuple[PasskeyView, ...]:
    """Answer one's own, the newest first."""
    query = select(Passkey).where(*_own(viewer)).order_by(Passkey.id.desc())
    return tuple(_view(row) for row in session.scalars(query))


def rename_passkey(session: Session, viewer: Viewer, passkey_id: int, name: str) -> None:
    """Call one otherwise; raise Missing, Invalid."""
    _find(session, viewer, passkey_id)
    called = check_name(name)
    session.execute(update(Passkey).where(*_own(viewer), Passkey.id == passkey_id).values(name=called))


def remove_passkey(session: Session, viewer: Viewer, passkey_id: int, now: datetime) -> None:
    """Let it open nothing any more; raise Missing, and Conflict where nothing else would let one in."""
    row = _find(session, viewer, passkey_id)
    if not _another_way_in(session, viewer, passkey_id):
        raise Conflict(_("This passkey is your only way in. Set a password or add another passkey first."))
    this = DirectoryPasskey.credential_id == row.credential_id, DirectoryPasskey.company_id == viewer.company_id
    session.execute(delete(DirectoryPasskey).where(*this))
    session.execute(delete(Passkey).where(*_own(viewer), Passkey.id == passkey_id))
    _audit(session, viewer, "user.passkey.remove", now)


def has_passkey(session: Session, company_id: int, user_id: int) -> bool:
    """Tell whether a user can sign in by a passkey."""
    query = select(Passkey.id).where(Passkey.company_id == company_id, Passkey.user_id == user_id).limit(1)
    return session.scalar(query) is not None


def known_credentials(session: Session, company_id: int, user_id: int) -> list[PublicKeyCredentialDescriptor]:
    """Answer a user's passkeys as a browser is told of them."""
    rows = session.scalars(
        select(Passkey).where(Passkey.company_id == company_id, Passkey.user_id == user_id).order_by(Passkey.id)
    )
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(row.credential_id), transports=[AuthenticatorTransport(one) for one in row.transports]
        )
        for row in rows
    ]


def check_name(name: str) -> str:
    """Answer a name without spaces around it; raise Invalid."""
    plain = name.strip()
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise Invalid({"name": _("a name has 1 to {most} characters").format(most=LONGEST_NAME)})
    return plain


def _verified(party: RelyingParty, challenge: Challenge, answer: str) -> Any:
    try:
        if len(answer) > LONGEST_ANSWER:
            raise ValueError("too long an answer")
        return verify_registration_response(
            credential=answer,
            expected_challenge=challenge.octets,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
            supported_pub_key_algs=KINDS,
        )
    except UNREADABLE:
        raise Invalid({"credential": _("This passkey could not be checked. Please try again.")}) from None


def _transports(answer: str) -> list[str]:
    """Answer how the browser says that it can be reached; only words that are known are kept."""
    told = json.loads(answer)["response"].get("transports")
    known = {one.value for one in AuthenticatorTransport}
    return sorted(known & {str(one) for one in told}) if isinstance(told, list) else []


def _another_way_in(session: Session, viewer: Viewer, passkey_id: int) -> bool:
    if has_password(session, viewer.company_id, viewer.user_id):
        return True
    others = select(func.count()).select_from(Passkey).where(*_own(viewer), Passkey.id != passkey_id)
    if session.scalar(others):
        return True
    # Where there is no other way for the rest, an admin has to be able to turn that off when the provider fails.
    must_stay = viewer.is_admin and is_only_way(session, viewer.company_id)
    return not must_stay and is_let_in_by_provider(session, viewer)


def _find(session: Session, viewer: Viewer, passkey_id: int) -> Passkey:
    query = select(Passkey).where(*_own(viewer), Passkey.id == passkey_id)
    row = session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    if row is None:
        raise Missing("passkey")
    return row


def _own(viewer: Viewer) -> tuple[Any, ...]:
    return Passkey.company_id == viewer.company_id, Passkey.user_id == viewer.user_id


def _view(row: Passkey) -> PasskeyView:
    return PasskeyView(
        id=row.id,
        name=row.name,
        backed_up=row.backed_up,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        refused_at=row.refused_at,
    )


def _audit(session: Session, viewer: Viewer, action: str, now: datetime) -> None:
    record_event(session, viewer.company_id, viewer.user_id, action, now=now, target=("user", viewer.user_id))
