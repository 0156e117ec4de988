"""Clients of the web application without sockets: an API caller with a token, a browser with a login."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from accounts.companies import create_company
from accounts.passwords import set_password_hash
from accounts.policies import CompanyPolicies
from accounts.sessions import open_session
from accounts.tokens import make_api_token
from accounts.users import UserMade, add_user
from accounts.viewer import Role, Viewer
from config.settings import Settings
from db.ids import IdSealer
from db.raw import RawStore
from db.session import Database
from net.sealed import Keys, load_keys
from tests.kit.passwords import quick_hash
from webui.app import create_app
from webui.backend import Backend

MAIL_DOMAIN = "bcc.example"
PASSWORD = "correct horse battery"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class _Compiled(BytecodeCache):
    """Templates compiled once a process: to compile those of one page takes five times as long as to render it."""

    def __init__(self) -> None:
        self._codes: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key + bucket.checksum] = bucket.code


COMPILED: Final = _Compiled()


@dataclass(frozen=True, slots=True)
class Api:
    """The HTTP API as one user."""

    app: Flask
    token: str

    def call(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, **more: Any
    ) -> TestResponse:
        """Send one request to /api/v1/PATH."""
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        if body is not None:
            more["json"] = body
        return self.app.test_client().open(f"/api/v1/{path}", method=method, headers=sent, **more)

    def get(self, path: str, **query: Any) -> Any:
        """Answer the JSON of a GET that must succeed."""
        return _good(self.call("GET", path, query_string=query))

    def post(self, path: str, body: Any = None) -> Any:
        """Answer the JSON of a POST that must succeed."""
        return _good(self.call("POST", path, body))

    def patch(self, path: str, body: Any) -> Any:
        """Answer the JSON of a PATCH that must succeed."""
        return _good(self.call("PATCH", path, body))

    def delete(self, path: str) -> None:
        """Send a DELETE that must succeed."""
        assert self.call("DELETE", path).status_code == 204


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser with its cookies."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def post(self, path: str, page: str = "", **fields: Any) -> TestResponse:
        """Send a form with the token of `page`, or of the settings page."""
        fields.setdefault("csrf_token", self.token(page or "/settings"))
        return self.client.post(path, data=fields)

    def token(self, page: str) -> str:
        """Answer the CSRF token that a page carries."""
        found = TOKEN.search(self.client.get(page).text)
        assert found, f"{page} carries no csrf_token"
        return found.group(1)

    def login(self, email: str, password: str = PASSWORD) -> TestResponse:
        """Sign in."""
        return self.post("/login", "/login", email=email, password=password)


@dataclass(frozen=True, slots=True)
class Person:
    """A user with everything that a test needs of him."""

    viewer: Viewer
    email: str
    api: Api
    made: UserMade
    app: Flask

    def browser(self) -> Browser:
        """Answer a browser in which this user is signed in, without the form and its slow hash."""
        client = self.app.test_client()
        client.set_cookie(*self.cookie())
        return Browser(client)

    def cookie(self) -> tuple[str, str]:
        """Answer name and value of the cookie of a new session."""
        backend: Backend = self.app.extensions["smartbcc"]
        with backend.database.write() as session:
            secret = open_session(session, self.viewer, "Chromium", backend.database.now(session))
        serializer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert serializer, "the application has no secret"
        return self.app.config["SESSION_COOKIE_NAME"], serializer.dumps({"_user_id": secret, "_fresh": True})


@dataclass(slots=True)
class Site:
    """The application over one database, with companies and people made on request."""

    settings: Settings
    database: Database
    app: Flask
    raw: RawStore
    keys: Keys
    sealer: IdSealer

    def close(self) -> None:
        """Let go of sockets."""
        backend: Backend = self.app.extensions["smartbcc"]
        backend.waker.close()

    def company(self, name: str, *domains: str) -> int:
        """Make a company and answer its id."""
        with self.database.write() as session:
            now = self.database.now(session)
            return create_company(session, name, domains, CompanyPolicies(), now, MAIL_DOMAIN).company_id

    def person(self, company_id: int, email: str, role: Role = Role.MEMBER) -> Person:
        """Add a user with a token and a password."""
        with self.database.write() as session:
            now = self.database.now(session)
            made = add_user(session, company_id, email, email.partition("@")[0].title(), role, now, MAIL_DOMAIN)
        return self.adopt(made, email)

    def adopt(self, made: UserMade, email: str) -> Person:
        """Give a user who is there a token and a password."""
        password_hash = quick_hash(PASSWORD)
        with self.database.write() as session:
            now = self.database.now(session)
            set_password_hash(session, made.company_id, made.user_id, password_hash)
            token = make_api_token(session, made.viewer, "test", now)
        return Person(made.viewer, email, Api(self.app, token), made, self.app)

    def browser(self) -> Browser:
        """Answer a browser in which nobody is signed in."""
        return Browser(self.app.test_client())


def open_site(settings: Settings, database: Database) -> Site:
    """Build the application on a migrated database."""
    keys = load_keys(settings.data_dir)
    raw = RawStore(database, settings.data_dir)
    app = create_app(settings, database, raw, keys)
    app.jinja_env.bytecode_cache = COMPILED
    return Site(settings, database, app, raw, keys, IdSealer(keys.derive("public-ids")))


def _good(response: TestResponse) -> Any:
    assert 200 <= response.status_code < 300, (response.status_code, response.text)
    return response.json
