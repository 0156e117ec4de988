"""What a provider says of itself (OpenID Connect Discovery 1.0 §3, RFC 8414), read with suspicion."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from languages.speech import _

WELL_KNOWN: Final = "/.well-known/openid-configuration"
LONGEST_URL: Final = 2_000
ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
"""By which an ID token may be signed: by private keys alone, so that no public key is ever taken for a shared one."""


class ProviderTrouble(Exception):
    """A provider cannot be used; the text is one sentence for an admin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """`algorithms` are those of ours that it signs by; `tells_issuer`: its answers name it (RFC 9207)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    algorithms: tuple[str, ...]
    basic_auth: bool
    tells_issuer: bool


def metadata_address(issuer: str) -> str:
    """Answer where a provider says it."""
    return issuer.rstrip("/") + WELL_KNOWN


def is_issuer(text: str) -> bool:
    """Tell whether it can be an issuer: an address without user, query and fragment (Discovery §3)."""
    if len(text) > LONGEST_URL or not text.isascii() or any(char <= " " or char in "\\\x7f" for char in text):
        return False
    try:
        parts = urlsplit(text)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_plain = (
        not parts.query and not parts.fragment and "@" not in parts.netloc and "?" not in text and "#" not in text
    )
    return parts.scheme in ("https", "http") and bool(parts.hostname) and is_plain and port_is_good


def read_metadata(body: bytes, issuer: str) -> Metadata:
    """Answer what is said for exactly this issuer; raise ProviderTrouble."""
    told = read_object(body)
    if told.get("issuer") != issuer:
        raise ProviderTrouble(
            _("It calls itself by another issuer: {issuer}").format(issuer=_short(told.get("issuer")))
        )
    challenges = told.get("code_challenge_methods_supported")
    if isinstance(challenges, list) and "S256" not in challenges:
        raise ProviderTrouble(_("It does not take part in PKCE with S256, which keeps a stolen code from being used."))
    flows = told.get("response_types_supported")
    if isinstance(flows, list) and "code" not in flows:
        raise ProviderTrouble(_("It does not offer the authorization code flow."))
    offered = told.get("token_endpoint_auth_methods_supported")
    methods = offered if isinstance(offered, list) and offered else ["client_secret_basic"]
    return Metadata(
        issuer=issuer,
        authorization_endpoint=_endpoint(told, "authorization_endpoint", issuer),
        token_endpoint=_endpoint(told, "token_endpoint", issuer),
        jwks_uri=_endpoint(told, "jwks_uri", issuer),
        userinfo_endpoint=_endpoint(told, "userinfo_endpoint", issuer, needed=False),
        algorithms=_algorithms(told.get("id_token_signing_alg_values_supported")),
        basic_auth="client_secret_basic" in methods or "client_secret_post" not in methods,
        tells_issuer=told.get("authorization_response_iss_parameter_supported") is True,
    )


def read_object(body: bytes) -> dict[str, Any]:
    """Answer a JSON object; raise ProviderTrouble."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ProviderTrouble(_("Its answer is not what OpenID Connect asks for."))
    return found


def _endpoint(told: dict[str, Any], name: str, issuer: str, *, needed: bool = True) -> str:
    """Answer an address; one under plain HTTP only where the issuer is, which the operator has opened then."""
    found = told.get(name)
    if found is None and not needed:
        return ""
    schemes = {"https", urlsplit(issuer).scheme}
    is_plain = isinstance(found, str) and found.isascii() and found.isprintable() and len(found) <= LONGEST_URL
    if not isinstance(found, str) or not is_plain or not _is_address(found, schemes):
        raise ProviderTrouble(_("It names no usable address as {name}.").format(name=name))
    return found


def _is_address(text: str, schemes: set[str]) -> bool:
    is_one = is_issuer(text.partition("?")[0]) and not any(char in " #\\" for char in text)
    return is_one and urlsplit(text).scheme in schemes


def _algorithms(told: object) -> tuple[str, ...]:
    if not isinstance(told, list):
        return ("RS256",)
    found = tuple(one for one in ALGORITHMS if one in told)
    if not found:
        raise ProviderTrouble(_("It signs by no algorithm that we trust."))
    return found


def _short(text: object) -> str:
    return "".join(char for char in str(text)[:200] if char.isprintable())
