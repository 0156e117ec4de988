"""Every mail of ours in one shape: three templates make text and HTML of the same words (SECURITY O1, O2).

`templates/<template>/` holds `subject.txt`, `body.txt` and `body.html`, which are said in the language of who gets the
mail. Values come from strangers: whatever a template is given is one line that turns nothing around it.
"""

from __future__ import annotations

import re
import secrets
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

from accounts.email import check_email
from accounts.time_zone import zone_of
from languages.dates import clock as time_of_day
from languages.dates import in_zone, long_day, long_moment
from languages.language import OFFERED, SOURCE, direction_of
from languages.speech import _, ngettext, npgettext, pgettext, speaking, spoken
from mail.direction import closed, isolated
from mail.generate import UnsafeMessage, to_bytes
from outbox.letterhead import Letterhead

TEMPLATES: Final = Path(__file__).with_name("templates")
SENDER: Final = "Smart Bcc"
LONGEST_VALUE: Final = 500
"""Characters of one value; links of ours are shorter."""
LONGEST_SUBJECT: Final = 200
WIDTH: Final = 79
"""Characters of a line of text; links are longer where they have to be."""
MSG_ID: Final = re.compile(r"<[!-;=?-~]{3,250}>")
BULLET: Final = re.compile(r" *(?:- |\d+\. )?")
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
    with speaking(language if language in OFFERED else SOURCE):
        return _written(letterhead, template, address, args, now, auto_submitted, in_reply_to)


def _written(
    letterhead: Letterhead,
    template: str,
    address: str,
    args: Mapping[str, Any],
    now: datetime,
    auto_submitted: str,
    in_reply_to: str,
) -> bytes:
    house = {"base_url": letterhead.base_url, "mail_domain": letterhead.mail_domain}
    known = _plain({"time_zone": "UTC", **args, "to": address, **house})
    message = EmailMessage()
    message["From"] = Address(SENDER, addr_spec=f"no-reply@{letterhead.mail_domain}")
    local_part, _, domain = address.rpartition("@")
    message["To"] = Address(username=local_part, domain=domain)
    message["Subject"] = _subject(_render(f"{template}/subject.txt", known))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{letterhead.hostname}>"
    _answer(message, in_reply_to)
    message["Auto-Submitted"] = auto_submitted  # RFC 3834 §5
    message["X-Auto-Response-Suppress"] = "All"
    # Quoted-printable passes every server unchanged, and so does its signature.
    message.set_content(_wrapped(_render(f"{template}/body.txt", known)), cte="quoted-printable")
    message.add_alternative(_render(f"{template}/body.html", known), subtype="html", cte="quoted-printable")
    message["Content-Language"] = spoken()  # RFC 3282; last, because content takes the fields of the one before away
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


def _render(name: str, known: Mapping[str, Any]) -> str:
    return _environment().get_template(name).render(known).strip() + "\n"


def _wrapped(text: str) -> str:
    """Answer the text with lines that every reader shows whole; a link is never broken."""
    return "".join(_wrapped_line(line) + "\n" for line in text.splitlines())


def _wrapped_line(line: str, indent: int = 0) -> str:
    if len(line) <= WIDTH:
        return line
    bullet = BULLET.match(line)
    return textwrap.fill(
        line,
        WIDTH,
        break_long_words=False,
        break_on_hyphens=False,
        subsequent_indent=" " * (indent or (bullet.end() if bullet else 0)),
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        _, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals.update(language=spoken, direction=lambda: direction_of(spoken()))
    environment.filters.update(cut=cut, moment=moment, day=day, clock=clock, aligned=aligned)
    return environment


def _plain(value: Any) -> Any:
    """Answer a value as templates show it, with what it holds: one line that turns nothing around it.

    A function is asked here, where the language is that of who gets the mail.
    """
    if callable(value):
        return _plain(value())
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if not isinstance(value, str):
        return value
    line = "".join(" " if unicodedata.category(char) in BREAKING else char for char in value[:LONGEST_VALUE])
    return isolated(" ".join(line.split()))


def cut(value: str, most: int = 60) -> str:
    """Answer the beginning of a long text."""
    return value if len(value) <= most else closed(f"{value[: most - 1]}…")


def aligned(rows: Sequence[tuple[str, str]]) -> str:
    """Answer names and values below each other."""
    width = max(len(name) for name, value in rows) + 2
    return "\n".join(_wrapped_line(f"{f'{name}:':{width}}{value}", width) for name, value in rows)


@pass_context
def moment(context: Context, at: datetime) -> str:
    """Answer day and time in the reader's zone."""
    return long_moment(_here(context, at))


@pass_context
def day(context: Context, at: datetime) -> str:
    """Answer the day in the reader's zone."""
    return long_day(_here(context, at))


@pass_context
def clock(context: Context, at: datetime) -> str:
    """Answer the time of day in the reader's zone."""
    return time_of_day(_here(context, at))


def _here(context: Context, at: datetime) -> datetime:
    return in_zone(at, zone_of(context["time_zone"]))
