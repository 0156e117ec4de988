"""Outgoing mail: what waits and why, what does not arrive, and what to publish so that others believe us."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from werkzeug.wrappers import Response

from net.resolver import DnsResolver, LookupFailed
from outbox.delivery_log import StuckMail, list_paused, list_stuck, look_at_outbox
from outbox.signing_keys import Published, Signer, published_key
from outbox.steering import cancel, pause_sending, resume_sending, retry
from webui.admin_frame import admin, show_page
from webui.backend import backend
from webui.call import Call
from webui.cursor import paged
from webui.forms import field, page_query
from webui.health_advice import in_words
from webui.outbox_route import is_off, smarthost_name, way_out
from webui.pages import done, reading, writing
from webui.problem import not_found


@dataclass(frozen=True, slots=True)
class SigningDomain:
    """A domain that our mail comes from; `key` is None as long as there is none."""

    domain: str
    key: Published | None


@admin.get("/outbox")
def outbox() -> str:
    """Show totals, what is stuck a page at a time, and the DNS records."""
    with reading() as call:
        settings = call.backend.settings
        found = paged(call, page_query(), lambda limit, before: _stuck(call, limit, before), lambda row: row.id)
        health = look_at_outbox(call.session, call.viewer.company_id, call.now)
        return show_page(
            call,
            "admin_outbox.html",
            rows=found.rows,
            older=found.next,
            health=health,
            oldest=in_words(call.now - health.oldest) if health.oldest else "",
            off=is_off(settings),
            way_out=way_out(settings),
            paused=list_paused(call.session, call.viewer, call.now, smarthost_name(settings)),
            signing=[SigningDomain(one, published_key(call.session, one)) for one in settings.mail_domain],
        )


@admin.post("/outbox/pause")
def pause_outbox() -> Response:
    """Stop all sending of the company."""
    with writing() as call:
        pause_sending(call.session, call.viewer, call.now)
    return done("Nothing is sent until you let it go on.", "admin.outbox", url_for("admin.resume_outbox"))


@admin.post("/outbox/resume")
def resume_outbox() -> Response:
    """Let it go on."""
    with writing() as call:
        resume_sending(call.session, call.viewer, call.now)
    return done("Mail goes out again.", "admin.outbox")


@admin.post("/outbox/<mail>/retry")
def retry_mail(mail: str) -> Response:
    """Try one now."""
    with writing() as call:
        retry(call.session, call.viewer, call.unseal("outbox", mail), call.now)
    return done("It is tried again now.", "admin.outbox")


@admin.post("/outbox/<mail>/cancel")
def cancel_mail(mail: str) -> Response:
    """Let one not be sent."""
    with writing() as call:
        cancel(call.session, call.viewer, call.unseal("outbox", mail), call.now)
    return done("It is not sent.", "admin.outbox", url_for("admin.retry_mail", mail=mail))


@admin.post("/outbox/dns")
def check_signing() -> Response:
    """Make the key of a domain where there is none, and ask DNS whether it shows it; no transaction is open."""
    here, domain = backend(), field("domain", 253)
    if domain not in here.settings.mail_domain:
        raise not_found()
    key = Signer(here.database, here.keys, here.settings.mail_domain).key(domain).published
    return done(_told(key), "admin.outbox", _anchor="signing")


def _told(key: Published) -> str:
    try:
        shown = key.is_shown(DnsResolver(backend().settings.dns_servers))
    except LookupFailed:
        return f"DNS does not answer for {key.domain} just now."
    return f"DNS shows the key of {key.domain}." if shown else f"DNS does not show the key of {key.domain} yet."


def _stuck(call: Call, limit: int, before: int | None) -> tuple[StuckMail, ...]:
    return list_stuck(call.session, call.viewer, limit, before, call.now)
