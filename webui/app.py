"""The application: pages and API over one backend."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from flask import Blueprint, Flask, Response
from flask_wtf import CSRFProtect

from config.settings import Settings
from db.ids import IdSealer
from db.raw import RawStore
from db.session import Database
from db.wake import Waker
from ingest.authenticate import Authenticate, Tools
from ingest.replay import Replayer
from linking.reference_tag import read_tags
from mail.envelope import Envelope
from mailauth.results import Proof
from mailauth.trust import trust_of
from mailauth.verdict import authenticate
from net.resolver import DnsResolver
from net.sealed import Keys
from outbox.return_path import read_return_path
from webui import auth, clickable, errors, language, moments, occasion, security, shown
from webui.access import access
from webui.admin import admin
from webui.again import again
from webui.api.blueprint import api, docs
from webui.assets import serve_assets
from webui.backend import Backend, attach
from webui.compression import compress_answers
from webui.confirm import confirm
from webui.deliveries import deliveries
from webui.demo_guide import demo
from webui.first_run import first_run
from webui.held import held
from webui.images import images
from webui.inbox import inbox
from webui.letter import letter
from webui.letter_files import files
from webui.login import login
from webui.measures import measure
from webui.pulse import pulse
from webui.questions import questions
from webui.records import records
from webui.settings import settings as settings_pages
from webui.side.routes import side
from webui.thread import thread
from webui.thread_choices import thread_choices

PAGES: tuple[Blueprint, ...] = (
    login,
    inbox,
    pulse,
    letter,
    files,
    side,
    access,
    again,
    images,
    thread,
    thread_choices,
    records,
    held,
    questions,
    settings_pages,
    confirm,
    admin,
    deliveries,
    docs,
    first_run,
    demo,
)


def create_app(settings: Settings, database: Database, raw: RawStore, keys: Keys) -> Flask:
    """Build the WSGI application."""
    sealer = IdSealer(keys.derive("public-ids"))
    here = Backend(
        settings=settings,
        database=database,
        raw=raw,
        keys=keys,
        sealer=sealer,
        waker=Waker(settings),
        replayer=Replayer(database, raw, _tools(settings, sealer)),
    )
    app = Flask("webui", static_folder="static", template_folder="templates")
    attach(app, here)
    security.secure(app, here)
    compress_answers(app)
    measure(app)
    serve_assets(app)
    csrf = CSRFProtect(app)
    csrf.exempt(api)  # no cookie is ever looked at there
    auth.install(app)
    language.install(app)
    errors.handle_errors(app)
    _add_filters(app)
    for blueprint in (api, *PAGES):
        app.register_blueprint(blueprint)
    app.add_url_rule("/healthz", view_func=healthz)
    return app


def _tools(settings: Settings, sealer: IdSealer) -> Tools:
    return Tools(_authenticator(settings), partial(read_return_path, sealer), partial(read_tags, sealer))


def _authenticator(settings: Settings) -> Authenticate:
    """Answer what a replay asks where the senders of uploads are checked anew."""
    resolver, trust = DnsResolver(settings.dns_servers), trust_of(settings)

    def judge(raw: bytes, envelope: Envelope, *, now: datetime) -> Proof:
        return authenticate(raw, envelope, resolver, now=now, trust=trust)

    return judge


def healthz() -> Response:
    """Say that the process lives (INTERFACE 4)."""
    return Response("ok\n", mimetype="text/plain")


def _add_filters(app: Flask) -> None:
    for function in (
        shown.plain,
        shown.said,
        shown.paragraph,
        shown.address,
        shown.size,
        shown.file_icon,
    ):
        app.add_template_filter(function)
    moments.install(app)
    occasion.install(app)
    clickable.install(app)
    app.add_template_test(shown.is_deceptive_name, "deceptive")
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
