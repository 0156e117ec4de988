"""ID tokens and metadata: everything that is not right in every point is refused, and the right one is read."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, RSAKey

from accounts.oidc_metadata import ALGORITHMS, ProviderTrouble, is_issuer, read_metadata
from accounts.oidc_token import Expected, KeyUnknown, TokenRefused, check_id_token, told_of
from tests.kit.oidc_provider import new_key

NOW: Final = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
AT: Final = int(NOW.timestamp())
ISSUER: Final = "https://login.example"
KEY: Final = new_key("one")
RSA: Final = RSAKey.generate_key(2048, {"kid": "rsa"}, private=True)
KEYS: Final = [KEY.as_dict(private=False), RSA.as_dict(private=False)]
EXPECTED: Final = Expected(issuer=ISSUER, client_id="us", nonce="n-1", algorithms=ALGORITHMS)
GOOD: Final[dict[str, Any]] = {
    "iss": ISSUER,
    "aud": "us",
    "iat": AT,
    "exp": AT + 300,
    "nonce": "n-1",
    "sub": "248",
    "email": "anna@northwind.example",
    "email_verified": True,
    "name": "Anna",
}


def signed(claims: dict[str, Any], header: dict[str, Any] | None = None, key: Any = KEY) -> str:
    """Sign claims, by the key that the provider shows."""
    return jwt.encode(header or {"alg": "ES256", "kid": "one"}, claims, key, algorithms=ALGORITHMS)


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    """Answer a token by hand."""
    parts = (base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in (header, claims))
    return ".".join([*parts, signature])


def by_hmac(header: dict[str, Any], key: bytes) -> str:
    """Sign by a key that was never meant to be shared, which no library does."""
    head = unsigned(header, GOOD).rstrip(".")
    digest = base64.urlsafe_b64encode(hmac.digest(key, head.encode(), "sha256")).rstrip(b"=").decode()
    return f"{head}.{digest}"


def test_a_right_token_is_read() -> None:
    for token in (
        signed(GOOD),
        signed(GOOD, {"alg": "ES256"}),
        signed(GOOD, {"alg": "RS256", "kid": "rsa"}, RSA),
        signed(GOOD | {"aud": ["us", "them"], "azp": "us", "exp": AT - 59, "iat": AT + 59, "nbf": AT}),
    ):
        claims = check_id_token(token, KEYS, EXPECTED, NOW)
        assert (claims.subject, claims.email, claims.name) == ("248", "anna@northwind.example", "Anna")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"iss": "https://login.example/"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "them"}, "audience"),
        ({"aud": []}, "audience"),
        ({"aud": ["us", 7]}, "audience"),
        ({"aud": ["us", "them"]}, "authorized party"),
        ({"azp": "them"}, "authorized party"),
        ({"exp": AT - 61}, "expired"),
        ({"exp": None}, "expired"),
        ({"exp": "never"}, "expired"),
        ({"exp": True}, "expired"),
        ({"iat": None}, "time"),
        ({"iat": AT + 61}, "time"),
        ({"iat": AT - 601}, "time"),
        ({"nbf": AT + 61}, "not yet"),
        ({"nonce": "n-2"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"sub": ""}, "subject"),
        ({"sub": 7}, "subject"),
        ({"sub": "a" * 256}, "subject"),
        ({"sub": "a\nb"}, "subject"),
    ],
)
def test_a_claim_that_is_wrong_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(TokenRefused, match=f"^{why}$"):
        check_id_token(signed(GOOD | changes), KEYS, EXPECTED, NOW)


HOSTILE: Final[dict[str, Callable[[], object]]] = {
    "none": lambda: unsigned({"alg": "none"}, GOOD),
    "None": lambda: unsigned({"alg": "None", "kid": "one"}, GOOD),
    "no algorithm": lambda: unsigned({"kid": "one"}, GOOD),
    "the public key as a shared one": lambda: by_hmac({"alg": "HS256", "kid": "rsa"}, RSA.as_pem(private=False)),
    "a key that comes along": lambda: signed(
        GOOD, {"alg": "ES256", "kid": "one", "jwk": (other := new_key("one")).as_dict(private=False)}, other
    ),
    "a key of the same name": lambda: signed(GOOD, None, new_key("one")),
    "an unknown key": lambda: signed(GOOD, {"alg": "ES256", "kid": "two"}, new_key("two")),
    "a key of another kind": lambda: unsigned({"alg": "RS256", "kid": "one"}, GOOD, "AAAA"),
    "a critical field": lambda: unsigned({"alg": "ES256", "kid": "one", "crit": ["b64"], "b64": False}, GOOD, "AAAA"),
    "a changed claim": lambda: _changed(signed(GOOD)),
    "claims that are a list": lambda: jws.serialize_compact({"alg": "ES256", "kid": "one"}, b"[]", KEY),
    "nothing": lambda: "",
    "no text": lambda: 7,
    "no token": lambda: "a.b.c",
    "letters": lambda: "ä.ö.ü",
    "too much": lambda: signed(GOOD | {"more": "x" * 20_000}),
}


def _changed(token: str) -> str:
    header, _, signature = token.split(".")
    body = base64.urlsafe_b64encode(json.dumps(GOOD | {"sub": "1"}).encode()).rstrip(b"=").decode()
    return f"{header}.{body}.{signature}"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_token_that_no_key_of_the_provider_signed_is_refused(name: str) -> None:
    with pytest.raises(TokenRefused):
        check_id_token(HOSTILE[name](), KEYS, EXPECTED, NOW)


def test_keys_for_something_else_sign_nothing() -> None:
    public = KEY.as_dict(private=False)
    for one in (public | {"use": "enc"}, public | {"alg": "ES384"}, KEY.as_dict(private=True), {"kid": "one"}):
        with pytest.raises(KeyUnknown):
            check_id_token(signed(GOOD), [one], EXPECTED, NOW)
    only_rsa = Expected(issuer=ISSUER, client_id="us", nonce="n-1", algorithms=["RS256"])
    with pytest.raises(TokenRefused, match="algorithm"):
        check_id_token(signed(GOOD), KEYS, only_rsa, NOW)
    assert isinstance(KEY, ECKey)


@pytest.mark.parametrize("verified", [False, None, "true", 1, "yes"])
def test_an_address_counts_where_the_provider_has_verified_it(verified: object) -> None:
    assert check_id_token(signed(GOOD | {"email_verified": verified}), KEYS, EXPECTED, NOW).email == ""


def test_microsoft_says_it_in_a_claim_of_its_own() -> None:
    issuer = "https://login.microsoftonline.com/9a/v2.0"
    there = Expected(issuer=issuer, client_id="us", nonce="n-1", algorithms=ALGORITHMS)
    for told, email in (({"xms_edov": True}, GOOD["email"]), ({"xms_edov": False}, ""), ({}, "")):
        claims = check_id_token(signed(GOOD | {"iss": issuer} | told), KEYS, there, NOW)
        assert claims.email == email


def test_google_speaks_of_a_domain_as_long_as_it_hosts_the_account() -> None:
    issuer = "https://accounts.google.com"
    there = Expected(issuer=issuer, client_id="us", nonce="n-1", algorithms=ALGORITHMS)
    domain = GOOD["email"].partition("@")[2]
    for told, email in (
        ({"hd": domain}, GOOD["email"]),
        ({"hd": domain.upper()}, GOOD["email"]),
        ({}, ""),
        ({"hd": "elsewhere.example"}, ""),
        ({"hd": [domain]}, ""),
        ({"hd": domain, "email_verified": False}, ""),
        ({"hd": "", "email": "nobody"}, ""),
    ):
        assert check_id_token(signed(GOOD | {"iss": issuer} | told), KEYS, there, NOW).email == email, told


def test_what_is_no_text_of_ours_is_refused_in_order() -> None:
    for nonce in ("\ud800", "ä", "n-1\n"):
        content = json.dumps(GOOD | {"nonce": nonce}).encode()
        token = jws.serialize_compact({"alg": "ES256", "kid": "one"}, content, KEY, algorithms=["ES256"])
        with pytest.raises(TokenRefused, match="nonce"):
            check_id_token(token, KEYS, EXPECTED, NOW)
    for email in ("a\ud800@northwind.example", "a\n@northwind.example"):
        claims = told_of(GOOD | {"email": email, "email_verified": True}, EXPECTED.issuer, "1")
        assert (claims.email, claims.has_email) == ("", True)


def told(**changes: Any) -> bytes:
    """Answer metadata."""
    whole = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/a",
        "token_endpoint": f"{ISSUER}/t",
        "jwks_uri": "https://keys.example/k?v=1",
        **changes,
    }
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()


def test_metadata_is_read() -> None:
    found = read_metadata(told(id_token_signing_alg_values_supported=["HS256", "none", "PS256", "RS256"]), ISSUER)
    assert found.algorithms == ("RS256", "PS256")
    assert (found.basic_auth, found.tells_issuer, found.userinfo_endpoint) == (True, False, "")
    assert read_metadata(told(), ISSUER).algorithms == ("RS256",)
    for strange in (5, {}, "client_secret_post", None):
        assert read_metadata(told(token_endpoint_auth_methods_supported=strange), ISSUER).basic_auth
    assert not read_metadata(told(token_endpoint_auth_methods_supported=["client_secret_post"]), ISSUER).basic_auth


@pytest.mark.parametrize(
    "body",
    [
        told(issuer="https://evil.example"),
        told(issuer=None),
        told(code_challenge_methods_supported=["plain"]),
        told(response_types_supported=["id_token"]),
        told(token_endpoint=None),
        told(token_endpoint="http://login.example/t"),
        told(jwks_uri="file:///etc/passwd"),
        told(jwks_uri="https://user@login.example/k"),
        told(jwks_uri=7),
        told(authorization_endpoint="javascript:alert(1)"),
        told(authorization_endpoint=f"{ISSUER}/a?x=\r\nSet-Cookie: a"),
        told(authorization_endpoint=f"{ISSUER}/a?x=\ud800"),
        told(token_endpoint=f"{ISSUER}/t?x={'y' * 2000}"),
        told(token_endpoint=f"{ISSUER}/t?x#y"),
        told(id_token_signing_alg_values_supported=["HS256", "none"]),
        b"[]",
        b"",
        b"<html>",
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_metadata_that_cannot_be_trusted_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(ProviderTrouble, match=r"\w+ .+[.: ]"):
        read_metadata(body, ISSUER)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://accounts.google.com", True),
        ("https://id.example:8443/realms/a", True),
        ("http://127.0.0.1:8080", True),
        ("ftp://id.example", False),
        ("https://", False),
        ("https://u:p@id.example", False),
        ("https://id.example?x=1", False),
        ("https://id.example#x", False),
        ("https://id.example/\nx", False),
        ("https://id.example:0", False),
        ("https://id.example:x", False),
        ("https://ä.example", False),
        ("", False),
    ],
)
def test_an_issuer_is_an_address_and_nothing_else(text: str, is_one: bool) -> None:
    assert is_issuer(text) == is_one
