"""Letters as one viewer sees them: fields, filters, pages, and never another witness's text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from db.models import Attachment, Decision, Message, MessageAddress, MessageCopy, Unresolved
from db.raw import RawMissing
from db.search import index_copies, write_document
from db.search_document import Texts, document_of
from db.session import Database
from linking.cursor import Cursor
from linking.letter import Letter
from linking.letter_filter import LetterFilter
from linking.letters import find_letter, get_attachment, letters_by_id, list_letters, raw_of_own_copy
from linking.search_query import parse as understand
from mail.fingerprint import content_digest
from mail.message import Address
from mail.parse import parse
from tests.kit.company import NOW, House
from tests.kit.factories import make
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record, minutes
from tests.kit.mails import File, a_message


@dataclass
class Raws:
    """Raw contents by name instead of hash."""

    contents: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, sha256: str) -> bytes:
        self.asked.append(sha256)
        if sha256 not in self.contents:
            raise RawMissing(sha256)
        return self.contents[sha256]


@pytest.fixture
def raws() -> Raws:
    """Nothing yet."""
    return Raws()


def listed(session: Session, viewer: Any, raws: Raws, limit: int = 50, **wanted: Any) -> list[Letter]:
    """Answer the first page; `q` is what is searched."""
    if "q" in wanted:
        wanted["search"] = understand(wanted.pop("q"), NOW)
    page = list_letters(session, viewer, LetterFilter(**wanted), limit, now=NOW, read_raw=raws)
    return list(page.rows)


def an_address(session: Session, letter: Message, kind: str, position: int, address: str) -> None:
    """Write a recipient of a letter."""
    make(
        session,
        MessageAddress,
        company_id=letter.company_id,
        message_id=letter.id,
        field=kind,
        position=position,
        name="",
        address=address,
        address_key=address.lower(),
    )


def test_a_letter_shows_everything_of_the_interface(session: Session, house: House, raws: Raws) -> None:
    letter = a_letter(session, house.company_id, message_id="<1@x>", from_name="Maria", from_address="m@f.example")
    an_address(session, letter, "to", 0, "anna@northwind.example")
    an_address(session, letter, "to", 1, house.bcc_address)
    an_address(session, letter, "cc", 0, "otto@f.example")
    file = make(session, Attachment, company_id=house.company_id, message_id=letter.id, filename="a.pdf", size=5)
    forwarded = {"by": "anna@northwind.example", "proof": "claimed"}
    copy = a_copy(session, letter, house.anna.user_id, marks=["unproved"], forwarded=forwarded, origin="lmtp")
    record = a_record(session, house.company_id, house.anna.user_id, name="Maria Lopez")
    link = a_link(session, letter, record, copy)
    steps = [
        {"step": "kind", "outcome": "copy", "rule": "R14.copy", "args": {}, "losers": [], "letter": None},
        {"step": "link", "outcome": "linked", "rule": "R20.address", "args": {"record": record.id}, "letter": 0},
        {"step": "link", "outcome": "linked", "rule": "R20.address", "args": {}, "losers": [], "letter": 2},
    ]
    make(session, Decision, company_id=house.company_id, inbound_id=copy.inbound_id, steps=[])
    make(session, Decision, company_id=house.company_id, inbound_id=copy.inbound_id, steps=steps)
    question = make(
        session,
        Unresolved,
        company_id=house.company_id,
        message_id=letter.id,
        copy_id=copy.id,
        owner_id=house.anna.user_id,
        question="R21.several",
        state="open",
        candidates=[{"type": "deal", "id": record.id, "rule": "R21.only_open", "args": {}}],
    )
    [shown] = listed(session, house.anna.viewer, raws)
    assert (shown.id, shown.copy_id, shown.thread_id, shown.message_id) == (letter.id, copy.id, letter.id, "<1@x>")
    assert (shown.from_, shown.to) == (Address("Maria", "m@f.example"), (Address("", "anna@northwind.example"),))
    assert shown.cc == (Address("", "otto@f.example"),)
    assert [(one.id, one.filename, one.size) for one in shown.attachments] == [(file.id, "a.pdf", 5)]
    assert [(one.id, one.type, one.target_id, one.rule) for one in shown.links] == [
        (link.id, "contact", record.id, "R20.address")
    ]
    assert (shown.hidden_links, shown.names) == (0, {record.id: "Maria Lopez"})
    assert (shown.marks, shown.forwarded) == (("unproved",), forwarded)
    assert [(one.user_id, one.origin, one.sharing) for one in shown.copies] == [(house.anna.user_id, "smtp", "private")]
    assert [(one.step, one.rule) for one in shown.decisions] == [("kind", "R14.copy"), ("link", "R20.address")]
    assert shown.question
    assert (shown.question.id, [one.id for one in shown.question.candidates]) == (question.id, [record.id])
    assert shown.authentication["verdict"] == "not_evaluated"
    assert (shown.owned, shown.read, shown.archived, shown.deleted) == (True, False, False, False)
    assert shown.html is None
    assert not raws.asked


def test_a_colleague_sees_no_state_and_no_question_of_the_owner(session: Session, house: House, raws: Raws) -> None:
    letter = a_letter(session, house.company_id)
    copy = a_copy(session, letter, house.anna.user_id, sharing="shared", read=True, archived=True)
    a_copy(session, letter, house.ada.user_id)
    a_link(session, letter, a_record(session, house.company_id, house.anna.user_id))
    make(
        session,
        Unresolved,
        company_id=house.company_id,
        message_id=letter.id,
        copy_id=copy.id,
        owner_id=house.anna.user_id,
        state="open",
        candidates=[],
    )
    [shown] = listed(session, house.bert.viewer, raws)
    assert (shown.owned, shown.read, shown.archived, shown.question) == (False, False, False, None)
    assert [one.user_id for one in shown.copies] == [house.anna.user_id]
    assert raw_of_own_copy(session, house.bert.viewer, letter.id, raws) is None


def test_hidden_links_are_counted_and_named_by_nobody(session: Session, house: House, raws: Raws) -> None:
    letter = a_letter(session, house.company_id)
    copy = a_copy(session, letter, house.anna.user_id, sharing="shared")
    hidden = a_record(session, house.company_id, house.bert.user_id, visibility="owner")
    a_link(session, letter, hidden)
    steps = [{"step": "link", "outcome": "linked", "rule": "R20.address", "args": {"record": hidden.id}, "letter": 0}]
    make(session, Decision, company_id=house.company_id, inbound_id=copy.inbound_id, steps=steps)
    [shown] = listed(session, house.anna.viewer, raws)
    assert (shown.links, shown.hidden_links, shown.names) == ((), 1, {})
    assert listed(session, house.rosa.viewer, raws) == []


def test_a_private_witness_learns_nothing_from_a_shared_one_that_he_may_not_see(
    session: Session, house: House, raws: Raws
) -> None:
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.anna.user_id, sharing="shared")
    a_copy(session, letter, house.bert.user_id)
    a_link(session, letter, a_record(session, house.company_id, house.anna.user_id, visibility="owner"))
    [shown] = listed(session, house.bert.viewer, raws)
    assert (shown.links, shown.hidden_links, len(shown.copies)) == ((), 0, 1)
    assert listed(session, house.bert.viewer, raws, unlinked=True) == [shown]


def test_one_record_is_shown_once(session: Session, house: House, raws: Raws) -> None:
    letter, record = a_letter(session, house.company_id), a_record(session, house.company_id, house.anna.user_id)
    a_copy(session, letter, house.anna.user_id, sharing="shared")
    own = a_copy(session, letter, house.bert.user_id)
    a_link(session, letter, record)
    of_own = a_link(session, letter, record, own)
    [shown] = listed(session, house.bert.viewer, raws)
    assert [one.id for one in shown.links] == [of_own.id]


def another_text(session: Session, house: House, raws: Raws, text: str, user: int, **given: Any) -> MessageCopy:
    """Make a copy whose own bytes say something else than the letter that Anna's private witness made."""
    letter = a_letter(session, house.company_id, text="the private footer", subject="Offer")
    private = a_copy(session, letter, house.anna.user_id)
    raw = a_message(subject="Offer", text=text, html=f"<b>{text}</b>", attachments=[File("b.txt", b"inside")])
    raws.contents[f"raw-{letter.id}"] = raw
    digest = content_digest(parse(raw))
    copy = a_copy(session, letter, user, content_digest=digest, sha256=f"raw-{letter.id}", **given)
    index_copies(session, house.company_id, [private.id])
    found_by = {name: getattr(copy, name) for name in ("company_id", "id", "owner_id", "sharing")}
    write_document(session, found_by, document_of(Texts(subject="Offer", text=text)))
    return copy


def test_a_copy_that_says_something_else_is_shown_by_itself(session: Session, house: House, raws: Raws) -> None:
    copy = another_text(session, house, raws, "the public footer", house.bert.user_id)
    [shown] = listed(session, house.bert.viewer, raws)
    assert "public footer" in shown.text
    assert "private" not in f"{shown.text}{shown.snippet}{shown.new_text}"
    assert shown.from_ == Address("Rita Rep", "rita@seller.example")
    found = find_letter(session, house.bert.viewer, copy.message_id, raws)
    assert found
    assert "<b>the public footer</b>" in (found.html or "")
    [file] = found.attachments
    inside = get_attachment(session, house.bert.viewer, copy.message_id, file.id, raws)
    assert inside
    assert (inside.filename, inside.content) == ("b.txt", b"inside")


def test_search_never_finds_what_only_another_witness_says(session: Session, house: House, raws: Raws) -> None:
    for number in range(5):
        another_text(session, house, raws, f"public {number}", house.bert.user_id, sort_at=minutes(number))
    plain = a_letter(session, house.company_id, text="also public 3")
    own = a_copy(session, plain, house.bert.user_id, sort_at=minutes(9))
    index_copies(session, house.company_id, [own.id])
    assert listed(session, house.bert.viewer, raws, q="private footer") == []
    assert len(listed(session, house.anna.viewer, raws, q="PRIVATE footer")) == 5
    found = listed(session, house.bert.viewer, raws, q="public 3", limit=1)
    assert [one.id for one in found] == [plain.id]
    assert len(listed(session, house.bert.viewer, raws, q="public 3")) == 2
    public = LetterFilter(search=understand("public", NOW))
    page = list_letters(session, house.bert.viewer, public, 2, now=NOW, read_raw=raws)
    rest = list_letters(session, house.bert.viewer, public, 9, page.next, now=NOW, read_raw=raws)
    assert len({one.id for one in (*page.rows, *rest.rows)}) == 6


def test_without_its_raw_bytes_such_a_copy_shows_nothing(session: Session, house: House, raws: Raws) -> None:
    another_text(session, house, raws, "x", house.bert.user_id)
    raws.contents.clear()
    [shown] = listed(session, house.bert.viewer, raws)
    assert (shown.text, shown.subject, shown.to) == ("", "", ())


def test_raw_and_files_are_the_chosen_copys(session: Session, house: House, raws: Raws) -> None:
    raw = a_message(attachments=[File("a.pdf", b"%PDF")])
    letter = a_letter(session, house.company_id, content_digest=content_digest(parse(raw)), has_html=False)
    file = make(session, Attachment, company_id=house.company_id, message_id=letter.id, position=0, filename="a.pdf")
    a_copy(session, letter, house.anna.user_id, sha256="raw")
    raws.contents["raw"] = raw
    assert raw_of_own_copy(session, house.anna.viewer, letter.id, raws) == raw
    found = get_attachment(session, house.anna.viewer, letter.id, file.id, raws)
    assert found
    assert found.content == b"%PDF"
    assert get_attachment(session, house.anna.viewer, letter.id, file.id + 1, raws) is None
    assert get_attachment(session, house.ada.viewer, letter.id, file.id, raws) is None
    assert find_letter(session, house.ada.viewer, letter.id, raws) is None


def test_html_is_read_for_one_letter_alone(session: Session, house: House, raws: Raws) -> None:
    raw = a_message(html="<p>Hello</p><script>no</script>")
    letter = a_letter(session, house.company_id, content_digest=content_digest(parse(raw)), has_html=True)
    a_copy(session, letter, house.anna.user_id, sha256="raw")
    raws.contents["raw"] = raw
    [in_list] = listed(session, house.anna.viewer, raws)
    assert (in_list.has_html, in_list.html, raws.asked) == (True, None, [])
    found = find_letter(session, house.anna.viewer, letter.id, raws)
    assert found
    assert "<p>Hello</p>" in (found.html or "")


def test_filters(session: Session, house: House, raws: Raws) -> None:
    anna, company = house.anna.viewer, house.company_id
    contact = a_record(session, company, house.anna.user_id)
    deal = a_record(session, company, house.anna.user_id, type="deal")
    hidden = a_record(session, company, house.bert.user_id, visibility="owner", name="Secret")
    letters = {
        "linked": a_letter(session, company, date=minutes(1), subject="100% wool"),
        "unlinked": a_letter(session, company, date=minutes(2), text="Grüße aus Köln"),
        "undated": a_letter(session, company, date=None),
        "future": a_letter(session, company, date=NOW + timedelta(days=400)),
        "deleted": a_letter(session, company),
    }
    copies = {
        name: a_copy(
            session,
            letter,
            house.anna.user_id,
            received_at=minutes(3),
            sort_at=minutes(place),
            deleted_at=NOW if name == "deleted" else None,
        )
        for place, (name, letter) in enumerate(letters.items())
    }
    for target in (contact, deal, hidden):
        a_link(session, letters["linked"], target, copies["linked"])
    an_address(session, letters["undated"], "to", 0, "otto@fabrikam.example")
    names = {letter.id: name for name, letter in letters.items()}
    index_copies(session, company, [copy.id for copy in copies.values()])

    def found(**wanted: Any) -> list[str]:
        return [names[one.id] for one in listed(session, anna, raws, **wanted)]

    assert found() == ["future", "undated", "unlinked", "linked"]
    assert found(deleted=True) == ["deleted"]
    assert found(record_ids=(contact.id, deal.id)) == ["linked"]
    assert found(record_ids=(hidden.id,)) == []
    assert found(unlinked=True) == ["future", "undated", "unlinked"]
    assert found(after=minutes(2)) == ["future", "undated", "unlinked"]
    assert found(before=minutes(2)) == ["linked"]
    assert found(after=minutes(1), before=minutes(3)) == ["unlinked", "linked"]
    assert found(q="100%") == ["linked"]
    assert found(q="1%0") == []
    assert found(q="köln grüße") == ["unlinked"]
    assert found(q="FABRIKAM") == found(q="to:otto@fab") == found(q='"otto fabrikam example"') == ["undated"]
    assert found(q="from:otto") == found(q="cc:otto") == found(q='"fabrikam otto"') == []
    assert found(q="-wool") == found(q="-contact:maria") == ["future", "undated", "unlinked"]
    assert found(q="contact:MARIA is:unread woo") == found(q="-is:unlinked -köln") == ["linked"]
    assert found(q="is:unlinked before:2999-01-01 köln -has:attachment") == ["unlinked"]
    assert found(q="***") == found(q="has:bone") == found(q="contact:secret") == []
    assert found(thread_id=letters["undated"].id) == ["undated"]
    assert found(thread_id=7) == []
    assert found(unread=True, archived=False) == ["future", "undated", "unlinked", "linked"]
    assert found(archived=True) == []


def test_pages_are_stable_while_mail_arrives(session: Session, house: House, raws: Raws) -> None:
    same_moment = [a_copy(session, a_letter(session, house.company_id), house.anna.user_id) for _ in range(7)]
    seen: list[int] = []
    cursor: Cursor | None = None
    while True:
        page = list_letters(session, house.anna.viewer, LetterFilter(), 3, cursor, now=NOW, read_raw=raws)
        seen += [one.copy_id for one in page.rows]
        a_copy(session, a_letter(session, house.company_id), house.anna.user_id, sort_at=minutes(len(seen)))
        if page.next is None:
            break
        cursor = Cursor.from_text(page.next.as_text())
        assert cursor == page.next
    assert seen == [one.id for one in same_moment][::-1]


def test_letters_by_id_answers_only_what_is_seen(session: Session, house: House, raws: Raws) -> None:
    mine, theirs = (a_letter(session, house.company_id) for _ in range(2))
    a_copy(session, mine, house.anna.user_id)
    a_copy(session, theirs, house.bert.user_id)
    assert list(letters_by_id(session, house.anna.viewer, [mine.id, theirs.id], raws)) == [mine.id]


def test_a_page_of_fifty_takes_a_handful_of_queries(
    database: Database, session: Session, house: House, raws: Raws
) -> None:
    record = a_record(session, house.company_id, house.anna.user_id)
    for _ in range(50):
        letter = a_letter(session, house.company_id)
        copy = a_copy(session, letter, house.anna.user_id)
        a_link(session, letter, record, copy)
        make(session, Decision, company_id=house.company_id, inbound_id=copy.inbound_id, steps=[])
    session.expunge_all()
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert len(listed(session, house.anna.viewer, raws)) == 50
    assert len(statements) <= 14
