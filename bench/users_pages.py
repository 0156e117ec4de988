"""What users of a large installation ask for: pages of records and letters that they know, by kind."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.viewer import Role, Viewer
from bench.million_people import email_of
from config.settings import Settings
from db.ids import IdSealer
from db.models import Link, MessageCopy, Record, User
from db.session import open_database
from linking.threads import thread_ids
from net.sealed import load_keys

KNOWN: Final = 40
"""Letters and records of each kind that a user goes through."""
FRAGMENT: Final = {"HX-Request": "true", "HX-Target": "section#pane"}
SEARCHES: Final[Mapping[str, str]] = {
    "search: in every 2nd": "half ",
    "search: in every 10th": "alpha ",
    "search: in every 100th": "gamma ",
    "search: in every 1,000th": "delta ",
    "search: in every 20,000th": "uncommon ",
    "search: two words": "alpha beta ",
    "search: begun word": "uncom",
    "search: sender": "from:bergdal ",
    "search: operators": "alpha is:unread after:30d ",
    "search: without": "alpha -half ",
    "search: nothing": "absent ",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its kind in the table, and where it goes."""

    kind: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """Public ids of what one user may open."""

    email: str
    letters: tuple[str, ...]
    threads: tuple[str, ...]
    deals: tuple[str, ...]
    contacts: tuple[str, ...]

    def any_page(self, chance: random.Random) -> Asked:
        """Answer what this user asks for next: mostly letters, now and then a list, a record, a search."""
        kind = chance.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))[0]
        return PAGES[kind](self, chance)


Page = Callable[[Known, random.Random], Asked]


def _inbox(kind: str, **query: str) -> Page:
    return _plain(kind, "/inbox" + (f"?{urlencode(query)}" if query else ""))


def _plain(kind: str, path: str) -> Page:
    asked = Asked(kind, path, {})

    def page(_known: Known, _chance: random.Random) -> Asked:
        return asked

    return page


def _letter_pane(known: Known, chance: random.Random) -> Asked:
    return Asked("letter beside the list", f"/inbox?open={chance.choice(known.letters)}", FRAGMENT)


def _letter(known: Known, chance: random.Random) -> Asked:
    return Asked("letter", f"/m/{chance.choice(known.letters)}", {})


def _thread(known: Known, chance: random.Random) -> Asked:
    return Asked("thread", f"/t/{chance.choice(known.threads)}", {})


def _deal(known: Known, chance: random.Random) -> Asked:
    return Asked("deal", f"/deals/{chance.choice(known.deals)}", {})


def _contact(known: Known, chance: random.Random) -> Asked:
    return Asked("contact", f"/contacts/{chance.choice(known.contacts)}", {})


PAGES: Final[Mapping[str, Page]] = {
    "inbox": _inbox("inbox"),
    "unread": _inbox("unread", view="unread"),
    "not linked": _inbox("not linked", view="unlinked"),
    "archive": _inbox("archive", view="archived"),
    "letter beside the list": _letter_pane,
    "letter": _letter,
    "thread": _thread,
    "deal": _deal,
    "contact": _contact,
    "contacts": _plain("contacts", "/contacts"),
    "deals": _plain("deals", "/deals"),
    "contacts: a frequent name": _plain("contacts: a frequent name", "/contacts?q=bergdal"),
    "contacts: an address": _plain("contacts: an address", "/contacts?q=anna.bergdal0"),
    **{kind: _inbox(kind, q=words) for kind, words in SEARCHES.items()},
}
WEIGHTS: Final[Mapping[str, int]] = dict.fromkeys(PAGES, 1) | {
    "inbox": 6,
    "letter beside the list": 6,
    "letter": 4,
    "thread": 4,
    "deal": 4,
    "contact": 4,
}


def who_is_there(settings: Settings, most: int) -> list[Known]:
    """Answer the first users, each with letters and records of his newest mail."""
    database = open_database(settings)
    sealer = IdSealer(load_keys(settings.data_dir).derive("public-ids"))
    with database.read() as session:
        found = [_known(session, sealer, email_of(number)) for number in range(1, most + 1)]
    database.close()
    return found


def _known(session: Session, sealer: IdSealer, email: str) -> Known:
    company, user = session.execute(select(User.company_id, User.id).where(User.email_key == email)).one()
    own = (
        select(MessageCopy.message_id)
        .where(MessageCopy.company_id == company, MessageCopy.owner_id == user, MessageCopy.deleted_at.is_(None))
        .order_by(MessageCopy.sort_at.desc())
        .limit(20 * KNOWN)
    )
    letters = session.scalars(own).all()

    def records(kind: str) -> tuple[str, ...]:
        linked = (
            select(Record.id)
            .join(Link, (Link.company_id == Record.company_id) & (Link.target_id == Record.id))
            .where(Record.company_id == company, Record.type == kind, Link.message_id.in_(letters))
            .where(Record.visibility == "company")
            .group_by(Record.id)
            .order_by(func.count().desc())
            .limit(KNOWN)
        )
        return tuple(sealer.seal(kind, one) for one in session.scalars(linked))

    some = letters[: 20 * KNOWN : 20]
    opened = tuple(sealer.seal("message", one) for one in some)
    found = thread_ids(session, Viewer(company, user, Role.MEMBER), some)
    threads = tuple(sealer.seal("thread", one) for one in sorted(set(found.values())))
    return Known(email, opened, threads, records("deal"), records("contact"))
