"""What every answer carries, and who may talk to us at all (SECURITY W9, W13).

Pages have no inline style; only the scripts that a page names with its nonce run.
"""

from __future__ import annotations

import ipaddress
import secrets
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from config.settings import Settings
from webui.assets import ENDPOINTS
from webui.backend import Backend, backend

MAX_CONTENT: Final = 2_097_152
MAX_FORM_PARTS: Final = 200
PAGE_POLICY: Final = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
NONCE_OCTETS: Final = 16
FRAME_POLICY: Final = (
    "default-src 'none'; img-src data:{pictures}; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "form-action 'none'; base-uri 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""For a letter's HTML (SECURITY W1): nothing runs, a link opens in a window of its own, and nothing is fetched but
from where `pictures` says."""
FILE_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-DNS-Prefetch-Control": "off",
}
OF_A_PAGE: Final = frozenset({"text/css", "text/javascript"})
"""Files that obey the policy of the page that asks for them; one of their own would be octets for nothing."""
OF_FILES: Final = ("X-Content-Type-Options", "Cross-Origin-Resource-Policy")


def secure(app: Flask, here: Backend) -> None:
    """Set limits and cookies, check the host, and put the headers on every answer."""
    https = here.is_https
    app.config.update(
        SECRET_KEY=here.keys.derive("web-session"),
        MAX_CONTENT_LENGTH=MAX_CONTENT,
        MAX_FORM_MEMORY_SIZE=MAX_CONTENT,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        # The token is bound to the signed session; behind a proxy the Referer says nothing more.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.before_request(_check_host)
    app.after_request(_add_headers)
    app.add_template_global(nonce)


def nonce() -> str:
    """Answer the word by which the scripts of this one answer are known."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(NONCE_OCTETS)
    made: str = g.nonce
    return made


def is_known_host(host: str, settings: Settings) -> bool:
    """Tell whether a Host header may be ours: the name in BASE_URL, our own, an IP address or localhost."""
    name = urlsplit(f"//{host}").hostname or ""
    known = {urlsplit(settings.base_url).hostname, settings.hostname.lower(), "localhost"}
    if name in known - {"", None}:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _check_host() -> None:
    # A foreign name that resolves to us would make its owner's page our origin.
    if request.path != "/healthz" and not is_known_host(request.host, backend().settings):
        abort(HTTPStatus.BAD_REQUEST)


def _page_policy() -> str:
    """Answer the policy of a page; where no script was named, none runs."""
    return PAGE_POLICY.format(scripts=f"'nonce-{g.nonce}'" if "nonce" in g else "'none'")


def _add_headers(response: Response) -> Response:
    if response.mimetype in OF_A_PAGE and request.endpoint in ENDPOINTS:
        for name in OF_FILES:
            response.headers.setdefault(name, HEADERS[name])
        return _insist_on_tls(response)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _page_policy())
    if "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]:
        response.headers["X-Frame-Options"] = "DENY"
    return _insist_on_tls(response)


def _insist_on_tls(response: Response) -> Response:
    if backend().is_https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
