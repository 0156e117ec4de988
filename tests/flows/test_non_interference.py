"""No trace: colleagues and admins read the same with and without one user's private mail (R30b, SECURITY W8)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from db.session import open_database
from tests.kit.observing import seen_by
from tests.kit.story import tell_story
from tests.kit.worlds import CANARY, World

Worlds = tuple[World, World]


def both(first: Settings, second: Settings, stack: ExitStack) -> Worlds:
    """Open the world that has Anna's private mail, and the one that has none."""
    made = [
        stack.enter_context(World(stack.enter_context(closing(open_database(one))), one, private=private))
        for one, private in ((first, True), (second, False))
    ]
    return made[0], made[1]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def worlds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """Tell the story in both worlds."""
    root: Path = tmp_path_factory.mktemp("worlds")
    with ExitStack() as stack:
        if request.param == "sqlite":
            template = request.getfixturevalue("sqlite_template")
            settings = [template.fresh(root / name) for name in ("with", "without")]
        else:
            template = request.getfixturevalue("postgres_template")
            settings = [stack.enter_context(template.fresh(root / name)) for name in ("with", "without")]
        made = both(settings[0], settings[1], stack)
        for world in made:
            tell_story(world)
        yield made


def differences(with_it: dict[str, Any], without: dict[str, Any]) -> list[str]:
    """Answer what was answered differently, in words."""
    return [
        f"{question}:\n  with    {_text(with_it.get(question))}\n  without {_text(without.get(question))}"
        for question in {**with_it, **without}
        if with_it.get(question) != without.get(question)
    ]


def _text(answer: Any) -> str:
    return json.dumps(answer, default=str)[:3000]


def test_the_story_has_secrets_and_the_colleagues_have_mail(worlds: Worlds) -> None:
    with_it, without = worlds
    assert len([one for one in with_it.secrets if one]) == len(without.secrets) > 8
    assert CANARY in _all(with_it, with_it.anna)
    assert CANARY not in _all(without, without.anna)
    for viewer in (without.bert, without.ada):
        assert len(seen_by(without, viewer)["letters all"]) > 10


@pytest.mark.parametrize("who", ["bert", "ada"])
def test_others_see_one_world(worlds: Worlds, who: str) -> None:
    with_it, without = worlds
    assert differences(seen_by(with_it, getattr(with_it, who)), seen_by(without, getattr(without, who))) == []
    assert CANARY not in _all(with_it, getattr(with_it, who))


def _all(world: World, viewer: Any) -> str:
    seen = seen_by(world, viewer)
    return json.dumps([answer for question, answer in seen.items() if CANARY not in question], default=str)
