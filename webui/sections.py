"""Sections: the pages of one area, beside the list of all of them; and forms that come back with what was wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import make_response, request, url_for
from werkzeug.wrappers import Response

from accounts.refusals import Invalid
from languages.speech import _
from webui.call import Call
from webui.pages import render
from webui.problem import ProblemError

Errors = Mapping[str, str]
"""A sentence by the name of the field that it is about."""
NONE: Final[Errors] = {}


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of an area before anybody stands on one; `name` and `group` are marked texts."""

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


def show_section(call: Call, template: str, listed: Sequence[Listed], errors: Errors, **values: Any) -> str:
    """Render a page with the list of its area beside it, whose first page stands above the others."""
    root = url_for(listed[0].endpoint)
    return render(
        call,
        template,
        sections=_groups(listed, root),
        is_first_page=request.path == root,
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


def _groups(listed: Sequence[Listed], root: str) -> dict[str, list[Section]]:
    groups: dict[str, list[Section]] = {}
    for one in listed:
        href = url_for(one.endpoint)
        is_here = request.path == href or (href != root and request.path.startswith(f"{href}/"))
        groups.setdefault(_(one.group), []).append(Section(_(one.name), href, one.icon, is_here))
    return groups
