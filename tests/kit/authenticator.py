"""An authenticator in software: makes passkeys and signs challenges as WebAuthn Level 3 says, or wrongly on request."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass(slots=True)
class Authenticator:
    """One passkey for one site; `count` goes up with every signature, `verifies` is whether it asks its user."""

    origin: str
    verifies: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    handle: str = ""

    def make(self, options: str, **otherwise: str) -> str:
        """Answer what a browser answers to these options of `navigator.credentials.create()`."""
        asked = json.loads(options)
        self.handle = asked["user"]["id"]
        data = self._data(otherwise.get("rp_id", asked["rp"]["id"]), ATTESTED) + self._attested()
        response = {
            "clientDataJSON": self._client_data("webauthn.create", asked, otherwise),
            "attestationObject": bytes_to_base64url(encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal", "of-tomorrow"],
        }
        return self._answer(response)

    def sign(self, options: str, **otherwise: str) -> str:
        """Answer what a browser answers to these options of `navigator.credentials.get()`."""
        asked = json.loads(options)
        self.count += 1
        data = self._data(otherwise.get("rp_id", asked["rpId"]), 0)
        client = self._client_data(otherwise.get("type", "webauthn.get"), asked, otherwise)
        signed = self.key.sign(data + hashlib.sha256(base64url_to_bytes(client)).digest(), ECDSA(SHA256()))
        response = {
            "clientDataJSON": client,
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(signed),
            "userHandle": otherwise.get("handle", self.handle),
        }
        return self._answer(response)

    def _data(self, rp_id: str, more: int) -> bytes:
        flags = PRESENT | more | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _attested(self) -> bytes:
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        key = encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        return bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + key

    def _client_data(self, kind: str, asked: dict[str, Any], otherwise: dict[str, str]) -> str:
        content = {
            "type": kind,
            "challenge": otherwise.get("challenge", asked["challenge"]),
            "origin": otherwise.get("origin", self.origin),
            "crossOrigin": False,
        }
        return bytes_to_base64url(json.dumps(content).encode())

    def _answer(self, response: dict[str, Any]) -> str:
        named = bytes_to_base64url(self.credential_id)
        whole = {"id": named, "rawId": named, "type": "public-key", "response": response, "clientExtensionResults": {}}
        return json.dumps(whole)
