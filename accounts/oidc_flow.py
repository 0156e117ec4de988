"""Flow: a sign-in that went off to a provider. One browser keeps it, sealed; it comes back once, within minutes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from accounts.oidc_metadata import Metadata
from accounts.used_once import use_once
from net.sealed import CannotUnseal, Keys

LIFETIME: Final = timedelta(minutes=10)
PLACE: Final = "oidc:flow:cookie"
SCOPE: Final = "openid email profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """`verifier` is that of PKCE (RFC 7636), `wanted` the page that was asked for."""

    company_id: int
    provider_id: int
    state: str
    nonce: str
    verifier: str
    wanted: str
    at: datetime

    def sealed(self, keys: Keys) -> str:
        """Answer what the browser keeps: it can read and change nothing of it."""
        content = [self.company_id, self.provider_id, self.state, self.nonce, self.verifier, self.wanted]
        return keys.seal(json.dumps([*content, self.at.timestamp()]).encode(), PLACE)

    def address(self, metadata: Metadata, client_id: str, redirect_uri: str) -> str:
        """Answer where the browser goes (OpenID Connect Core 1.0 §3.1.2.1)."""
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": s256(self.verifier),
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in metadata.authorization_endpoint else "?"
        return f"{metadata.authorization_endpoint}{joint}{urlencode(query)}"

    def is_answered_by(self, state: str) -> bool:
        """Tell whether an answer belongs to it."""
        return hmac.compare_digest(self.state.encode(), state.encode())

    def use_up(self, session: Session, now: datetime) -> bool:
        """Tell whether it comes back in time and for the first time."""
        in_time = self.at <= now < self.at + LIFETIME
        return in_time and use_once(session, f"flow {self.state}", self.at + LIFETIME, now)


def new_flow(company_id: int, provider_id: int, wanted: str, now: datetime) -> Flow:
    """Begin one."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _turn in range(3))
    return Flow(
        company_id=company_id,
        provider_id=provider_id,
        state=state,
        nonce=nonce,
        verifier=verifier,
        wanted=wanted,
        at=now,
    )


def open_flow(keys: Keys, kept: object) -> Flow | None:
    """Answer what a browser kept; None for anything that is not ours."""
    if not isinstance(kept, str):
        return None
    try:
        company_id, provider_id, state, nonce, verifier, wanted, at = json.loads(keys.unseal(kept, PLACE))
    except CannotUnseal:
        return None
    return Flow(
        company_id=company_id,
        provider_id=provider_id,
        state=state,
        nonce=nonce,
        verifier=verifier,
        wanted=wanted,
        at=datetime.fromtimestamp(at, UTC),
    )


def s256(verifier: str) -> str:
    """Answer the challenge of a verifier (RFC 7636 §4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
