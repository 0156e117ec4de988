"""Asking for a letter: answered alike whatever is there, decided by the owner of a copy, taken back (R30b, R32)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.policies import Sharing
from accounts.refusals import Conflict, Forbidden, Missing
from accounts.viewer import Viewer
from db.models import AccessGrant, Message, MessageCopy, User
from linking.access import DAY, MOST_A_DAY, Access, AccessState, ask, decide, list_asked, list_to_decide
from linking.letter_filter import LetterFilter
from linking.letters import find_letter, list_letters
from linking.links import Linked, add_link, undo_link
from linking.visibility import chosen_copy, may_tell, shared_copy
from tests.kit.company import NOW, House
from tests.kit.factories import make
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record

GRANTED, REFUSED, ASKED = AccessState.GRANTED, AccessState.REFUSED, AccessState.ASKED


def request(session: Session, viewer: Viewer, letter: Message | None, asked: str = "someid") -> Access:
    """Ask for a letter, or for what is none."""
    return ask(session, viewer, asked, letter.id if letter else None, NOW).access


def states(session: Session, viewer: Viewer) -> list[str]:
    """Answer how the viewer's own requests stand to him."""
    return [one.state for one in list_asked(session, viewer, 50).rows]


def sees(session: Session, viewer: Viewer, letter: Message) -> bool:
    """Tell whether the viewer can open the letter."""
    return find_letter(session, viewer, letter.id, lambda _: b"") is not None


def chosen(session: Session, viewer: Viewer, letter: Message) -> list[int]:
    """Answer the copies through which the viewer sees the letter."""
    query = select(MessageCopy.id).where(chosen_copy(viewer), MessageCopy.message_id == letter.id)
    return list(session.scalars(query))


def a_grant(session: Session, copy: MessageCopy, owner: Viewer, viewer: Viewer) -> None:
    """Let the viewer see the copy."""
    ids = {"company_id": copy.company_id, "copy_id": copy.id, "owner_id": owner.user_id, "viewer_id": viewer.user_id}
    values: dict[str, Any] = {"state": "granted", **ids}
    make(session, AccessGrant, **values)


def test_the_owner_decides_and_can_take_it_back(session: Session, house: House) -> None:
    letter, anna, bert = a_letter(session, house.company_id), house.anna.viewer, house.bert.viewer
    copy = a_copy(session, letter, anna.user_id)
    hidden = a_record(session, house.company_id, anna.user_id, visibility="owner")
    seen = a_record(session, house.company_id, anna.user_id)
    a_link(session, letter, hidden, copy)
    link = a_link(session, letter, seen, copy)

    made = ask(session, bert, "someid", letter.id, NOW)
    assert (made.access.state, made.owners) == (ASKED, (anna.user_id,))
    again = ask(session, bert, "someid", letter.id, NOW + DAY)
    assert (again.access, again.owners) == (made.access, ())
    (waiting,) = list_to_decide(session, anna, 50).rows
    assert (waiting.id, waiting.message_id, waiting.asker_id) == (made.access.id, letter.id, bert.user_id)
    for other in (bert, house.ada.viewer, house.rosa.viewer):
        assert list_to_decide(session, other, 50).rows == ()
        with pytest.raises(Missing):
            decide(session, other, waiting.id, GRANTED, NOW)

    assert decide(session, anna, waiting.id, GRANTED, NOW).state == GRANTED
    assert states(session, bert) == [GRANTED]
    shown = find_letter(session, bert, letter.id, lambda _: b"")
    assert shown is not None
    assert ([one.target_id for one in shown.links], shown.hidden_links) == ([seen.id], 0)
    assert not sees(session, house.ada.viewer, letter)
    # He reads it; he changes nothing of it, and it tells his own mail nothing.
    with pytest.raises(Forbidden):
        add_link(session, bert, letter.id, "contact", seen.id, NOW)
    with pytest.raises(Forbidden):
        undo_link(session, bert, link.id, NOW)
    evidence = select(MessageCopy.id).where(
        shared_copy(bert), may_tell(bert, Sharing.PRIVATE), MessageCopy.id == copy.id
    )
    assert session.scalar(evidence) is None

    assert decide(session, anna, waiting.id, REFUSED, NOW).state == REFUSED
    assert states(session, bert) == [ASKED]
    assert not sees(session, bert, letter)
    assert [one.state for one in list_to_decide(session, anna, 50).rows] == [REFUSED]
    assert list_to_decide(session, anna, 50, states=[ASKED, GRANTED]).rows == ()


def test_a_grant_ends_with_the_copy_or_its_owner(session: Session, house: House) -> None:
    letter, bert = a_letter(session, house.company_id), house.bert.viewer
    copy = a_copy(session, letter, house.anna.user_id)
    made = request(session, bert, letter)
    decide(session, house.anna.viewer, made.id, GRANTED, NOW)
    copy.deleted_at = NOW
    session.flush()
    assert (sees(session, bert, letter), states(session, bert)) == (False, [ASKED])
    copy.deleted_at, copy.owner_id = None, house.ada.user_id
    session.flush()
    assert (sees(session, bert, letter), states(session, bert)) == (False, [ASKED])
    # The new owner is asked what the old one had allowed.
    assert [one.state for one in list_to_decide(session, house.ada.viewer, 50).rows] == [ASKED]
    assert decide(session, house.ada.viewer, made.id, GRANTED, NOW).state == GRANTED
    assert sees(session, bert, letter)


def test_a_grant_takes_nothing_from_what_is_shared(session: Session, house: House) -> None:
    letter, anna, bert = a_letter(session, house.company_id), house.anna.viewer, house.bert.viewer
    first = a_copy(session, letter, anna.user_id)
    shared = a_copy(session, letter, house.ada.user_id, sharing="shared")
    last = a_copy(session, letter, house.rosa.user_id)
    a_link(session, letter, a_record(session, house.company_id, anna.user_id))
    made = request(session, bert, letter)
    for copy, owner in ((first, anna), (last, house.rosa.viewer)):
        a_grant(session, copy, owner, bert)
    assert chosen(session, bert, letter) == [shared.id]
    deal = a_record(session, house.company_id, bert.user_id, type="deal")
    assert isinstance(add_link(session, bert, letter.id, "deal", deal.id, NOW), Linked)
    # Nothing is shared any longer: of the two that were let to him the first.
    shared.sharing = "private"
    session.flush()
    assert chosen(session, bert, letter) == [first.id]
    decide(session, anna, made.id, REFUSED, NOW)
    assert chosen(session, bert, letter) == [last.id]


def test_a_grant_ends_when_its_owner_leaves(session: Session, house: House) -> None:
    letter, bert = a_letter(session, house.company_id), house.bert.viewer
    a_copy(session, letter, house.anna.user_id)
    made = request(session, bert, letter)
    decide(session, house.anna.viewer, made.id, GRANTED, NOW)
    assert sees(session, bert, letter)
    for state, stands in (("deactivated", (False, [ASKED])), ("active", (True, [GRANTED]))):
        ours = User.company_id == house.company_id
        session.execute(update(User).where(ours, User.id == house.anna.user_id).values(state=state))
        assert (sees(session, bert, letter), states(session, bert)) == stands


def test_a_grant_is_taken_back_while_the_copy_is_deleted(session: Session, house: House) -> None:
    letter, anna, bert = a_letter(session, house.company_id), house.anna.viewer, house.bert.viewer
    copies = [a_copy(session, letter, anna.user_id) for _ in range(2)]
    made = request(session, bert, letter)
    unasked = request(session, house.rosa.viewer, letter, "other")
    decide(session, anna, made.id, GRANTED, NOW)
    # Whichever of his copies is there: what he takes back is given of none of them.
    for there in (copies[1:], []):
        for copy in copies:
            copy.deleted_at = None if copy in there else NOW
        session.flush()
        decide(session, anna, made.id, GRANTED, NOW)
        decide(session, anna, made.id, REFUSED, NOW)
        for copy in copies:
            copy.deleted_at = None
        session.flush()
        assert (sees(session, bert, letter), states(session, bert)) == (False, [ASKED])
        decide(session, anna, made.id, GRANTED, NOW)
    for copy in copies:
        copy.deleted_at = NOW
    session.flush()
    assert [(one.id, one.state) for one in list_to_decide(session, anna, 50).rows] == [(made.id, GRANTED)]
    with pytest.raises(Missing):
        decide(session, anna, unasked.id, GRANTED, NOW)


def test_links_to_hidden_records_are_not_told_by_a_grant(session: Session, house: House) -> None:
    letter, anna, bert = a_letter(session, house.company_id), house.anna.viewer, house.bert.viewer
    copy = a_copy(session, letter, anna.user_id)
    a_grant(session, copy, anna, bert)

    def told(viewer: Viewer) -> tuple[int, bool]:
        page = list_letters(session, viewer, LetterFilter(unlinked=True), 9, now=NOW, read_raw=lambda _: b"")
        shown = find_letter(session, viewer, letter.id, lambda _: b"")
        assert shown is not None
        return shown.hidden_links, letter.id in {one.id for one in page.rows}

    assert told(bert) == (0, True)
    a_link(session, letter, a_record(session, house.company_id, anna.user_id, visibility="owner"), copy)
    assert (told(bert), told(anna)) == ((0, True), (0, False))
    a_link(session, letter, a_record(session, house.company_id, anna.user_id), copy)
    assert told(bert) == (0, False)
    # Of links of his own he is told, even to what is hidden from him by now.
    own = a_letter(session, house.company_id)
    a_link(
        session,
        own,
        a_record(session, house.company_id, anna.user_id, visibility="owner"),
        a_copy(session, own, bert.user_id),
    )
    letter = own
    assert told(bert) == (1, False)


def test_who_asks_at_random_learns_nothing_of_what_is_there_or_comes(session: Session, house: House) -> None:
    bert = house.bert.viewer
    private, later = a_letter(session, house.company_id), a_letter(session, house.company_id)
    a_copy(session, private, house.anna.user_id)
    answers = [
        request(session, bert, one, name) for name, one in (("private", private), ("later", later), ("none", None))
    ]
    assert {(one.state, one.created_at, one.message_id, one.asker_id) for one in answers} == {
        (ASKED, NOW, None, bert.user_id)
    }
    assert states(session, bert) == [ASKED] * 3
    a_copy(session, later, house.anna.user_id)
    assert [one.asked for one in list_to_decide(session, house.anna.viewer, 50).rows] == ["private"]
    # A letter that he sees is nothing to ask its owner for, and his own is not asked of him.
    own = a_letter(session, house.company_id)
    a_copy(session, own, bert.user_id)
    a_copy(session, own, house.anna.user_id)
    assert ask(session, bert, "own", own.id, NOW).owners == ()


def test_a_day_has_room_for_so_many(session: Session, house: House) -> None:
    bert = house.bert.viewer
    for number in range(MOST_A_DAY):
        request(session, bert, None, f"id{number}")
    request(session, bert, None, "id0")
    with pytest.raises(Conflict):
        request(session, bert, None, "one more")
    assert ask(session, house.rosa.viewer, "one more", None, NOW).access.state == ASKED
    assert ask(session, bert, "one more", None, NOW + DAY + timedelta(seconds=1)).access.state == ASKED
    page = list_asked(session, bert, 15)
    assert len(page.rows) == 15
    assert len(list_asked(session, bert, 15, page.next).rows) == MOST_A_DAY + 1 - 15
    with pytest.raises(Missing):
        decide(session, house.anna.viewer, page.rows[0].id, GRANTED, NOW)
