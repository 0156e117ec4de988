"""Places: the links of the main navigation, with how much waits at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import g, request, url_for

from ingest.held import count_held
from linking.letter_filter import LetterFilter
from linking.letters import count_letters
from linking.unresolved import count_questions
from webui.call import Call
from webui.guide_file import is_demo

MOST_COUNTED: Final = 100
"""From here on the number says no more than "many"."""
UNREAD: Final = LetterFilter(unread=True, archived=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A link of the main navigation; `key` leads there, `count` is what waits, `in_bar`: a phone shows it at once."""

    name: str
    href: str
    icon: str
    group: str
    key: str
    is_here: bool
    in_bar: bool
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A place before anybody stands anywhere."""

    name: str
    endpoint: str
    path: str
    icon: str
    group: str
    key: str
    in_bar: bool = False
    admins: bool = False
    demos: bool = False


PLACES: Final = (
    Listed(name="Inbox", endpoint="inbox.show", path="/inbox", icon="inbox", group="mail", key="g i", in_bar=True),
    Listed(
        name="Questions",
        endpoint="questions.show",
        path="/unresolved",
        icon="circle-question-mark",
        group="mail",
        key="g q",
        in_bar=True,
    ),
    Listed(name="Held", endpoint="held.show", path="/held", icon="hand", group="mail", key="g h"),
    Listed(
        name="Contacts",
        endpoint="records.list_contact",
        path="/contacts",
        icon="user",
        group="records",
        key="g c",
        in_bar=True,
    ),
    Listed(
        name="Organisations",
        endpoint="records.list_organization",
        path="/organizations",
        icon="building-2",
        group="records",
        key="g o",
    ),
    Listed(
        name="Deals",
        endpoint="records.list_deal",
        path="/deals",
        icon="handshake",
        group="records",
        key="g d",
        in_bar=True,
    ),
    Listed(name="Leads", endpoint="records.list_lead", path="/leads", icon="target", group="records", key="g l"),
    Listed(
        name="Projects",
        endpoint="records.list_project",
        path="/projects",
        icon="folder-kanban",
        group="records",
        key="g p",
    ),
    Listed(name="What to try", endpoint="demo.show", path="/demo", icon="rocket", group="more", key="g t", demos=True),
    Listed(name="Settings", endpoint="settings.show", path="/settings", icon="settings", group="more", key="g s"),
    Listed(name="Admin", endpoint="admin.show", path="/admin", icon="shield", group="more", key="g a", admins=True),
)


def places(call: Call) -> list[Place]:
    """Answer the places of the one who asks."""
    counts, in_demo = waiting(call), is_demo(call.backend.settings.data_dir)
    return [
        Place(
            name=one.name,
            href=url_for(one.endpoint),
            icon=one.icon,
            group=one.group,
            key=one.key,
            is_here=_is_under(request.path, one.path),
            in_bar=one.in_bar,
            count=counts.get(one.name, 0),
        )
        for one in PLACES
        if (call.viewer.is_admin or not one.admins) and (in_demo or not one.demos)
    ]


def waiting(call: Call) -> dict[str, int]:
    """Answer how much waits for the viewer, by the name of the place; nothing counts past `MOST_COUNTED`."""
    if "waiting" not in g:
        g.waiting = _count(call)
    found: dict[str, int] = g.waiting
    return found


def _count(call: Call) -> dict[str, int]:
    return {
        "Inbox": count_letters(call.session, call.viewer, UNREAD, MOST_COUNTED, now=call.now),
        "Questions": count_questions(call.session, call.viewer, MOST_COUNTED),
        "Held": count_held(call.session, call.viewer, MOST_COUNTED),
    }


def _is_under(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")
