"""The certificate of a process: loaded at the start, and anew on SIGHUP."""

from __future__ import annotations

import ssl

import structlog

from config.settings import Settings
from smtpd.door import Door

log = structlog.get_logger(__name__)


def tls_context_of(settings: Settings) -> ssl.SSLContext | None:
    """Load the certificate; None where there is none. Raises OSError (ssl.SSLError is one) where it is broken."""
    if not settings.tls_cert:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.tls_cert, settings.tls_key)
    return context


def lasting_context(door: Door) -> ssl.SSLContext:
    """Answer a context for a server that lives on: each of its handshakes takes the certificate of its time.

    Raises ValueError where there is no certificate.
    """
    if door.tls_context is None:
        raise ValueError("TLS from the first octet needs a certificate")

    def take_newest(handshake: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        handshake.context = door.tls_context or handshake.context

    door.tls_context.sni_callback = take_newest  # called without a name in the greeting as well
    return door.tls_context


def reload_certificate(door: Door, settings: Settings) -> None:
    """Take the certificate of now for every handshake from here on; a broken one changes nothing."""
    try:
        door.tls_context = tls_context_of(settings)
    except OSError as error:
        log.error("certificate not loaded, the old one stays", error=type(error).__name__)
