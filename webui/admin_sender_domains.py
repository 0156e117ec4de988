"""Domains that DNS proves to be the company's: what to publish, and looking for it (RULES R10)."""

from __future__ import annotations

from typing import Final

from werkzeug.wrappers import Response

from accounts.sender_domains import add_domain as add
from accounts.sender_domains import begin_check, get_domain, list_domains, look_up, note_check
from accounts.sender_domains import remove_domain as remove
from accounts.senders import Sender, SenderState, list_senders
from ingest.approving import approve
from languages.speech import _
from mail.address import domain_of
from net.resolver import DnsResolver
from webui.admin_frame import admin, show_page
from webui.backend import backend
from webui.call import Call
from webui.forms import field
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried

MOST_LISTED: Final = 1000


@admin.get("/senders/domains")
def sender_domains() -> str:
    """Show them, each with its record."""
    return _show(NONE)


@admin.post("/senders/domains")
def add_sender_domain() -> Response:
    """Name a domain."""

    def act() -> Response:
        with writing() as call:
            made = add(call.session, call.viewer, field("domain", 300), call.now)
        return done(
            _("Publish the record of {domain}, then check it.").format(domain=made.domain), "admin.sender_domains"
        )

    return tried(act, _show)


@admin.post("/senders/domains/<domain>/check")
def check_sender_domain(domain: str) -> Response:
    """Ask DNS now; no transaction is open meanwhile, and no answer of a moment ago counts."""
    with writing() as call:
        number, by = call.unseal("sender_domain", domain), call.viewer
        asked = begin_check(call.session, by, number, call.now)
    problem = look_up(DnsResolver(backend().settings.dns_servers), asked.record_name, asked.record_value)
    with writing() as call:
        note_check(call.session, by.company_id, number, problem, call.now, by)
    return done(problem or _("{domain} is proved.").format(domain=asked.domain), "admin.sender_domains")


@admin.post("/senders/domains/<domain>/approve")
def approve_of_domain(domain: str) -> Response:
    """Approve all that waits at a proved domain, at once."""
    with writing() as call:
        name = get_domain(call.session, call.viewer, call.unseal("sender_domain", domain)).domain
        waiting = _waiting(call, name)
        for one in waiting:
            approve(call.session, call.viewer, one.id, call.now)
    backend().waker.wake()
    said = _("Approved: {count} at {domain}. What was held of them is let in.")
    return done(said.format(count=len(waiting), domain=name), "admin.sender_domains")


@admin.post("/senders/domains/<domain>/remove")
def remove_sender_domain(domain: str) -> Response:
    """Let go of a domain."""
    with writing() as call:
        name = remove(call.session, call.viewer, call.unseal("sender_domain", domain), call.now)
    said = _("{domain} is no longer proved. Addresses that were approved stay so.")
    return done(said.format(domain=name), "admin.sender_domains")


def _waiting(call: Call, domain: str) -> list[Sender]:
    waits = (SenderState.REQUESTED, SenderState.CONFIRMED)
    listed = list_senders(call.session, call.viewer, MOST_LISTED)
    return [one for one in listed if one.state in waits and domain_of(one.address) == domain]


def _show(errors: Errors) -> str:
    with reading() as call:
        domains = list_domains(call.session, call.viewer)
        waiting = {one.domain: len(_waiting(call, one.domain)) for one in domains}
        return show_page(call, "admin_sender_domains.html", errors, rows=domains, waiting=waiting)
