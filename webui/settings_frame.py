"""The frame of the settings: one blueprint, the list of its pages, and forms that come back with what was wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, make_response, request, url_for
from werkzeug.wrappers import Response

from accounts.refusals import Invalid
from webui.call import Call
from webui.pages import render
from webui.problem import ProblemError

settings: Final = Blueprint("settings", __name__)
Errors = Mapping[str, str]
"""A sentence by the name of the field that it is about."""
NONE: Final[Errors] = {}


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the settings before anybody stands on one."""

    name: str
    endpoint: str
    icon: str
    group: str


@dataclass(frozen=True, slots=True)
class Section:
    """A link of the side list."""

    name: str
    href: str
    icon: str
    is_here: bool


SECTIONS: Final = (
    Listed("Bcc addresses", "settings.show", "at-sign", "Mail"),
    Listed("Test mail", "settings.test_mail", "mail-check", "Mail"),
    Listed("Senders", "settings.senders", "user-check", "Mail"),
    Listed("Sharing and linking", "settings.sharing", "link", "Mail"),
    Listed("Standing answers", "settings.answers", "check-check", "Mail"),
    Listed("Blocked", "settings.blocked", "ban", "Mail"),
    Listed("Notices", "settings.notices", "bell", "Mail"),
    Listed("Profile", "settings.profile", "circle-user", "You"),
    Listed("Security", "settings.security", "lock-keyhole", "You"),
    Listed("API tokens", "settings.tokens", "key-round", "You"),
    Listed("Colours and keys", "settings.appearance", "keyboard", "You"),
    Listed("Hand over", "settings.handover", "corner-up-left", "You"),
)


def show_page(call: Call, template: str, errors: Errors = NONE, **values: Any) -> str:
    """Render a page of the settings with the list of all of them beside it."""
    return render(
        call,
        template,
        sections=_sections(),
        is_first_page=request.path == url_for("settings.show"),
        errors=errors,
        given=request.form if errors else NONE,
        **values,
    )


def tried(act: Callable[[], Response], again: Callable[[Errors], str]) -> Response:
    """Answer what the act answers; where fields are wrong, the page again with a sentence beside each."""
    try:
        return act()
    except Invalid as wrong:
        errors: Errors = wrong.errors
    except ProblemError as wrong:
        if wrong.status != HTTPStatus.UNPROCESSABLE_ENTITY:
            raise
        errors = {one.field: one.message for one in wrong.errors}
    return make_response(again(errors), HTTPStatus.UNPROCESSABLE_ENTITY)


def peer() -> str:
    """Answer the browser's IP address."""
    return request.remote_addr or ""


def _sections() -> dict[str, list[Section]]:
    groups: dict[str, list[Section]] = {}
    for one in SECTIONS:
        href = url_for(one.endpoint)
        is_root = href == url_for("settings.show")
        is_here = request.path == href or (not is_root and request.path.startswith(f"{href}/"))
        groups.setdefault(one.group, []).append(Section(one.name, href, one.icon, is_here))
    return groups
