"""Pages and files go over the wire in gzip, where who asks takes it (RFC 9110 §8.4.1.3, RFC 1952).

A page holds secrets beside words that its address brings (`q=`), and its compressed length tells where the two are
alike (BREACH). For that a foreign site must let a browser ask for page after page as the one who is signed in. Such a
request says so in Sec-Fetch-Site, which no page can change, and is answered as it is; so is one of a browser that says
nothing. Without TLS the wire tells everything anyway. The other way in, words that are mailed to somebody, is one try
a mail: a name of random length in the header of the stream keeps it from being measured.
"""

from __future__ import annotations

import gzip
import io
import secrets
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, request

from webui.assets import ENDPOINTS
from webui.backend import backend
from webui.cache import Cache

WORTH_IT: Final = 400
"""Octets below which a packet is not spared."""
KINDS: Final = frozenset({"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"})
OURS: Final = frozenset({"same-origin", "none"})
"""Our own pages, and addresses that a person typed."""
LEVEL: Final = 5
"""For pages, made while somebody waits; files are made once, by the best."""
MOST_NOISE: Final = 64
AS_THEY_ARE: Final = frozenset({204, 206, 304})
"""Answers without a body of their own, or with a part of one."""
FILES: Final[Cache[bytes]] = Cache(kept=64)


def compress_answers(app: Flask) -> None:
    """Compress what the application answers."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in KINDS or response.status_code in AS_THEY_ARE:
        return response
    is_file = request.endpoint in ENDPOINTS and response.status_code == HTTPStatus.OK
    response.vary.update(["Accept-Encoding"] if is_file else ["Accept-Encoding", "Sec-Fetch-Site"])
    if request.method == "HEAD" or request.accept_encodings.quality("gzip") <= 0 or not (is_file or _is_safe()):
        return response
    return _as_file(response) if is_file else _as_page(response)


def _is_safe() -> bool:
    return not backend().is_https or request.headers.get("Sec-Fetch-Site") in OURS


def _as_file(response: Response) -> Response:
    """Compress a file once in the life of a process."""
    tag, _ = response.get_etag()
    response.direct_passthrough = False
    body = response.get_data()
    packed = FILES.get((request.path, tag or len(body)), lambda: gzip.compress(body, mtime=0))
    if tag:
        response.set_etag(tag, weak=True)
    return _packed(response, packed)


def _as_page(response: Response) -> Response:
    body = response.get_data()
    if response.is_streamed or len(body) < WORTH_IT:
        return response
    written = io.BytesIO()
    noise = secrets.token_hex(MOST_NOISE)[: 1 + secrets.randbelow(MOST_NOISE)]
    with gzip.GzipFile(noise, "wb", LEVEL, written, mtime=0) as stream:
        stream.write(body)
    return _packed(response, written.getvalue())


def _packed(response: Response, body: bytes) -> Response:
    response.set_data(body)
    response.headers["Content-Encoding"] = "gzip"
    return response
