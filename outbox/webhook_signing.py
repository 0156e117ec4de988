"""Secrets and signatures of webhooks as the Standard Webhooks specification 1.0 has them: HMAC-SHA256, `v1`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Final

from net.sealed import Keys

PREFIX: Final = "whsec_"
SECRET_OCTETS: Final = 24


def make_secret() -> str:
    """Answer a new secret as its user is shown it, once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_OCTETS)).decode()


def seal_secret(keys: Keys, webhook_id: int, secret: str) -> str:
    """Seal a secret for its row."""
    return keys.seal(secret.encode(), _place(webhook_id))


def unseal_secret(keys: Keys, webhook_id: int, sealed: str) -> str:
    """Open what `seal_secret` gave; raise CannotUnseal."""
    return keys.unseal(sealed, _place(webhook_id)).decode()


def sign(secrets_in_use: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """Answer the value of `webhook-signature`: one signature for each secret, with a space between them."""
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    return " ".join(f"v1,{_digest(secret, signed)}" for secret in secrets_in_use)


def _digest(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _place(webhook_id: int) -> str:
    return f"webhook:secret:{webhook_id}"
