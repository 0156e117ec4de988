"""A large installation, made small: rows that break no rule of the schema, and that the product shows and finds."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Table, and_, exists, func, inspect, not_, select

from accounts.viewer import Role, Viewer
from bench.million import fill
from bench.million_people import People, email_of
from bench.users_pages import who_is_there
from config.settings import Settings
from db.base import Base
from db.models import BccAddress, Decision, MessageCopy, Record
from db.session import Database
from linking.letter_filter import LetterFilter
from linking.letters import list_letters
from linking.search_query import parse

NOW = datetime(2100, 1, 1, tzinfo=UTC)
USERS, CONTACTS, LETTERS, SEASONS = 4, 40, 120, 4


def test_a_small_one_is_whole(database: Database, database_settings: Settings) -> None:
    before = _indexes(database)
    database.close()  # the loader has it for itself
    people = fill(database_settings, users=USERS, contacts=CONTACTS, letters=LETTERS, seasons=SEASONS)
    assert _indexes(database) == before
    _expect_parents(database)
    _expect_letters(database, people)
    assert [one.email for one in who_is_there(database_settings, 2)] == [email_of(1), email_of(2)]
    assert all(one.letters and one.contacts for one in who_is_there(database_settings, 2))


def _indexes(database: Database) -> set[tuple[str, str | None]]:
    looked = inspect(database.engine)
    return {(table, one["name"]) for table in Base.metadata.tables for one in looked.get_indexes(table)}


def _expect_parents(database: Database) -> None:
    """No row names a parent that is not there."""
    with database.engine.connect() as connection:
        for table in Base.metadata.tables.values():
            for key in table.foreign_key_constraints:
                assert connection.scalar(select(func.count()).where(_is_orphan(table, key))) == 0, (table.name, key)


def _is_orphan(table: Table, key: ForeignKeyConstraint) -> ColumnElement[bool]:
    parent = key.referred_table.alias("parent")
    pairs = [(one.parent, parent.c[one.column.name]) for one in key.elements]
    named = and_(*(child.is_not(None) for child, _ in pairs))
    return and_(named, not_(exists().where(*(child == other for child, other in pairs)).correlate(table)))


def _expect_letters(database: Database, people: People) -> None:
    viewer = Viewer(people.company_id, people.users[1], Role.MEMBER)
    with database.read() as session:

        def shown(wanted: LetterFilter) -> int:
            return len(list_letters(session, viewer, wanted, LETTERS, now=NOW, read_raw=lambda _: b"").rows)

        assert shown(LetterFilter()) > LETTERS // 2
        assert 0 < shown(LetterFilter(archived=True)) < shown(LetterFilter())
        assert 0 < shown(LetterFilter(search=parse("alpha ", NOW))) < shown(LetterFilter(search=parse("half ", NOW)))
        assert shown(LetterFilter(search=parse("absent ", NOW))) == 0

        def count(model: type[Base]) -> int:
            return (
                session.scalar(
                    select(func.count()).select_from(model).where(model.__table__.c.company_id == people.company_id)
                )
                or 0
            )

        assert count(MessageCopy) == count(Decision) >= LETTERS
        assert count(BccAddress) == 1 + USERS + count(Record)
