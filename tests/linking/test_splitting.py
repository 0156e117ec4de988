"""Split and merge by hand: whom they are for, what follows, what stays (RULES R25, R30b, R52)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from accounts.policies import Sharing
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.users import UserMade
from config.settings import Settings
from db.models import AuditEvent
from db.raw import RawStore
from db.session import Database
from ingest.authenticate import Tools
from ingest.difference import Result
from ingest.replay import Replayer, list_since
from linking.access import AccessState, ask, decide
from linking.links import add_link
from linking.sharing import CopyChanges, change_copy
from linking.splitting import merge_threads, split_thread, undo_choice
from linking.threads import thread_ids
from tests.kit.mails import a_message
from tests.kit.proofs import Signatures
from tests.kit.thinking import Office

PRIVATE = {"smtp": "private", "imap": "private"}
SHARED = {"smtp": "shared", "imap": "private"}


class Talk:
    """A company with two users and mails by name, each of which may answer others."""

    def __init__(self, database: Database, raw: RawStore) -> None:
        self.raw = raw
        self.office = Office(database)
        self.rita, self.otto = (self.office.user(f"{one}@seller.example") for one in ("rita", "otto"))
        self.reader = self.office.user("rosa@seller.example", role="read_only")
        self.office.contact(self.rita, "carl@customer.example")
        self.letters: dict[str, int] = {}

    def mail(self, name: str, *line: str, by: str = "rita", private: bool = False, **more: Any) -> None:
        """Deliver a letter that answers the last of the line."""
        author = getattr(self, by)
        self.office.prefers(author, sharing_default=PRIVATE if private else SHARED)
        fields = {"subject": "Re: Offer" if line else "Offer", "text": f"The letter {name}.\n"} | more
        raw = a_message(
            from_=f"{by}@seller.example",
            message_id=f"<{name}@x>",
            in_reply_to=f"<{line[-1]}@x>" if line else None,
            references=[f"<{one}@x>" for one in line],
            **fields,
        )
        self.letters[name] = self.office.deliver(raw).message_ids[0]

    def threads(self, user: UserMade) -> set[str]:
        """Answer the threads that a user sees, each as the names of its letters."""
        with self.office.database.read() as session:
            found = thread_ids(session, user.viewer, list(self.letters.values()))
        together: dict[int, str] = {}
        for name, letter in sorted(self.letters.items()):
            if letter in found:
                together[found[letter]] = together.get(found[letter], "") + name
        return set(together.values())

    def thread(self, user: UserMade, name: str) -> int:
        with self.office.database.read() as session:
            return thread_ids(session, user.viewer, [self.letters[name]])[self.letters[name]]

    def split(self, user: UserMade, *names: str) -> int:
        """Split letters out of the thread of the first of them."""
        thread = self.thread(user, names[0])
        with self.office.database.write() as session:
            letters = [self.letters[name] for name in names]
            return split_thread(session, user.viewer, thread, letters, self.office.at).choice_id

    def merge(self, user: UserMade, one: str, other: str) -> int:
        """Merge the threads of two letters."""
        threads = self.thread(user, one), self.thread(user, other)
        with self.office.database.write() as session:
            return merge_threads(session, user.viewer, *threads, self.office.at).choice_id

    def undo(self, user: UserMade, choice: int) -> None:
        with self.office.database.write() as session:
            undo_choice(session, user.viewer, choice, self.office.at)

    def lets(self, owner: UserMade, viewer: UserMade, name: str) -> int:
        """Let a colleague see a letter that he asks for."""
        with self.office.database.write() as session:
            asked = ask(session, viewer.viewer, name, self.letters[name], self.office.at).access.id
            decide(session, owner.viewer, asked, AccessState.GRANTED, self.office.at)
        return asked

    def takes_back(self, owner: UserMade, asked: int) -> None:
        with self.office.database.write() as session:
            decide(session, owner.viewer, asked, AccessState.REFUSED, self.office.at)

    def change(self, owner: UserMade, name: str, sharing: Sharing) -> None:
        """Let the owner share his copy of a letter with these."""
        changes = CopyChanges(sharing=sharing)
        with self.office.database.write() as session:
            change_copy(session, owner.viewer, self.letters[name], changes, self.office.at)

    def replay_all(self) -> None:
        """Think anew about all mail; nothing changes."""
        replayer = Replayer(self.office.database, self.raw, Tools(authenticate=Signatures()))
        with self.office.database.read() as session:
            rows = list_since(session, self.office.company_id)
        assert {replayer.replay(self.office.company_id, one).result for one in rows} == {Result.SAME}

    def logged(self) -> list[str]:
        query = select(AuditEvent.action).where(
            AuditEvent.company_id == self.office.company_id, AuditEvent.action.contains("thread")
        )
        with self.office.database.read() as session:
            return list(session.scalars(query.order_by(AuditEvent.id)))


@pytest.fixture
def talk(database: Database, settings: Settings) -> Talk:
    """A company without mail."""
    return Talk(database, RawStore(database, settings.data_dir))


def test_a_split_of_shared_mail_is_for_all_a_later_answer_follows_and_it_is_undone(talk: Talk) -> None:
    for name, line in (("a", ""), ("b", "a"), ("c", "ab")):
        talk.mail(name, *line)
    links = [talk.office.links(one) for one in talk.letters.values()]
    choice = talk.split(talk.rita, "c")
    assert talk.threads(talk.rita) == talk.threads(talk.otto) == {"ab", "c"}
    talk.mail("d", "a", "b", "c")
    talk.mail("e", "a", "b", by="otto")
    assert talk.threads(talk.rita) == talk.threads(talk.otto) == {"abe", "cd"}
    talk.undo(talk.rita, choice)
    assert talk.threads(talk.rita) == talk.threads(talk.otto) == {"abcde"}
    assert [talk.office.links(one) for one in list(talk.letters.values())[:3]] == links
    assert talk.logged() == ["thread.split", "thread.undo"]


def test_what_rita_does_with_private_mail_is_for_her_alone(talk: Talk) -> None:
    talk.mail("a")
    talk.mail("p", "a", private=True)
    talk.mail("c", "a", "p")
    talk.mail("q", private=True)
    before = talk.threads(talk.otto)
    talk.split(talk.rita, "p")
    assert talk.threads(talk.rita) == {"ac", "p", "q"}
    talk.merge(talk.rita, "q", "a")
    assert talk.threads(talk.rita) == {"acq", "p"}
    assert talk.threads(talk.otto) == before == {"ac"}
    assert talk.logged() == ["own.thread.split", "own.thread.merge"]


def test_a_merge_with_private_mail_joins_no_shared_letters_through_private_ones(talk: Talk) -> None:
    talk.mail("p", subject="Alpha")
    talk.mail("q", subject="Beta")
    talk.mail("s", "p", "q", private=True)
    talk.mail("r", subject="Gamma", private=True)
    deal = talk.office.deal(talk.rita, "Beta")
    with talk.office.database.write() as session:
        add_link(session, talk.rita.viewer, talk.letters["q"], "deal", deal, talk.office.at)
    talk.merge(talk.rita, "p", "r")
    assert talk.threads(talk.rita) == {"pqrs"}
    assert talk.threads(talk.otto) == {"p", "q"}
    talk.mail("n", "p", by="otto", subject="Re: Alpha", to="dora@customer.example")
    assert deal not in talk.office.links(talk.letters["n"])
    assert talk.threads(talk.otto) == {"np", "q"}
    talk.mail("t", subject="Delta")
    talk.merge(talk.rita, "t", "r")
    assert talk.threads(talk.otto) == {"npqt"}
    assert talk.logged() == ["own.thread.merge", "thread.merge"]


def test_a_split_beside_private_mail_divides_shared_letters_for_all(talk: Talk) -> None:
    talk.mail("a")
    talk.mail("p", "a", private=True)
    talk.mail("c", "a", "p")
    talk.mail("o", "a", "p", "c", by="otto", private=True)
    talk.split(talk.rita, "c", "p")
    assert talk.threads(talk.rita) == {"a", "cp"}
    assert talk.threads(talk.otto) == {"a", "co"}


def test_merged_threads_stay_together_for_later_mail_and_when_replayed(talk: Talk) -> None:
    talk.mail("a")
    talk.mail("b", subject="Another matter")
    choice = talk.merge(talk.otto, "b", "a")
    talk.mail("c", "b")
    assert talk.threads(talk.rita) == talk.threads(talk.otto) == {"abc"}
    talk.replay_all()
    assert talk.threads(talk.rita) == talk.threads(talk.otto) == {"abc"}
    with pytest.raises(Missing):
        talk.undo(talk.rita, choice)
    talk.undo(talk.otto, choice)
    assert talk.threads(talk.rita) == {"a", "bc"}


def test_a_choice_made_in_a_thread_counts_for_the_answer_to_what_was_split_out(talk: Talk) -> None:
    carl = talk.office.contact(talk.rita, "carla@customer.example")
    deals = [talk.office.deal(talk.rita, title, carl) for title in ("Chairs", "Tables")]
    to = "carla@customer.example"
    talk.mail("a", to=to)
    talk.mail("b", "a", to=to)
    for name, deal in zip("ab", deals, strict=True):
        with talk.office.database.write() as session:
            add_link(session, talk.rita.viewer, talk.letters[name], "deal", deal, talk.office.at)
    talk.split(talk.rita, "b")
    talk.mail("c", "a", to=to)
    talk.mail("d", "a", "b", to=to)
    assert set(talk.office.links(talk.letters["c"])) == {carl, deals[0]}
    assert set(talk.office.links(talk.letters["d"])) == {carl, deals[1]}


def test_who_may_not_and_what_is_refused(talk: Talk) -> None:
    talk.mail("a")
    talk.mail("b", "a")
    talk.mail("p", private=True)
    a, b, p = talk.letters.values()
    with talk.office.database.write() as session:

        def split(user: UserMade, thread: int, *letters: int) -> None:
            split_thread(session, user.viewer, thread, letters, talk.office.at)

        def merge(user: UserMade, one: int, other: int) -> None:
            merge_threads(session, user.viewer, one, other, talk.office.at)

        for act, wrong in (
            (lambda: split(talk.reader, a, b), Forbidden),
            (lambda: split(talk.otto, p, p), Missing),
            (lambda: split(talk.rita, b, b), Missing),
            (lambda: split(talk.rita, a, p), Invalid),
            (lambda: split(talk.otto, a, p), Missing),
            (lambda: split(talk.rita, a, a, b), Invalid),
            (lambda: merge(talk.reader, a, a), Forbidden),
            (lambda: merge(talk.rita, a, a), Invalid),
            (lambda: merge(talk.otto, a, p), Missing),
            (lambda: merge(talk.otto, p, a), Missing),
        ):
            with pytest.raises(wrong):
                act()
    assert talk.threads(talk.rita) == {"ab", "p"}


def test_what_its_owner_lets_one_see_one_neither_splits_nor_merges(talk: Talk) -> None:
    talk.mail("x", private=True)
    talk.mail("y", "x", private=True)
    talk.mail("z", subject="Another matter")
    given = [talk.lets(talk.rita, talk.otto, name) for name in "xy"]
    assert talk.threads(talk.otto) == {"xy", "z"}
    for act in (
        lambda: talk.split(talk.otto, "y"),
        lambda: talk.merge(talk.otto, "x", "z"),
        lambda: talk.merge(talk.otto, "z", "x"),
    ):
        with pytest.raises(Forbidden):
            act()
    assert talk.threads(talk.rita) == {"xy", "z"}
    choice = talk.split(talk.rita, "y")
    assert talk.threads(talk.rita) == talk.threads(talk.otto) == {"x", "y", "z"}
    for one in given:
        talk.takes_back(talk.rita, one)
    talk.undo(talk.rita, choice)
    assert talk.threads(talk.rita) == {"xy", "z"}


def test_a_letter_that_he_was_let_to_see_and_then_got_shared_is_split_through_the_shared_copy(talk: Talk) -> None:
    talk.mail("a")
    talk.mail("b", "a", private=True)
    talk.lets(talk.rita, talk.otto, "b")
    with pytest.raises(Forbidden):
        talk.split(talk.otto, "b")
    talk.change(talk.rita, "b", Sharing.SHARED)
    talk.split(talk.otto, "b")
    assert talk.threads(talk.rita) == talk.threads(talk.otto) == {"a", "b"}
    assert talk.logged() == ["thread.split"]


def test_a_choice_about_letters_that_one_no_longer_sees_is_undone_all_the_same(talk: Talk) -> None:
    talk.mail("a")
    talk.mail("b", "a")
    choice = talk.split(talk.otto, "b")
    for name in "ab":
        talk.change(talk.rita, name, Sharing.PRIVATE)
    assert talk.threads(talk.otto) == set()
    with talk.office.database.write() as session:
        assert undo_choice(session, talk.otto.viewer, choice, talk.office.at) is None
    assert talk.threads(talk.rita) == {"ab"}
