"""Places: the links of the main navigation, with how much waits at each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from flask import request, url_for

from languages.speech import marked
from webui.call import Call
from webui.guide_file import is_demo
from webui.waiting import waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A link of the main navigation; `key` leads there, `count` is what waits, `in_bar`: a phone shows it at once.

    `admins`: for them alone; `demos`: only there. `name` is said where it is shown. `href`, `is_here` and `count` are
    a request's.
    """

    name: str
    endpoint: str
    icon: str
    group: str
    key: str
    in_bar: bool = False
    admins: bool = False
    demos: bool = False
    href: str = ""
    is_here: bool = False
    count: int = 0


def _mail(name: str, endpoint: str, icon: str, key: str, *, in_bar: bool = False) -> Place:
    return Place(name=name, endpoint=endpoint, icon=icon, group="mail", key=key, in_bar=in_bar)


def _records(name: str, kind: str, icon: str, key: str, *, in_bar: bool = False) -> Place:
    return Place(name=name, endpoint=f"records.list_{kind}", icon=icon, group="records", key=key, in_bar=in_bar)


PLACES: Final = (
    _mail(marked("Inbox"), "inbox.show", "inbox", "g i", in_bar=True),
    _mail(marked("Questions"), "questions.show", "circle-question-mark", "g q", in_bar=True),
    _mail(marked("Held"), "held.show", "hand", "g h"),
    _records(marked("Contacts"), "contact", "user", "g c", in_bar=True),
    _records(marked("Organisations"), "organization", "building-2", "g o"),
    _records(marked("Deals"), "deal", "handshake", "g d", in_bar=True),
    _records(marked("Leads"), "lead", "target", "g l"),
    _records(marked("Projects"), "project", "folder-kanban", "g p"),
    Place(name=marked("What to try"), endpoint="demo.show", icon="rocket", group="more", key="g t", demos=True),
    Place(name=marked("Settings"), endpoint="settings.show", icon="settings", group="more", key="g s"),
    Place(name=marked("Admin"), endpoint="admin.show", icon="shield", group="more", key="g a", admins=True),
)


def places(call: Call) -> list[Place]:
    """Answer the places of the one who asks."""
    in_demo = is_demo(call.backend.settings.data_dir)
    counts = _counts(call)
    return [
        replace(one, href=href, is_here=_is_under(request.path, href), count=counts.get(one.endpoint, 0))
        for one in PLACES
        if (call.viewer.is_admin or not one.admins) and (in_demo or not one.demos)
        for href in (url_for(one.endpoint),)
    ]


def _counts(call: Call) -> dict[str, int]:
    found = waiting(call)
    return {"inbox.show": found.unread, "questions.show": found.questions, "held.show": found.held}


def _is_under(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")
