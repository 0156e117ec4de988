"""A search finds what its viewer sees and nothing else, alike on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy.orm import Session

from accounts.teams import make_team
from accounts.viewer import Viewer
from db.models import AccessGrant, Message, MessageAddress, MessageCopy
from db.search import index_copies
from linking.cursor import Cursor
from linking.letter_filter import LetterFilter
from linking.letters import list_letters
from linking.search import WordSearch
from linking.search_query import parse
from tests.kit.company import NOW, House, make_house
from tests.kit.factories import make
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record, minutes


@dataclass
class Shelf:
    """Letters by name, and who finds which."""

    session: Session
    house: House
    names: dict[int, str] = field(default_factory=dict)
    copies: dict[str, MessageCopy] = field(default_factory=dict)

    def put(self, name: str, *, of_copy: Mapping[str, Any] = MappingProxyType({}), **given: Any) -> Message:
        """Put a letter of Anna's there that says its name and “canary”; `of_copy` is about the copy."""
        about = dict(of_copy)
        owner = about.pop("owner", self.house.anna)
        letter = a_letter(self.session, owner.viewer.company_id, **{"text": f"{name} canary"} | given)
        copy = a_copy(self.session, letter, owner.user_id, sort_at=minutes(len(self.names)), **about)
        index_copies(self.session, letter.company_id, [copy.id])
        self.names[letter.id], self.copies[name] = name, copy
        return letter

    def found(self, viewer: Viewer, words: str, limit: int = 50, cursor: Cursor | None = None) -> list[str]:
        """Answer the names of what the viewer finds, the newest first."""
        wanted = LetterFilter(search=parse(words, NOW))
        page = list_letters(self.session, viewer, wanted, limit, cursor, now=NOW, read_raw=lambda _: b"")
        return [self.names[one.id] for one in page.rows]


@pytest.fixture
def shelf(session: Session, house: House) -> Shelf:
    """An empty one."""
    return Shelf(session, house)


def test_who_finds_what(shelf: Shelf, session: Session, house: House) -> None:
    anna, bert, ada = house.anna, house.bert, house.ada
    seen = a_record(session, house.company_id, anna.user_id, type="deal", name="Chairs for Łódź")
    hidden = a_record(session, house.company_id, anna.user_id, type="deal", name="Merger", visibility="owner")
    make_team(session, ada.viewer, "Sales", [anna.user_id, bert.user_id], NOW)
    elsewhere = make_house(session, "Fabrikam", "fabrikam.example")
    shelf.put("private")
    shelf.put("let")
    a_link(session, shelf.put("team", of_copy={"sharing": "team"}), seen)
    a_link(session, shelf.put("shared", of_copy={"sharing": "shared"}), seen)
    a_link(session, shelf.put("behind", of_copy={"sharing": "shared"}), hidden)
    shelf.put("unlinked", of_copy={"sharing": "shared"})
    shelf.put("foreign", of_copy={"sharing": "shared", "owner": elsewhere.anna})
    copy = shelf.copies["let"]
    values = {"owner_id": anna.user_id, "viewer_id": bert.user_id, "state": "granted"}
    make(session, AccessGrant, company_id=house.company_id, copy_id=copy.id, **values)
    assert shelf.found(anna.viewer, "canary") == ["unlinked", "behind", "shared", "team", "let", "private"]
    assert shelf.found(bert.viewer, "canary") == ["shared", "team", "let"]
    assert shelf.found(ada.viewer, "canary") == ["behind", "shared"]
    assert shelf.found(house.rosa.viewer, "canary") == ["shared"]
    assert shelf.found(elsewhere.anna.viewer, "canary") == ["foreign"]
    assert shelf.found(anna.viewer, "deal:merger") == shelf.found(anna.viewer, "canary deal:MERG") == ["behind"]
    assert shelf.found(bert.viewer, "deal:merger") == shelf.found(house.rosa.viewer, "deal:merger canary") == []
    assert shelf.found(bert.viewer, "deal:ŁÓDŹ -team canary") == ["shared"]


SAYING = {
    "łódź": ["polish"],
    '"angebot uber die"': ["german"],
    "京都": ["japanese"],
    "都": ["japanese"],
    "ไทย": ["thai"],
    "слов": ["russian"],
    "со": [],
    "from:maria -german": ["polish"],
    "'": [],
    '" OR words:canary "': [],
    "canary' | 'qq": [],
    "canary NOT german": [],
    "NEAR(canary german)": [],
    "canary:* & !german": ["german"],
    "\\canary -\\german": ["russian", "thai", "japanese", "polish"],
    "own·1 canary": [],
    "from·maria": [],
    "ger* AND": [],
}


def test_every_script_and_no_injection(shelf: Shelf, session: Session, house: House) -> None:
    texts = {
        "polish": "Oferta z Łodzi: Łódź",
        "german": "Das Angebot über die Stühle",
        "japanese": "東京都の会議",
        "thai": "ภาษาไทย",
        "russian": "словарь",
    }
    for name, text in texts.items():
        shelf.put(name, text=f"{text} canary {name}")
    for name in ("polish", "german"):
        _from_maria(shelf, name)
    assert {words: shelf.found(house.anna.viewer, words) for words in SAYING} == SAYING


def _from_maria(shelf: Shelf, name: str) -> None:
    copy = shelf.copies[name]
    values = {"field": "from", "position": 0, "name": "Maria", "address": "m@x.example", "address_key": "m@x.example"}
    make(shelf.session, MessageAddress, company_id=copy.company_id, message_id=copy.message_id, **values)
    index_copies(shelf.session, copy.company_id, [copy.id])


def test_pages_of_a_rare_and_of_a_frequent_word_are_the_same(shelf: Shelf, session: Session, house: House) -> None:
    for number in range(12):
        shelf.put(f"letter{number}", of_copy={"owner": house.bert if number % 3 == 0 else house.anna})
    viewer, asked = house.anna.viewer, parse("canary", NOW)
    expected = [f"letter{number}" for number in reversed(range(12)) if number % 3]
    by_copy = {copy.id: name for name, copy in shelf.copies.items()}
    for rare, stretches in ((1, (400,)), (1, (1, 2, 3)), (1000, (1, 2, 3)), (1000, (400,))):
        search = WordSearch(session, viewer, asked, rare=rare, stretches=stretches)
        first = search.after(None, 5)
        found = [*first, *search.after(first[-1], 5)]
        assert [by_copy[one.id] for one in found] == expected
    page = list_letters(session, viewer, LetterFilter(search=asked), 3, now=NOW, read_raw=lambda _: b"")
    assert shelf.found(viewer, "canary", 50, page.next) == expected[3:]


def test_the_longest_letter_is_taken_and_found_by_its_first_words(shelf: Shelf, house: House) -> None:
    words = " ".join(f"{'𐐷' * 34}{number}" for number in range(20_000))
    shelf.put("long", subject=words, text=f"canary {words}")
    shelf.put("repeating", text="again " * 30_000 + "canary")
    assert shelf.found(house.anna.viewer, "canary again") == ["repeating"]
    assert shelf.found(house.anna.viewer, f"{'𐐷' * 34}7 canary") == ["long"]
