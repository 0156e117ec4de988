"""Letters that were here before there was a search are found afterwards."""

from __future__ import annotations

import sqlalchemy as sa

from db.models import SearchDocument
from db.schema import downgrade, upgrade
from db.session import Database
from linking.letter_filter import LetterFilter
from linking.letters import list_letters
from linking.search_query import parse
from tests.kit.company import NOW, make_house
from tests.kit.mailroom import a_copy, a_letter

BEFORE = "0022_vouched_networks"


def test_what_was_here_is_found(database: Database) -> None:
    with database.write() as session:
        house, other = make_house(session), make_house(session, "Fabrikam", "fabrikam.example")
        copies = [
            a_copy(session, a_letter(session, one.company_id, text=f"Stühle {number}"), one.anna.user_id).id
            for one in (house, other)
            for number in range(3)
        ]
    downgrade(database, BEFORE)
    upgrade(database)
    with database.read() as session:
        assert sorted(session.scalars(sa.select(SearchDocument.id))) == sorted(copies)
        wanted = LetterFilter(search=parse("stuhle 2 ", NOW))
        page = list_letters(session, house.anna.viewer, wanted, 9, now=NOW, read_raw=lambda _: b"")
    assert [one.text for one in page.rows] == ["Stühle 2"]
