"""Threads of stored letters: order of arrival and other people's private mail change nothing (RULES R27, R28, R30b)."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from accounts.viewer import Viewer
from db.session import Database
from linking.threads import ViewerThread, thread_ids, viewer_thread
from tests.kit.mails import a_message
from tests.kit.thinking import Office

ROOT, REPLY, LAST = "<root@seller.example>", "<reply@customer.example>", "<last@seller.example>"
PRIVATE = {"smtp": "private", "imap": "private"}


def conversation(**of_reply: Any) -> list[bytes]:
    """Answer three letters: the last names both before it, and REPLY is not among the first two's senders."""
    return [
        a_message(message_id=ROOT, subject="Offer"),
        a_message(
            **{"message_id": REPLY, "in_reply_to": ROOT, "references": [ROOT], "subject": "Re: Offer"} | of_reply
        ),
        a_message(message_id=LAST, in_reply_to=REPLY, references=[ROOT, REPLY], subject="Re: Offer"),
    ]


def seen(office: Office, viewer: Viewer, message_id: int) -> ViewerThread:
    with office.database.read() as session:
        found = viewer_thread(session, viewer, message_id)
        assert found is not None
        assert thread_ids(session, viewer, found.letters) == dict.fromkeys(found.letters, found.id)
        return found


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_of_arrival_gives_one_thread(database: Database, order: tuple[int, ...]) -> None:
    office = Office(database)
    rita = office.user("rita@seller.example")
    mails = conversation()
    letters = {place: office.deliver(mails[place]).message_ids[0] for place in order}
    thread = seen(office, rita.viewer, letters[0])
    assert set(thread.letters) == set(letters.values())
    assert (thread.id, thread.gaps) == (min(letters.values()), 0)


def test_letters_stand_by_date_and_a_named_one_that_is_not_here_is_a_gap(database: Database) -> None:
    office = Office(database)
    rita = office.user("rita@seller.example")
    first, _, last = conversation()
    letters = [office.deliver(one).message_ids[0] for one in (last, first)]
    thread = seen(office, rita.viewer, letters[0])
    assert set(thread.letters) == set(letters)
    assert thread.gaps == 1


def test_a_colleague_sees_the_thread_without_the_private_letter(database: Database) -> None:
    office = Office(database)
    rita, otto = office.user("rita@seller.example"), office.user("otto@seller.example")
    office.contact(rita, "carl@customer.example")
    first, reply, last = conversation(from_="Otto <otto@seller.example>")
    shared = [office.deliver(one).message_ids[0] for one in (first, last)]
    before = seen(office, rita.viewer, shared[0])
    office.prefers(otto, sharing_default=PRIVATE)
    (private,) = office.deliver(reply).message_ids
    assert seen(office, rita.viewer, shared[0]) == before
    assert before.gaps == 1
    assert set(seen(office, otto.viewer, private).letters) == {*shared, private}


def test_a_letter_that_one_does_not_see_has_no_thread(database: Database) -> None:
    office = Office(database)
    rita, otto = office.user("rita@seller.example"), office.user("otto@seller.example")
    office.prefers(rita, sharing_default=PRIVATE)
    (private,) = office.deliver(a_message()).message_ids
    with database.read() as session:
        assert viewer_thread(session, otto.viewer, private) is None
        assert thread_ids(session, otto.viewer, [private]) == {}


def test_the_choice_of_a_thread_wins_over_what_is_open(database: Database) -> None:
    office = Office(database)
    rita = office.user("rita@seller.example")
    carl = office.contact(rita, "carl@customer.example")
    chairs = office.deal(rita, "Chairs", carl)
    first, _, last = conversation()
    office.deliver(first)
    office.change(chairs, status="won")
    office.deal(rita, "Tables", carl)
    (letter,) = office.deliver(last).message_ids
    assert office.links(letter) == {carl: "R20.address", chairs: "R20.thread"}


def test_a_choice_on_private_mail_is_no_evidence_for_a_shared_letter(database: Database) -> None:
    office = Office(database)
    rita = office.user("rita@seller.example")
    carl = office.contact(rita, "carl@customer.example")
    chairs = office.deal(rita, "Chairs", carl)
    first, reply, last = conversation()
    office.prefers(rita, sharing_default=PRIVATE)
    office.deliver(first)
    office.change(chairs, status="won")
    private = office.deliver(reply).message_ids[0]
    office.prefers(rita, sharing_default={"smtp": "shared", "imap": "private"})
    shared = office.deliver(last).message_ids[0]
    assert office.links(private) == {carl: "R20.address", chairs: "R20.thread"}
    assert office.links(shared) == {carl: "R20.address"}


def test_references_of_another_matter_do_not_join(database: Database) -> None:
    office = Office(database)
    rita = office.user("rita@seller.example")
    first = office.deliver(a_message(message_id=ROOT, subject="Offer")).message_ids[0]
    other = office.deliver(a_message(subject="Holidays", to="dora@other.example", references=[ROOT])).message_ids[0]
    assert seen(office, rita.viewer, first).letters == (first,)
    assert seen(office, rita.viewer, other).gaps == 0
