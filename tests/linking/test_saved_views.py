"""Saved views: named, ordered, bounded, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from accounts.refusals import Conflict, Invalid, Missing
from accounts.viewer import Viewer
from config.settings import Settings
from db.session import Database
from linking.saved_views import MOST, list_views, move_view, remove_view, rename_view, save_view
from tests.kit.worlds import World

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


def names(session: Session, viewer: Viewer) -> list[str]:
    return [one.name for one in list_views(session, viewer)]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Invalid) as wrong:
        act()
    return str(wrong.value)


def test_views_are_named_ordered_removed_and_put_back(database: Database, settings: Settings) -> None:
    with World(database, settings, private=True) as world, database.write() as session:
        anna, bert = world.house.anna.viewer, world.house.bert.viewer
        chairs, unread, files = (
            save_view(session, anna, name, search, NOW)
            for name, search in (("Chairs", "chairs"), ("Unread", "is:unread"), ("Files", "has:attachment"))
        )
        assert names(session, anna) == ["Chairs", "Unread", "Files"]
        assert names(session, bert) == []

        move_view(session, anna, files, -1)
        move_view(session, anna, chairs, 7)
        assert names(session, anna) == ["Files", "Unread", "Chairs"]
        assert rename_view(session, anna, unread, "  To  read ").name == "Unread"
        removed = remove_view(session, anna, unread)
        assert (removed.name, removed.search, removed.position) == ("To read", "is:unread", 1)
        save_view(session, anna, removed.name, removed.search, NOW, position=removed.position)
        assert names(session, anna) == ["Files", "To read", "Chairs"]

        for act in (
            lambda: remove_view(session, bert, files),
            lambda: rename_view(session, bert, files, "Mine"),
            lambda: move_view(session, bert, files, 1),
        ):
            with pytest.raises(Missing):
                act()
        assert "name" in refused(lambda: save_view(session, anna, "  ", "x", NOW))
        assert "of this name" in refused(lambda: save_view(session, anna, "FILES", "x", NOW))
        assert "name" in refused(lambda: rename_view(session, anna, chairs, "n" * 41))
        assert "search" in refused(lambda: save_view(session, anna, "Nothing", " ", NOW))
        for number in range(MOST - 3):
            save_view(session, anna, f"View {number}", "x", NOW)
        with pytest.raises(Conflict):
            save_view(session, anna, "One more", "x", NOW)
