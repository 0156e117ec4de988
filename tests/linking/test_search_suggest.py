"""Suggestions: operators by their beginning, records and people that one sees, and nothing of what one does not."""

from __future__ import annotations

from accounts.viewer import Viewer
from config.settings import Settings
from db.session import Database
from linking.search_query import parse
from linking.search_suggest import OPERATORS, suggest
from tests.kit.worlds import World


def test_a_search_is_completed_by_what_one_sees(database: Database, settings: Settings) -> None:
    with World(database, settings, private=True) as world:
        world.record("maria", world.house.anna, "contact", name="Maria Lopez", addresses=["maria@fabrikam.example"])
        world.record("deal", world.house.anna, "deal", title='40 "garden" chairs')
        world.record(
            "quiet",
            world.house.anna,
            "contact",
            name="Mara Quiet",
            addresses=["mara@quiet.example"],
            visibility="owner",
        )
        with database.read() as session:

            def texts(viewer: Viewer, asked: str) -> list[str]:
                return [one.text for one in suggest(session, viewer, asked)]

            anna, bert = world.anna, world.bert
            assert texts(anna, "is:un") == ["is:unread ", "is:unlinked "]
            assert texts(anna, "chairs -has:") == ["chairs -has:attachment "]
            assert texts(anna, "fro") == ["from:"]
            assert len(texts(anna, "")) == 8
            assert texts(bert, "from:MAR") == ["from:maria@fabrikam.example "]
            assert texts(bert, "x to:fabri") == ["x to:maria@fabrikam.example "]
            assert texts(bert, 'contact:"maria lo') == ['contact:"Maria Lopez" ']
            assert texts(bert, "garden deal:chair") == ['garden deal:"40 garden chairs" ']
            assert texts(bert, "mar") == ["from:maria@fabrikam.example ", 'contact:"Maria Lopez" ']
            assert set(texts(anna, "mar")) > set(texts(bert, "mar"))
            assert texts(bert, "quiet") == []
            assert "from:bert@northwind.example " in texts(anna, "from:bert")
            assert texts(anna, "after:y") == ["after:yesterday "]
            assert texts(anna, "subject:") == texts(anna, '"net 30"') == []


def test_every_operator_is_understood(database: Database) -> None:
    with database.read() as session:
        now = database.now(session)
    for operator in OPERATORS:
        asked = parse(
            operator + ("today" if operator in ("after:", "before:") else "x" if operator.endswith(":") else ""), now
        )
        assert not asked.faults, operator
