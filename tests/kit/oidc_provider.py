"""A provider of OpenID Connect on loopback: it signs everybody in at once as `person`, or does wrong on request.

It checks what a provider checks: client, redirect URI, PKCE, and that a code is used once.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT: Final = "smartbcc-client"
SECRET: Final = "a secret / of: ours"


def new_key(kid: str) -> ECKey:
    """Make a key that signs."""
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"}, private=True)


@dataclass(slots=True)
class Person:
    """Whom it signs in."""

    sub: str
    email: str
    email_verified: Any = True
    name: str = "Anna Berg"

    def claims(self) -> dict[str, Any]:
        """Answer what it says of him."""
        return {"sub": self.sub, "email": self.email, "email_verified": self.email_verified, "name": self.name}


@dataclass(slots=True)
class OidcProvider:
    """`with OidcProvider(person) as provider: provider.issuer`; `asked` are the paths, `token_claims` changes claims.

    `metadata` and `came_back` change what it says of itself and what it sends along with the browser.
    """

    person: Person
    key: ECKey = field(default_factory=lambda: new_key("one"))
    shown_keys: list[ECKey] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    token_claims: Callable[[dict[str, Any]], dict[str, Any]] = dict
    came_back: dict[str, str] = field(default_factory=dict)
    thin: bool = False
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _server: ThreadingHTTPServer | None = None
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        provider: OidcProvider = self

        class Handler(_Handler):
            it = provider

        self.shown_keys = self.shown_keys or [self.key]
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server
        assert self._thread
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def issuer(self) -> str:
        """Answer its name, which is where it is."""
        assert self._server
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def rotate(self) -> None:
        """Sign by a new key from now on."""
        self.key = new_key(secrets.token_hex(4))
        self.shown_keys.append(self.key)

    def configuration(self) -> dict[str, Any]:
        """Answer what it says of itself."""
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return {name: value for name, value in (told | self.metadata).items() if value is not None}

    def authorize(self, query: dict[str, str]) -> str:
        """Answer where the browser goes back to."""
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert set(query["scope"].split()) == {"openid", "email", "profile"}
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        sent = {"code": code, "state": query["state"], "iss": self.issuer} | self.came_back
        return f"{query['redirect_uri']}?{urlencode({name: value for name, value in sent.items() if value})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Answer the tokens for a code, None where anything is wrong."""
        begun = self._codes.pop(form.get("code", ""), None)
        pair = f"{CLIENT}:{SECRET.replace(' ', '%20').replace('/', '%2F').replace(':', '%3A')}"
        known = f"Basic {base64.b64encode(pair.encode()).decode()}"
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if begun is None or authorization != known or begun["redirect_uri"] != form.get("redirect_uri"):
            return None
        if begun["code_challenge"] != proof.rstrip(b"=").decode():
            return None
        now = int(time.time())
        who = {"sub": self.person.sub} if self.thin else self.person.claims()
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": begun["nonce"], **who}
        header = {"alg": "ES256", "kid": self.key.kid}
        signed = jwt.encode(header, self.token_claims(claims), self.key)
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    it: OidcProvider
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""

    def handle(self) -> None:
        """Serve until the other side has enough."""
        with suppress(OSError):
            super().handle()

    def do_GET(self) -> None:
        """Say what it is, show keys, sign in."""
        parts = urlsplit(self.path)
        self.it.asked.append(parts.path)
        match parts.path:
            case "/.well-known/openid-configuration":
                self._answer(200, self.it.configuration())
            case "/keys":
                self._answer(200, {"keys": [one.as_dict(private=False) for one in self.it.shown_keys]})
            case "/userinfo" if self.headers["Authorization"] == "Bearer opaque":
                self._answer(200, self.it.person.claims())
            case "/authorize":
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self._answer(302, {}, Location=self.it.authorize(query))
            case _:
                self._answer(404, {})

    def do_POST(self) -> None:
        """Exchange a code."""
        self.it.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        tokens = self.it.token(form, self.headers.get("Authorization", ""))
        self._answer(200 if tokens else 400, tokens or {"error": "invalid_grant"})

    def _answer(self, status: int, content: Any, **fields: str) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(body))} | fields).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
