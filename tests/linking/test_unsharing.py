"""Sharing asks before it does more than show letters, and its undoing takes and shows nothing that came since."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.policies import Sharing
from accounts.viewer import Viewer
from db.models import Link, Message, MessageCopy, Record
from linking.changed import Act, AsksFirst, Changed, as_told, from_told
from linking.letters import find_letter
from linking.links import add_link, undo_link
from linking.many import act_on, put_back
from linking.sharing import CopyChanges, change_copy
from tests.kit.company import NOW, House
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record

LATER = NOW + timedelta(minutes=5)
MADE = {"inbound": 1, "message": 2, "copy": 3}


def seen(session: Session, viewer: Viewer, letter: Message) -> tuple[set[int], int] | None:
    """Answer what a letter is linked to as somebody sees it, and how many links are hidden from him."""
    session.expire_all()
    found = find_letter(session, viewer, letter.id, lambda _: b"")
    return None if found is None else ({one.target_id for one in found.links}, found.hidden_links)


def rows(session: Session, letter: Message) -> set[tuple[int, int | None, str, bool]]:
    """Answer target, copy, rule and whether it lives, of each link."""
    session.expire_all()
    links = session.scalars(select(Link).where(Link.company_id == letter.company_id, Link.message_id == letter.id))
    return {(one.target_id, one.copy_id, one.rule, one.undone_at is None) for one in links}


def act(session: Session, house: House, letter: Message, wanted: Act, now: datetime = NOW) -> Changed:
    """Let Anna do it, whatever it does."""
    done = act_on(session, house.anna.viewer, [letter.id], wanted, now, confirmed=True)
    assert isinstance(done, Changed)
    told = from_told(json.loads(json.dumps(as_told(done))))
    assert isinstance(told, Changed)
    return told


def undo(session: Session, house: House, changed: Changed) -> bool:
    """Let Anna take it back a little later."""
    return put_back(session, house.anna.viewer, changed, LATER)


def test_sharing_that_hides_is_asked_and_undone_to_what_everybody_saw(session: Session, house: House) -> None:
    open_one = a_record(session, house.company_id, house.bert.user_id)
    mine = a_record(session, house.company_id, house.anna.user_id)
    quiet = a_record(session, house.company_id, house.anna.user_id, visibility="owner")
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.bert.user_id, sharing="shared")
    a_link(session, letter, open_one)
    copy = a_copy(session, letter, house.anna.user_id)
    for record in (open_one, mine, quiet):
        a_link(session, letter, record, copy, rule="R20.own")
    before = [seen(session, viewer, letter) for viewer in house.viewers()], rows(session, letter)

    with session.begin_nested() as attempt:
        asked = act_on(session, house.anna.viewer, [letter.id], Act.SHARE, NOW)
        attempt.rollback()
    assert asked == AsksFirst(user_ids=(house.rosa.user_id,))

    changed = act(session, house, letter, Act.SHARE)
    assert seen(session, house.rosa.viewer, letter) is None
    assert seen(session, house.bert.viewer, letter) == ({open_one.id, mine.id}, 1)
    assert undo(session, house, changed)
    assert ([seen(session, viewer, letter) for viewer in house.viewers()], rows(session, letter)) == before


def test_what_was_made_of_private_mail_is_named_and_private_again(session: Session, house: House) -> None:
    made = [
        a_record(session, house.company_id, house.anna.user_id, visibility="owner", created_from=MADE) for _ in range(3)
    ]
    letter, other = a_letter(session, house.company_id), a_letter(session, house.company_id)
    for one in (letter, other):
        copy = a_copy(session, one, house.anna.user_id)
        for record in made if one is letter else made[2:]:
            a_link(session, one, record, copy)
    with session.begin_nested() as attempt:
        asked = act_on(session, house.anna.viewer, [letter.id], Act.SHARE, NOW)
        attempt.rollback()
    assert asked == AsksFirst(record_ids=tuple(one.id for one in made))

    changed = act(session, house, letter, Act.SHARE)
    session.expire_all()
    assert {one.visibility for one in made} == {"company"}
    made[1].changed_at = LATER
    act(session, house, other, Act.SHARE)
    assert not undo(session, house, changed), "one was changed by hand, one is of another shared letter"
    session.expire_all()
    assert [(one.visibility, one.created_from) for one in made] == [
        ("owner", MADE),
        ("company", None),
        ("company", None),
    ]


def test_a_link_that_sharing_brought_back_is_undone_as_its_colleague_undid_it(session: Session, house: House) -> None:
    record = a_record(session, house.company_id, house.anna.user_id)
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.bert.user_id, sharing="shared")
    undone = a_link(session, letter, record, undone_at=NOW, undone_by=house.bert.user_id)
    copy = a_copy(session, letter, house.anna.user_id)
    a_link(session, letter, record, copy, origin="manual", rule="R25.by_hand", args={})
    before = rows(session, letter)
    changed = act(session, house, letter, Act.SHARE)
    assert rows(session, letter) == {(record.id, None, "R25.by_hand", True)}
    assert undo(session, house, changed)
    assert rows(session, letter) == before
    assert (undone.undone_at, undone.undone_by) == (NOW, house.bert.user_id)


def test_what_a_colleague_did_to_a_shared_link_since_stays(session: Session, house: House) -> None:
    records = [a_record(session, house.company_id, house.anna.user_id) for _ in range(3)]
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.bert.user_id, sharing="shared")
    copy = a_copy(session, letter, house.anna.user_id)
    links = [a_link(session, letter, record, copy) for record in records[:2]]
    changed = act(session, house, letter, Act.SHARE)
    undo_link(session, house.bert.viewer, links[0].id, NOW)
    add_link(session, house.bert.viewer, letter.id, "contact", records[2].id, NOW)
    assert not undo(session, house, changed)
    assert {(target, of, lives) for target, of, _, lives in rows(session, letter)} == {
        (records[0].id, None, False),
        (records[0].id, copy.id, False),
        (records[1].id, copy.id, True),
        (records[2].id, None, True),
    }


def test_a_letter_that_nobody_else_shares_any_more_leaves_no_link_behind(session: Session, house: House) -> None:
    records = [a_record(session, house.company_id, house.anna.user_id) for _ in range(2)]
    letter = a_letter(session, house.company_id)
    copies = [a_copy(session, letter, house.anna.user_id) for _ in range(2)]
    for copy in copies:
        a_link(session, letter, records[0], copy)
    before = rows(session, letter)
    changed = act(session, house, letter, Act.SHARE)
    assert len(rows(session, letter)) == 1
    assert undo(session, house, changed)
    assert rows(session, letter) == before
    changed = act(session, house, letter, Act.SHARE, LATER)
    add_link(session, house.bert.viewer, letter.id, "contact", records[1].id, LATER)
    undo(session, house, changed)
    assert None not in {of for _, of, _, _ in rows(session, letter)}
    assert seen(session, house.anna.viewer, letter) == ({one.id for one in records}, 0)


def test_undoing_a_withdrawal_shows_nothing_that_was_linked_since(session: Session, house: House) -> None:
    records = [a_record(session, house.company_id, house.anna.user_id) for _ in range(2)]
    for wanted in (Act.PRIVATE, Act.TEAM):
        letter = a_letter(session, house.company_id)
        copy = a_copy(session, letter, house.anna.user_id, sharing="shared")
        a_link(session, letter, records[0])
        assert undo(session, house, act(session, house, letter, wanted))
        changed = act(session, house, letter, wanted, LATER)
        add_link(session, house.anna.viewer, letter.id, "contact", records[1].id, LATER)
        assert not undo(session, house, changed)
        session.expire_all()
        assert copy.sharing == wanted.value


def test_a_sharing_that_was_said_again_since_is_left(session: Session, house: House) -> None:
    letter, record = a_letter(session, house.company_id), a_record(session, house.company_id, house.anna.user_id)
    copy = a_copy(session, letter, house.anna.user_id)
    a_link(session, letter, record, copy)
    changed = act(session, house, letter, Act.SHARE)
    for number, sharing in enumerate((Sharing.PRIVATE, Sharing.SHARED), start=1):
        moment = NOW + timedelta(minutes=number)
        change_copy(session, house.anna.viewer, letter.id, CopyChanges(sharing=sharing), moment)
    assert not undo(session, house, changed)
    session.expire_all()
    assert (copy.sharing, seen(session, house.bert.viewer, letter)) == ("shared", ({record.id}, 0))


def test_asking_tells_nobody_of_records_that_are_hidden_from_the_one_who_shares(session: Session, house: House) -> None:
    theirs = a_record(session, house.company_id, house.bert.user_id, visibility="owner", created_from=MADE)
    letter = a_letter(session, house.company_id)
    a_link(session, letter, theirs, a_copy(session, letter, house.anna.user_id))
    assert isinstance(act_on(session, house.anna.viewer, [letter.id], Act.SHARE, NOW), Changed)
    copies = session.scalars(select(MessageCopy.sharing).where(MessageCopy.company_id == house.company_id)).all()
    assert (copies, session.scalars(select(Record.name).where(Record.id == theirs.id)).all()) == (["shared"], ["Maria"])
