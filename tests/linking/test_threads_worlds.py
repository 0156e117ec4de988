"""Two worlds: whatever a colleague keeps private, and in whatever order mail comes, one sees the same threads.

So it is with splits and merges as well: one's own count in every order of mail, a colleague's of private mail never.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from accounts.refusals import Invalid
from accounts.viewer import Viewer
from db.models import Message
from db.session import Database
from linking.splitting import merge_threads, split_thread
from linking.threads import thread_ids, viewer_thread
from tests.kit.mails import a_message
from tests.kit.thinking import Office

NAMES = "abcdef"
COMPANIES = count(1)


@dataclass(frozen=True)
class Sketch:
    """A mail to be: what it names, about what, to whom; `private` mail is the colleague's."""

    name: str
    answers: str | None
    refers: tuple[str, ...]
    subject: str
    to: str
    private: bool


def sketches() -> st.SearchStrategy[list[Sketch]]:
    sketch = st.builds(
        Sketch,
        name=st.sampled_from(NAMES),
        answers=st.none() | st.sampled_from(NAMES),
        refers=st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
        subject=st.sampled_from(["Offer", "Invoice"]),
        to=st.sampled_from(["carl@customer.example", "dora@other.example"]),
        private=st.booleans(),
    )
    return st.lists(sketch, min_size=2, max_size=6, unique_by=lambda one: one.name)


@dataclass(frozen=True)
class Act:
    """A split or merge to be: by Rita of what she sees, else by the colleague of a private letter of his."""

    merges: bool
    rita: bool
    names: tuple[str, ...]


def acts() -> st.SearchStrategy[list[Act]]:
    names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True).map(tuple)
    return st.lists(st.builds(Act, merges=st.booleans(), rita=st.booleans(), names=names), max_size=3)


type Seen = tuple[dict[str, frozenset[str]], dict[str, int], dict[str, frozenset[str]]]


def world(database: Database, early: list[Sketch], acts: list[Act], late: list[Sketch]) -> Seen:
    """Deliver, act, deliver; answer by name with which letters Rita sees it together, how many are missing, links."""
    number = next(COMPANIES)
    office = Office(database, name=f"Seller {number}")
    rita, otto = (office.user(f"{name}{number}@seller.example") for name in ("rita", "otto"))
    office.contact(rita, "carl@customer.example")
    office.prefers(otto, sharing_default={"smtp": "private", "imap": "private"})
    letters: dict[str, int] = {}

    def deliver(mails: list[Sketch]) -> None:
        for mail in mails:
            author = f"{'otto' if mail.private else 'rita'}{number}@seller.example"
            letters[f"<{mail.name}@x>"] = office.deliver(_raw(mail, author)).message_ids[0]

    deliver(early)
    private = {mail.name for mail in early if mail.private}
    for act in acts:
        actor, may = (rita, set(NAMES) - private) if act.rita else (otto, private)
        named = [letters[f"<{one}@x>"] for one in act.names if one in may and f"<{one}@x>" in letters]
        _act(office, actor.viewer, act, named)
    deliver(late)
    links = {name: frozenset(office.links(one).values()) for name, one in letters.items()}
    threads, gaps = _seen(database, rita.viewer)
    return threads, gaps, {name: links[name] for name in threads}


def _act(office: Office, viewer: Viewer, act: Act, named: list[int]) -> None:
    """Do it, where there is something to do."""
    with office.database.write() as session, suppress(Invalid):
        found = thread_ids(session, viewer, named)
        threads = list(dict.fromkeys(found[one] for one in named))
        if act.merges and len(threads) > 1:
            merge_threads(session, viewer, threads[0], threads[1], office.at)
        elif not act.merges and threads:
            out = [one for one in named if found[one] == threads[0]]
            split_thread(session, viewer, threads[0], out, office.at)


def _raw(mail: Sketch, author: str) -> bytes:
    return a_message(
        from_=author,
        to=mail.to,
        subject=mail.subject,
        text=f"The letter {mail.name}.\n",
        message_id=f"<{mail.name}@x>",
        in_reply_to=f"<{mail.answers}@x>" if mail.answers else None,
        references=[f"<{one}@x>" for one in mail.refers],
    )


def _seen(database: Database, viewer: Viewer) -> tuple[dict[str, frozenset[str]], dict[str, int]]:
    with database.read() as session:
        query = select(Message.id, Message.message_id).where(Message.company_id == viewer.company_id)
        names = {row.id: row.message_id for row in session.execute(query)}
        found = thread_ids(session, viewer, sorted(names))
        together: dict[int, set[str]] = {}
        for letter, thread in found.items():
            together.setdefault(thread, set()).add(names[letter])
        threads = {names[letter]: frozenset(together[thread]) for letter, thread in found.items()}
        gaps = {}
        for letter in found:
            thread = viewer_thread(session, viewer, letter)
            assert thread is not None
            gaps[names[letter]] = thread.gaps
    return threads, gaps


def test_threads_do_not_depend_on_order_or_private_mail(database: Database) -> None:
    few = database.engine.dialect.name == "postgresql"

    @settings(max_examples=2 if few else 8, deadline=None)
    @given(mails=sketches(), place=st.integers(1, 5), acts=acts(), seed=st.integers(0, 99))
    def holds(mails: list[Sketch], place: int, acts: list[Act], seed: int) -> None:
        early, late = mails[:place], mails[place:]
        shuffled = Random(seed).sample(early, len(early)), Random(seed).sample(late, len(late))
        public = [[mail for mail in part if not mail.private] for part in (early, late)]
        first = world(database, early, acts, late)
        assert first == world(database, shuffled[0], acts, shuffled[1])
        assert first == world(database, public[0], [one for one in acts if one.rita], public[1])

    holds()
