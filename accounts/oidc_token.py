"""The ID token: signed by a key of the provider, for us, for this sign-in, now (OpenID Connect Core 1.0 §3.1.3.7)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeGuard

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

from mail.address import domain_of

LONGEST: Final = 16_384
MOST_KEYS: Final = 100
LEEWAY: Final = timedelta(seconds=60)
"""How far the clocks may be apart."""
OLDEST: Final = timedelta(minutes=10)
"""A token is made for the sign-in that asks for it."""
LONGEST_SUBJECT: Final = 255
KINDS: Final[Mapping[str, type[Key]]] = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey, "Ed": OKPKey}
"""Of what kind the key is, by the beginning of the algorithm's name."""
ENTRA: Final = "https://login.microsoftonline.com/"
GOOGLE: Final = "https://accounts.google.com"


class TokenRefused(Exception):
    """The token is not to be believed; the text is one word for the log."""


class KeyUnknown(TokenRefused):
    """No key of the provider's fits: it may have made new ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a token has to say."""

    issuer: str
    client_id: str
    nonce: str
    algorithms: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Who it is; `email` is "" where the provider does not vouch for one."""

    issuer: str
    subject: str
    email: str
    has_email: bool
    name: str


def check_id_token(token: object, keys: Sequence[Mapping[str, Any]], expected: Expected, now: datetime) -> Claims:
    """Answer what a token says; raise TokenRefused, and KeyUnknown where other keys may help."""
    if not isinstance(token, str) or len(token) > LONGEST:
        raise TokenRefused("size")
    claims = _verified(token, keys, expected.algorithms)
    if claims.get("iss") != expected.issuer:
        raise TokenRefused("issuer")
    _check_audience(claims, expected.client_id)
    _check_times(claims, now)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonce.isascii() or not hmac.compare_digest(nonce, expected.nonce):
        raise TokenRefused("nonce")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise TokenRefused("subject")
    return told_of(claims, expected.issuer, subject)


def told_of(claims: Mapping[str, Any], issuer: str, subject: str) -> Claims:
    """Answer who it is by what a provider says of him."""
    email, name = claims.get("email"), claims.get("name")
    told = email if isinstance(email, str) else ""
    return Claims(
        issuer=issuer,
        subject=subject,
        email=told if told.isprintable() and _is_vouched(claims, issuer, told) else "",
        has_email=bool(told),
        name=name if isinstance(name, str) else "",
    )


def _is_vouched(claims: Mapping[str, Any], issuer: str, email: str) -> bool:
    """Tell whether the provider has verified the address; Microsoft Entra says so in a claim of its own.

    Google has verified the address of any account once, whoever has it now: of a domain it speaks with `hd` alone.
    """
    if issuer.startswith(ENTRA):
        return claims.get("xms_edov") in (True, 1, "1", "true", "True")
    if claims.get("email_verified") is not True:
        return False
    hosted = claims.get("hd")
    return issuer != GOOGLE or (isinstance(hosted, str) and domain_of(f"x@{hosted}") == domain_of(email) != "")


def _verified(token: str, keys: Sequence[Mapping[str, Any]], algorithms: Sequence[str]) -> dict[str, Any]:
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError):
        raise TokenRefused("form") from None
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        raise TokenRefused("algorithm")
    fitting = _fitting(keys, algorithm, kid)
    if not fitting:
        raise KeyUnknown("key")
    for key in fitting:
        try:
            return dict(jwt.decode(token, key, algorithms=[algorithm]).claims)
        except (JoseError, ValueError, TypeError):
            continue
    # Without a name of its key a token may be signed by one that came in after ours were fetched.
    raise KeyUnknown("signature") if kid is None else TokenRefused("signature")


def _fitting(keys: Sequence[Mapping[str, Any]], algorithm: str, kid: object) -> list[Key]:
    """Answer the public keys that can have signed: of the right kind and name, not for something else."""
    kind = KINDS[algorithm[:2]]
    found: list[Key] = []
    for one in keys[:MOST_KEYS]:
        is_named = kid is None or one.get("kid") == kid
        if not is_named or one.get("use", "sig") != "sig" or one.get("alg", algorithm) != algorithm:
            continue
        try:
            key = JWKRegistry.import_key(dict(one))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            continue
        if isinstance(key, kind) and not key.is_private:
            found.append(key)
    return found


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    if client_id not in several or not all(isinstance(one, str) for one in several):
        raise TokenRefused("audience")
    party = claims.get("azp")
    if (len(several) > 1 and party is None) or (party is not None and party != client_id):
        raise TokenRefused("authorized party")


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    at, leeway = now.timestamp(), LEEWAY.total_seconds()
    ends, made, begins = (claims.get(name) for name in ("exp", "iat", "nbf"))
    if not _is_number(ends) or at >= ends + leeway:
        raise TokenRefused("expired")
    if not _is_number(made) or made > at + leeway or made < at - OLDEST.total_seconds():
        raise TokenRefused("time")
    if begins is not None and (not _is_number(begins) or begins > at + leeway):
        raise TokenRefused("not yet")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
