"""Two worlds: whatever a colleague keeps private, and in whatever order mail comes, one sees the same threads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from accounts.viewer import Viewer
from db.models import Message
from db.session import Database
from linking.threads import thread_ids, viewer_thread
from tests.kit.mails import a_message
from tests.kit.thinking import Office

NAMES = "abcde"
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
    return st.lists(sketch, min_size=2, max_size=5, unique_by=lambda one: one.name)


def world(database: Database, mails: list[Sketch]) -> tuple[dict[str, frozenset[str]], dict[str, int]]:
    """Deliver them; answer by name with which letters Rita sees it together, and how many are missing there."""
    number = next(COMPANIES)
    office = Office(database, name=f"Seller {number}")
    rita, otto = (office.user(f"{name}{number}@seller.example") for name in ("rita", "otto"))
    office.prefers(otto, sharing_default={"smtp": "private", "imap": "private"})
    for mail in mails:
        office.deliver(_raw(mail, f"{'otto' if mail.private else 'rita'}{number}@seller.example"))
    return _seen(database, rita.viewer)


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


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mails=sketches(), seed=st.integers(0, 99))
def test_threads_do_not_depend_on_order_or_private_mail(database: Database, mails: list[Sketch], seed: int) -> None:
    shuffled = list(mails)
    Random(seed).shuffle(shuffled)
    without = [mail for mail in mails if not mail.private]
    assert world(database, mails) == world(database, shuffled) == world(database, without)
