"""Counts of views: bounded, and moved by one's own mail alone."""

from __future__ import annotations

from config.settings import Settings
from db.session import Database
from linking.letter_filter import LetterFilter
from linking.view_counts import Count, count_among_newest
from tests.kit.mails import a_message
from tests.kit.worlds import World


def test_counts_stop_and_say_so(database: Database, settings: Settings) -> None:
    with World(database, settings, private=True) as world:
        for number in range(4):
            world.mail(a_message(from_="x@elsewhere.example", subject=f"Mail {number}"), owner=world.house.anna)
        unlinked = LetterFilter(unlinked=True)
        with database.read() as session:

            def count(most: int, newest: int) -> Count:
                return count_among_newest(session, world.anna, unlinked, most, now=world.at, newest=newest)

            assert count(100, 100) == Count(4)
            assert count(100, 4) == Count(4, or_more=True)
            assert count(100, 2) == Count(2, or_more=True)
            assert count(3, 100) == Count(2, or_more=True)
            nobodys = count_among_newest(session, world.bert, unlinked, 100, now=world.at)
            assert nobodys == Count(0)
