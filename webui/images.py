"""Pictures on the network that a reader asked to see: fetched by us, so that their host never meets him (RULES R35).

Whatever goes wrong is answered alike, in the same words: the proxy tells nothing about any host (SECURITY W3).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, current_app
from flask.blueprints import BlueprintSetupState

from accounts.refusals import Missing
from accounts.users import UserState, get_user
from linking.sight import sees_letter
from mail.raster import raster_type
from net.fetch import Fetcher, FetchFailed
from net.guard import Guard
from net.resolver import DnsResolver
from webui.backend import NAME, Backend, backend
from webui.image_link import ImageLink
from webui.security import FILE_POLICY

images: Final = Blueprint("images", __name__)
PLACES: Final = 32
"""Pictures that are fetched at once; each takes a thread, and the web role has so many for this alone."""
EXTENSION: Final = "smartbcc-images"
ACCEPT: Final = "image/webp,image/png,image/jpeg,image/gif"
KEPT: Final = "private, max-age=3600"


@dataclass(frozen=True, slots=True)
class Proxy:
    """What fetches for the readers, so many at once."""

    fetcher: Fetcher
    places: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(PLACES))


@images.record_once
def install(state: BlueprintSetupState) -> None:
    """Hang the proxy on the application, unless one hangs there already."""
    here: Backend = state.app.extensions[NAME]
    guard = Guard(DnsResolver(here.settings.dns_servers), here.settings.opened_networks)
    state.app.extensions.setdefault(EXTENSION, Proxy(Fetcher(guard)))


@images.get("/images/<sealed>")
def show(sealed: str) -> Response:
    """Answer the picture behind a link that the frame of a letter carries."""
    address = _address(backend(), sealed)
    if address is None:
        return _nothing()
    proxy: Proxy = current_app.extensions[EXTENSION]
    if not proxy.places.acquire(blocking=False):
        return Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "5"})
    try:
        picture = proxy.fetcher.get(address, accept=ACCEPT)
    except FetchFailed:
        return _nothing()
    finally:
        proxy.places.release()
    kind = raster_type(picture)
    return _picture(picture, kind) if kind else _nothing()


def _address(here: Backend, sealed: str) -> str | None:
    """Answer what to fetch, as long as its reader is active and sees the letter."""
    with here.database.read() as session:
        link = ImageLink.unseal(here.keys, sealed, here.database.now(session))
        if link is None:
            return None
        try:
            reader = get_user(session, link.company_id, link.user_id)
        except Missing:
            return None
        seen = reader.state is UserState.ACTIVE and sees_letter(session, reader.viewer, link.message_id)
    return link.url if seen else None


def _picture(octets: bytes, kind: str) -> Response:
    response = Response(octets, content_type=kind)
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = KEPT
    # The frame's origin is nobody's, so to the browser it is another one that embeds this.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _nothing() -> Response:
    return Response("There is no picture here.\n", HTTPStatus.NOT_FOUND, mimetype="text/plain")
