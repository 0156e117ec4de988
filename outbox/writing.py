"""Every mail of ours in one shape: three templates make text and HTML of the same words (SECURITY O1, O2).

`templates/<language>/<template>/` holds `subject.txt`, `body.txt` and `body.html`; a language that lacks one has
English in its place. Values come from strangers: whatever a template shows is one line that turns nothing around it.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from markupsafe import Markup

from accounts.email import check_email
from accounts.time_zone import zone_of
from mail.direction import closed, isolated
from mail.generate import UnsafeMessage, to_bytes
from outbox.letterhead import Letterhead

TEMPLATES: Final = Path(__file__).with_name("templates")
OTHERWISE: Final = "en"
SENDER: Final = "Smart Bcc"
LONGEST_VALUE: Final = 500
"""Characters of one value; links of ours are shorter."""
LONGEST_SUBJECT: Final = 200
MSG_ID: Final = re.compile(r"<[!-;=?-~]{3,250}>")
BREAKING: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's control characters, lone surrogates, and ends of lines and paragraphs."""


def write_mail(
    letterhead: Letterhead,
    template: str,
    language: str,
    to: str,
    args: Mapping[str, Any],
    *,
    now: datetime,
    auto_submitted: str = "auto-generated",
    in_reply_to: str = "",
) -> bytes:
    """Answer a mail to one address of a user, to be sent with the null reverse-path.

    Templates know `args`, and `to`, `base_url` and `mail_domain`; the filters `moment`, `day` and `clock` tell a time
    in the zone `time_zone`, one of `args`. `auto_submitted` as RFC 3834 §5; `in_reply_to` is a msg-id with its angle
    brackets, anything else is left out. Raises Invalid for what is no address, UnsafeMessage for what cannot be a
    header field, and UndefinedError of jinja2 where a template misses an argument.
    """
    address = check_email(to)
    known = {
        "time_zone": "UTC",
        **args,
        "to": address,
        "base_url": letterhead.base_url,
        "mail_domain": letterhead.mail_domain,
    }
    message = EmailMessage()
    message["From"] = Address(SENDER, addr_spec=f"no-reply@{letterhead.mail_domain}")
    local_part, _, domain = address.rpartition("@")
    message["To"] = Address(username=local_part, domain=domain)
    message["Subject"] = _subject(_render(language, f"{template}/subject.txt", known))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{letterhead.hostname}>"
    _answer(message, in_reply_to)
    message["Auto-Submitted"] = auto_submitted  # RFC 3834 §5
    message["X-Auto-Response-Suppress"] = "All"
    # Quoted-printable passes every server unchanged, and so does its signature.
    message.set_content(_render(language, f"{template}/body.txt", known), cte="quoted-printable")
    message.add_alternative(_render(language, f"{template}/body.html", known), subtype="html", cte="quoted-printable")
    return to_bytes(message, utf8=not address.isascii())


def _answer(message: EmailMessage, msg_id: str) -> None:
    """Join the conversation of a mail (RFC 5322 §3.6.4), where it has a msg-id."""
    if MSG_ID.fullmatch(msg_id):
        message["In-Reply-To"] = msg_id
        message["References"] = msg_id


def _subject(rendered: str) -> str:
    text = rendered.strip()
    if not text or any(unicodedata.category(char) in BREAKING for char in text):
        raise UnsafeMessage("a subject is one line")
    return closed(text[:LONGEST_SUBJECT])


def _render(language: str, name: str, known: Mapping[str, Any]) -> str:
    wanted = [f"{one}/{name}" for one in (language, language.partition("-")[0], OTHERWISE) if one]
    return _environment().select_template(wanted).render(known).strip() + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        finalize=_one_line,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(cut=cut, moment=moment, day=day, clock=clock)
    return environment


def _one_line(value: Any) -> Any:
    """Answer a value as templates show it: no control character, nothing that changes the direction around it."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    plain = "".join(" " if unicodedata.category(char) in BREAKING else char for char in value[:LONGEST_VALUE])
    return isolated(" ".join(plain.split()))


def cut(value: str, most: int = 60) -> str:
    """Answer the beginning of a long text."""
    return value if len(value) <= most else f"{value[: most - 1]}…"


@pass_context
def moment(context: Context, at: datetime) -> str:
    """Answer day and time in the reader's zone."""
    here = at.astimezone(zone_of(context["time_zone"]))
    return f"{_date(here)}, {here:%H:%M} {here.tzname() or 'UTC'}"


@pass_context
def day(context: Context, at: datetime) -> str:
    """Answer the day in the reader's zone."""
    return _date(at.astimezone(zone_of(context["time_zone"])))


@pass_context
def clock(context: Context, at: datetime) -> str:
    """Answer the time of day in the reader's zone."""
    return f"{at.astimezone(zone_of(context['time_zone'])):%H:%M}"


def _date(here: datetime) -> str:
    return f"{here.day} {here:%B %Y}"
