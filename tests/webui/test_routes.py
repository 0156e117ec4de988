"""Every route with who may use it: a route that is not in the table fails (SECURITY W6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.kit.http import Api, Browser
from tests.webui.conftest import Office

RECORDS = ("contacts", "organizations", "deals", "leads", "projects")
KIND = {path: path.removesuffix("s") for path in RECORDS}
SAFE_METHODS = {"HEAD", "OPTIONS"}
MADE_UP = "a" * 26

TABLE = """
open   GET    /healthz
open   GET    /static/<path:filename>
open   GET    /static/all.css
open   GET    /static/all.js
open   GET    /
open   GET    /login
open   POST   /login
open   GET    /login/code
open   POST   /login/code
open   GET    /login/passkey
open   POST   /login/passkey
open   GET    /login/code/passkey
open   POST   /login/code/passkey
open   GET    /login/company
open   POST   /login/company
open   GET    /login/provider/<provider>
open   GET    /login/back
open   GET    /invite/<secret>
open   POST   /invite/<secret>
open   GET    /images/<sealed>
open   GET    /setup/<secret>
open   POST   /setup/<secret>
open   GET    /api/docs
open   GET    /api/v1/openapi.json
login  POST   /logout
login  GET    /inbox
login  POST   /inbox/act
login  POST   /inbox/undo
login  GET    /inbox/link
login  GET    /inbox/suggest
login  GET    /inbox/views
login  POST   /inbox/views
login  POST   /inbox/views/<view>
login  POST   /inbox/views/<view>/move
login  POST   /inbox/views/<view>/remove
login  GET    /welcome
login  GET    /welcome/mail
login  GET    /demo
login  GET    /pulse
login  GET    /m/<message>
login  POST   /m/<message>
login  GET    /m/<message>/why
login  GET    /m/<message>/again
login  POST   /m/<message>/again
login  GET    /m/<message>/original
login  GET    /m/<message>/frame
login  GET    /m/<message>/raw
login  GET    /m/<message>/print
login  GET    /m/<message>/attachments.zip
login  GET    /m/<message>/attachments/<attachment>
login  GET    /m/<message>/attachments/<attachment>/preview
login  GET    /m/<message>/attachments/<attachment>/view
login  POST   /m/<message>/access
login  POST   /access/<request_id>/grant
login  POST   /access/<request_id>/refuse
login  POST   /m/<message>/links
login  POST   /m/<message>/links/<link>/undo
login  POST   /m/<message>/links/<link>/change
login  POST   /m/<message>/always
login  POST   /m/<message>/always/end
login  POST   /m/<message>/missing
login  GET    /contacts/<record>/merge
login  POST   /contacts/<record>/merge
login  POST   /contacts/<record>/unmerge
login  GET    /t/<thread>
login  GET    /t/<thread>/print
login  POST   /t/<thread>/split
login  GET    /t/<thread>/merge
login  POST   /t/<thread>/merge
login  POST   /t/<thread>/undo
login  GET    /held
login  POST   /held/<inbound>/release
login  POST   /held/<inbound>/discard
login  POST   /held/<inbound>/restore
login  GET    /unresolved
login  GET    /unresolved/<question>
login  POST   /unresolved/<question>
login  POST   /unresolved/<question>/undo
login  POST   /m/<message>/created/undo
login  GET    /settings
login  POST   /settings
login  GET    /settings/senders
member POST   /settings/senders
login  POST   /settings/senders/<sender>/revoke
login  POST   /settings/senders/<sender>/again
login  POST   /settings/senders/<sender>/code
login  GET    /senders/confirm/<secret>
login  POST   /senders/confirm/<secret>
login  GET    /settings/addresses/<kind>/card.vcf
login  GET    /settings/addresses/<kind>/qr.png
login  POST   /settings/addresses/<kind>/rotate
login  POST   /settings/addresses/<address>/off
login  GET    /settings/test
login  GET    /settings/forwarding
login  POST   /settings/forwarding
login  POST   /settings/forwarding/<request_id>/dismiss
login  GET    /settings/gateway
member POST   /settings/gateway/accept
login  POST   /settings/gateway/withdraw
login  GET    /settings/profile
login  POST   /settings/profile
login  GET    /settings/sharing
login  POST   /settings/sharing
login  GET    /settings/notices
login  POST   /settings/notices
login  POST   /settings/notices/pauses/<pause>/resume
login  GET    /settings/appearance
login  POST   /settings/appearance
login  GET    /settings/again
login  POST   /settings/again
login  POST   /settings/again/<run>/apply
login  POST   /settings/again/<run>/dismiss
login  GET    /settings/answers
login  POST   /settings/answers/<answer>/remove
login  GET    /settings/webhooks
member POST   /settings/webhooks
login  GET    /settings/webhooks/<webhook>
login  POST   /settings/webhooks/<webhook>
login  POST   /settings/webhooks/<webhook>/secret
login  GET    /settings/webhooks/<webhook>/deliveries/<delivery>
login  POST   /settings/webhooks/<webhook>/deliveries/<delivery>
login  GET    /settings/blocked
login  POST   /settings/blocked
login  POST   /settings/blocked/<entry>/remove
login  GET    /settings/import
member POST   /settings/import
member POST   /settings/import/mail
login  GET    /settings/import/<number>
login  POST   /settings/import/<number>/try
login  POST   /settings/import/<number>/run
login  POST   /settings/import/<number>/undo
login  POST   /settings/import/<number>/forget
login  GET    /settings/import/<number>/left-out.csv
login  GET    /settings/programs
member POST   /settings/programs
login  POST   /settings/programs/<key>/revoke
login  GET    /settings/tokens
login  POST   /settings/tokens
login  POST   /settings/tokens/<key>/revoke
login  GET    /settings/security
login  POST   /settings/security/password
login  POST   /settings/security/second-step/begin
login  GET    /settings/security/second-step
login  GET    /settings/security/second-step/qr.png
login  POST   /settings/security/second-step
login  GET    /settings/security/codes
login  POST   /settings/security/codes
login  POST   /settings/security/second-step/off
login  GET    /settings/security/passkeys
login  POST   /settings/security/passkeys
login  POST   /settings/security/passkeys/begin
login  POST   /settings/security/passkeys/<passkey>/rename
login  POST   /settings/security/passkeys/<passkey>/remove
login  POST   /settings/sessions/<session>/revoke
login  POST   /settings/sessions/revoke-others
admin  GET    /admin
admin  GET    /admin/policies
admin  POST   /admin/policies
admin  GET    /admin/never-store
admin  POST   /admin/never-store
admin  POST   /admin/never-store/remove
admin  GET    /admin/domains
admin  POST   /admin/domains
admin  POST   /admin/domains/remove
admin  GET    /admin/address
admin  GET    /admin/gateway
admin  POST   /admin/gateway/on
admin  POST   /admin/gateway/off
admin  GET    /admin/outbox
admin  POST   /admin/outbox/pause
admin  POST   /admin/outbox/resume
admin  POST   /admin/outbox/<mail>/retry
admin  POST   /admin/outbox/<mail>/cancel
login  GET    /deliveries
login  GET    /deliveries/in/<inbound>
login  GET    /deliveries/out/<mail>
admin  GET    /admin/queues
admin  POST   /admin/queues/retry
admin  POST   /admin/queues/<inbound>/retry
admin  POST   /admin/queues/webhooks/retry
admin  GET    /admin/storage
admin  GET    /admin/backups
admin  GET    /admin/configuration
admin  GET    /admin/dns
admin  POST   /admin/dns/check
admin  GET    /admin/privacy
admin  POST   /admin/privacy/retention
admin  POST   /admin/privacy/holds
admin  POST   /admin/privacy/holds/<hold>/end
admin  GET    /admin/pauses
admin  POST   /admin/pauses/<pause>/resume
admin  GET    /admin/users
admin  POST   /admin/users
admin  GET    /admin/users/<user>
admin  POST   /admin/users/<user>
admin  GET    /admin/users/<user>/leave
admin  POST   /admin/users/<user>/invite
admin  POST   /admin/users/<user>/second-step/reset
admin  GET    /admin/sign-in
admin  POST   /admin/sign-in
admin  POST   /admin/sign-in/test
admin  POST   /admin/sign-in/remove
admin  POST   /admin/sign-in/accounts/<subject>/release
admin  GET    /admin/teams
admin  POST   /admin/teams
admin  GET    /admin/teams/<team>
admin  POST   /admin/teams/<team>
admin  POST   /admin/teams/<team>/delete
admin  POST   /admin/teams/<team>/restore
admin  GET    /admin/senders
admin  POST   /admin/senders
admin  POST   /admin/senders/<sender>/approve
admin  POST   /admin/senders/<sender>/reject
admin  POST   /admin/senders/<sender>/revoke
admin  POST   /admin/senders/<sender>/verify-again
admin  POST   /admin/senders/<sender>/again
admin  POST   /admin/senders/<sender>/code
admin  GET    /admin/senders/domains
admin  POST   /admin/senders/domains
admin  POST   /admin/senders/domains/<domain>/check
admin  POST   /admin/senders/domains/<domain>/approve
admin  POST   /admin/senders/domains/<domain>/remove
admin  GET    /admin/audit
admin  GET    /admin/audit.csv
login  GET    /settings/handover
login  POST   /settings/handover
token  GET    /api/v1/company
token  GET    /api/v1/me
token  PATCH  /api/v1/me
token  GET    /api/v1/teams
token  GET    /api/v1/teams/<team>
chief  POST   /api/v1/teams
chief  PATCH  /api/v1/teams/<team>
chief  DELETE /api/v1/teams/<team>
member POST   /api/v1/contacts/<contact>/merge
member POST   /api/v1/contacts/<contact>/unmerge
token  GET    /api/v1/messages
token  GET    /api/v1/messages/<message>
token  PATCH  /api/v1/messages/<message>
token  GET    /api/v1/messages/<message>/raw
token  GET    /api/v1/messages/<message>/attachments/<attachment>
member POST   /api/v1/messages/<message>/links
token  POST   /api/v1/messages/<message>/access-requests
token  GET    /api/v1/access-requests
member POST   /api/v1/access-requests/<access>/grant
member POST   /api/v1/access-requests/<access>/refuse
member DELETE /api/v1/links/<link>
token  GET    /api/v1/threads/<thread>
member POST   /api/v1/threads/<thread>/split
member POST   /api/v1/threads/<thread>/merge
token  GET    /api/v1/unresolved
member POST   /api/v1/unresolved/<unresolved>/answer
member POST   /api/v1/unresolved/<unresolved>/undo
token  GET    /api/v1/inbound
token  GET    /api/v1/inbound/<inbound>
member POST   /api/v1/inbound/<inbound>/release
member POST   /api/v1/inbound/<inbound>/discard
member POST   /api/v1/inbound/<inbound>/restore
member POST   /api/v1/inbound/<inbound>/replay
token  GET    /api/v1/approved-senders
member POST   /api/v1/approved-senders
token  DELETE /api/v1/approved-senders/<sender>
chief  POST   /api/v1/approved-senders/<sender>/approve
chief  POST   /api/v1/approved-senders/<sender>/reject
token  GET    /api/v1/blocked-addresses
token  POST   /api/v1/blocked-addresses
token  DELETE /api/v1/blocked-addresses/<blocked>
token  GET    /api/v1/webhooks
member POST   /api/v1/webhooks
token  GET    /api/v1/webhooks/<webhook>
member PATCH  /api/v1/webhooks/<webhook>
token  DELETE /api/v1/webhooks/<webhook>
member POST   /api/v1/webhooks/<webhook>/rotate
member POST   /api/v1/webhooks/<webhook>/test
member POST   /api/v1/webhooks/<webhook>/replay
token  GET    /api/v1/webhooks/<webhook>/deliveries
member POST   /api/v1/webhooks/<webhook>/deliveries/<delivery>/replay
token  GET    /api/v1/audit-events
token  GET    /api/v1/templates
member POST   /api/v1/templates
token  GET    /api/v1/templates/<template>
member PATCH  /api/v1/templates/<template>
member DELETE /api/v1/templates/<template>
token  GET    /api/v1/signatures
member POST   /api/v1/signatures
token  GET    /api/v1/signatures/<signature>
member PATCH  /api/v1/signatures/<signature>
member DELETE /api/v1/signatures/<signature>
token  GET    /api/v1/standing-answers
member DELETE /api/v1/standing-answers/<standing>
chief  PATCH  /api/v1/company
chief  GET    /api/v1/users
chief  POST   /api/v1/users
chief  GET    /api/v1/users/<user>
chief  PATCH  /api/v1/users/<user>
"""
OF_RECORDS = """
login  GET    /{path}
login  POST   /{path}
login  GET    /{path}/<record>
login  POST   /{path}/<record>
login  POST   /{path}/<record>/delete
login  POST   /{path}/<record>/restore
login  GET    /{path}/new
login  GET    /{path}/<record>/qr.png
login  GET    /{path}/<record>/address.vcf
login  GET    /{path}/<record>/earlier
login  POST   /{path}/<record>/earlier
login  POST   /{path}/<record>/earlier/undo
token  GET    /api/v1/{path}
member POST   /api/v1/{path}
token  GET    /api/v1/{path}/<{kind}>
member PATCH  /api/v1/{path}/<{kind}>
member DELETE /api/v1/{path}/<{kind}>
member POST   /api/v1/{path}/<{kind}>/restore
token  GET    /api/v1/{path}/<{kind}>/earlier-messages
member POST   /api/v1/{path}/<{kind}>/earlier-messages
"""
"""open: anybody; login, admin: a browser; token, member, chief: the API, for all, for those who write, for admins."""

Route = tuple[str, str]


def the_table() -> dict[Route, str]:
    """Answer who may use each route."""
    lines = [TABLE, *(OF_RECORDS.format(path=path, kind=KIND[path]) for path in RECORDS)]
    rows = [line.split() for text in lines for line in text.strip().splitlines()]
    return {(method, rule): access for access, method, rule in rows}


def routes_of(app: Flask) -> Iterator[Route]:
    """Answer every route of the application."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - SAFE_METHODS:
            yield method, rule.rule


def made_up(rule: str) -> str:
    """Answer a path with ids that nobody gave out."""
    return re.sub(r"<[^>]+>", MADE_UP, rule)


def test_every_route_is_in_the_table(office: Office) -> None:
    assert set(routes_of(office.site.app)) == set(the_table())


def _anonymous(office: Office, method: str, path: str) -> int:
    browser = office.site.browser()
    token = browser.token("/login")
    if path.startswith("/api/v1/"):
        return browser.client.open(path, method=method, json={} if method != "GET" else None).status_code
    return browser.client.open(
        path, method=method, data={"csrf_token": token} if method == "POST" else None
    ).status_code


def test_a_stranger_gets_nothing_but_what_is_open(office: Office) -> None:
    for (method, rule), access in the_table().items():
        status = _anonymous(office, method, made_up(rule))
        match access:
            case "open":
                assert status != 401, (method, rule)
            case _ if rule.startswith("/api/v1/"):
                assert status == 401, (method, rule, status)
            case _:
                assert status == 302, (method, rule, status)


@pytest.mark.parametrize("who", ["reader", "rep", "ada"])
def test_roles_reach_what_is_theirs(office: Office, who: str) -> None:
    person = getattr(office, who)
    browser = person.browser()
    token = browser.token("/settings")
    for (method, rule), access in the_table().items():
        if access == "open" or rule == "/logout":
            continue
        status = _status(person.api, browser, token, method, made_up(rule))
        forbidden = (access in ("admin", "chief") and who != "ada") or (access == "member" and who == "reader")
        assert (status == 403) == forbidden, (who, method, rule, status)
        assert status < 500, (who, method, rule, status)


def _status(api: Api, browser: Browser, token: str, method: str, path: str) -> int:
    if path.startswith("/api/v1/"):
        body = None if method in ("GET", "DELETE") else {}
        return api.call(method, path.removeprefix("/api/v1/"), body).status_code
    form = {"csrf_token": token} if method == "POST" else None
    return browser.client.open(path, method=method, data=form).status_code


def test_every_form_needs_its_token(office: Office) -> None:
    browser = office.rep.browser()
    for method, rule in the_table():
        if method == "POST" and not rule.startswith("/api/"):
            assert browser.client.post(made_up(rule)).status_code == 400, rule


def test_an_api_call_by_cookie_alone_is_401(office: Office) -> None:
    browser = office.rep.browser()
    for (method, rule), access in the_table().items():
        if rule.startswith("/api/v1/") and access != "open":
            assert browser.client.open(made_up(rule), method=method, json={}).status_code == 401, rule
