"""The first run: the link that `serve` prints founds the company, then the way goes on to the first mail.

Step 1 is open to whoever holds the link. Steps 2 and 3 are pages of the one who is signed in by then.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.addresses import address_of
from accounts.founding import Founding, found_company
from accounts.passwords import hash_password, set_password_hash
from accounts.refusals import Refused
from accounts.sessions import open_session
from accounts.setup_links import is_empty, is_setup_link_open, use_setup_link
from accounts.users import personal_address
from ingest.inbounds import InboundView, list_inbound
from languages.speech import _, marked
from linking.letter_parts import records_in
from linking.record_view import names_of
from linking.sentences import sentence
from webui.auth import welcome
from webui.backend import backend
from webui.call import Call
from webui.founding_form import Wish, read_wish, wrong_fields
from webui.pages import reading, render

first_run: Final = Blueprint("first_run", __name__)
GONE: Final = marked(
    "This link has been used, is too old, or a later start of the server made a new one. "
    "If there is no company yet, start `smartbcc serve` again: it prints a fresh link."
)
LOOKED_AT: Final = 20


@first_run.before_app_request
def _say_what_to_do() -> str | None:
    """Nobody can sign in to an empty installation: say so instead of showing a form that leads nowhere."""
    if request.method != "GET" or request.endpoint not in ("login.home", "login.show"):
        return None
    with backend().database.read() as session:
        empty = is_empty(session)
    return render_template("first_run_closed.html") if empty else None


@first_run.get("/setup/<secret>")
def begin(secret: str) -> Response:
    """Show the form of step 1; looking changes nothing (SECURITY W4)."""
    if not _is_open(secret):
        return _gone()
    return _form(secret, Wish(email=request.args.get("email", "")[:320]), {})


@first_run.post("/setup/<secret>")
def found(secret: str) -> Response:
    """Found the company and sign its first admin in; the link is used up by it."""
    if not _is_open(secret):
        return _gone()
    wish = read_wish()
    if errors := wrong_fields(wish):
        return _form(secret, wish, errors)
    try:
        opened = _found(secret, wish, hash_password(wish.password))
    except Refused as refused:
        return _form(secret, wish, {"company": str(refused)})
    if opened is None:
        return _gone()
    welcome(opened)
    return redirect(url_for("first_run.addresses"), HTTPStatus.SEE_OTHER)


@first_run.get("/welcome")
def addresses() -> str:
    """Show step 2: one's addresses, and what the mail domain needs."""
    with reading() as call:
        settings = call.backend.settings
        return render(
            call,
            "first_run_addresses.html",
            bcc_address=address_of(call.session, call.viewer.company_id),
            personal_bcc_address=personal_address(call.session, call.viewer.company_id, call.viewer.user_id),
            mail_domains=settings.mail_domain,
            hostname=settings.own_name,
            listens=settings.smtp_listen,
            is_local=all(domain.endswith("localhost") for domain in settings.mail_domain),
        )


@first_run.get("/welcome/mail")
def first_mail() -> str:
    """Show step 3: wait for a mail, then say what became of it."""
    with reading() as call:
        arrived = latest_mail(call)
        return render(
            call,
            "first_run_mail.html",
            arrived=arrived,
            reason=_reason(call, arrived) if arrived else "",
            bcc_address=address_of(call.session, call.viewer.company_id),
        )


def latest_mail(call: Call) -> InboundView | None:
    """Answer the newest decided mail that is the viewer's, gave a letter that he sees, or belongs to nobody.

    An admin knows of more rows, but is told nothing of what is a colleague's alone (RULES R30b).
    """
    rows = list_inbound(call.session, call.viewer, limit=LOOKED_AT)
    return next((one for one in rows if one.mine or one.message_ids or _is_nobodys(one)), None)


def _is_nobodys(one: InboundView) -> bool:
    return one.envelope is not None and one.owner_id is None


def awaits_first_mail(call: Call) -> bool:
    """Tell whether the way of the first run is still open: an admin's, until a mail has come."""
    return call.viewer.is_admin and latest_mail(call) is None


def _reason(call: Call, arrived: InboundView) -> str:
    if arrived.reason is None:
        return ""
    args = arrived.reason_args or {}
    return sentence(arrived.reason, args, names_of(call.session, call.viewer, sorted(records_in(args))).get)


def _is_open(secret: str) -> bool:
    here = backend()
    with here.database.read() as session:
        return is_setup_link_open(session, secret, here.database.now(session))


def _found(secret: str, wish: Wish, password_hash: str) -> str | None:
    """Answer the secret of a new session; None where somebody else was first."""
    here = backend()
    founding = Founding(company=wish.company, domains=wish.own_domains(), email=wish.email, name=wish.name)
    with here.database.write() as session:
        now = here.database.now(session)
        if not use_setup_link(session, secret, now):
            return None
        made = found_company(session, founding, now, here.settings.mail_domain[0])
        set_password_hash(session, made.company_id, made.admin.user_id, password_hash)
        return open_session(session, made.admin.viewer, str(request.user_agent), now)


def _form(secret: str, wish: Wish, errors: dict[str, str]) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return make_response(render_template("first_run.html", secret=secret, wish=wish, errors=errors), status)


def _gone() -> Response:
    return make_response(
        render_template("error.html", status=HTTPStatus.GONE, sentence=_(GONE), errors=()), HTTPStatus.GONE
    )
