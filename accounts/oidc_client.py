"""Asking a provider: what it says of itself, its keys, and an ID token for a code; bounded in size and time.

Every request goes by the one guard of outgoing connections (SECURITY I6). What rarely changes is kept for minutes.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

from accounts.oidc_metadata import Metadata, ProviderTrouble, metadata_address, read_metadata, read_object
from accounts.oidc_token import Claims, Expected, KeyUnknown, TokenRefused, check_id_token, told_of
from languages.speech import _
from net.post import Poster, PostFailed

KEPT_SECONDS: Final = 600.0
MOST_KEPT: Final = 64
LARGEST: Final = 256 * 1024
"""Octets of one answer."""
SECONDS: Final = 8.0
"""For one answer, look-ups included."""
ABOUT_US: Final = (("User-Agent", "smartbcc"), ("Accept", "application/json"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What a code is exchanged by; `secret` is "" for a client that has none."""

    client_id: str
    secret: str
    code: str
    verifier: str
    redirect_uri: str
    nonce: str


@dataclass(slots=True)
class OidcClient:
    """Asks providers; `clock` is monotonic, in seconds. Shared between threads: what is kept is replaced whole."""

    poster: Poster
    clock: Callable[[], float]
    _kept: dict[str, tuple[float, bytes]] = field(default_factory=dict)

    def metadata(self, issuer: str, *, fresh: bool = False) -> Metadata:
        """Answer what a provider says of itself; raise ProviderTrouble."""
        address = metadata_address(issuer)
        return self._read(address, lambda body: read_metadata(body, issuer), fresh=fresh)

    def keys(self, metadata: Metadata, *, fresh: bool = False) -> list[dict[str, Any]]:
        """Answer its public keys (RFC 7517 §5); raise ProviderTrouble."""
        return self._read(metadata.jwks_uri, _read_keys, fresh=fresh)

    def redeem(self, metadata: Metadata, exchange: Exchange, now: datetime) -> Claims:
        """Answer who signed in, for a code; raise ProviderTrouble, TokenRefused."""
        answer = self._token(metadata, exchange)
        expected = Expected(
            issuer=metadata.issuer,
            client_id=exchange.client_id,
            nonce=exchange.nonce,
            algorithms=metadata.algorithms,
        )
        token = answer.get("id_token")
        try:
            claims = check_id_token(token, self.keys(metadata), expected, now)
        except KeyUnknown:
            claims = check_id_token(token, self.keys(metadata, fresh=True), expected, now)
        if claims.has_email or not metadata.userinfo_endpoint:
            return claims
        return self._asked_of_user(metadata, answer.get("access_token"), claims)

    def _token(self, metadata: Metadata, exchange: Exchange) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": exchange.code,
            "redirect_uri": exchange.redirect_uri,
            "code_verifier": exchange.verifier,
        }
        fields: tuple[tuple[str, str], ...] = (*ABOUT_US, ("Content-Type", "application/x-www-form-urlencoded"))
        if exchange.secret and metadata.basic_auth:
            fields = (*fields, ("Authorization", _basic(exchange.client_id, exchange.secret)))
        else:
            form |= {"client_id": exchange.client_id}
            form |= {"client_secret": exchange.secret} if exchange.secret else {}
        return read_object(self._ask("POST", metadata.token_endpoint, urlencode(form).encode(), fields))

    def _asked_of_user(self, metadata: Metadata, access_token: object, claims: Claims) -> Claims:
        """Answer the claims with the address, where the provider keeps it out of the ID token (Core §5.3)."""
        if not isinstance(access_token, str) or not access_token.isascii() or not access_token.isprintable():
            return claims
        fields = (*ABOUT_US, ("Authorization", f"Bearer {access_token}"))
        told = read_object(self._ask("GET", metadata.userinfo_endpoint, b"", fields))
        if told.get("sub") != claims.subject:
            raise TokenRefused("userinfo subject")
        return told_of(told, claims.issuer, claims.subject)

    def _read[Read](self, url: str, read: Callable[[bytes], Read], *, fresh: bool) -> Read:
        """Answer what is read there; what cannot be read is not kept, so that it can be mended."""
        body = self._get(url, fresh=fresh)
        try:
            return read(body)
        except ProviderTrouble:
            self._kept.pop(url, None)
            raise

    def _get(self, url: str, *, fresh: bool) -> bytes:
        kept = self._kept.get(url)
        if kept and not fresh and self.clock() < kept[0]:
            return kept[1]
        body = self._ask("GET", url, b"", ABOUT_US)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[url] = (self.clock() + KEPT_SECONDS, body)
        return body

    def _ask(self, method: str, url: str, body: bytes, fields: tuple[tuple[str, str], ...]) -> bytes:
        try:
            answer = self.poster.ask(method, url, body, fields, seconds=SECONDS, largest=LARGEST)
        except PostFailed as failed:
            raise ProviderTrouble(_("{address}: {why}").format(address=_shown(url), why=_(str(failed)))) from None
        if answer.status != HTTPStatus.OK:
            told = _("{address} answered with {status}.").format(address=_shown(url), status=answer.status)
            raise ProviderTrouble(told)
        return answer.body


def _read_keys(body: bytes) -> list[dict[str, Any]]:
    found = read_object(body).get("keys")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ProviderTrouble(_("Its keys are not what OpenID Connect asks for."))
    return found


def _basic(client_id: str, secret: str) -> str:
    """Answer the field by which a client says who it is (RFC 6749 §2.3.1)."""
    pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _shown(url: str) -> str:
    return url.partition("?")[0][:200]
