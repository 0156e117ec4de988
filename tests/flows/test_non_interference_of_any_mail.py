"""No trace, for stories that nobody would think of: any mail of anybody, in any order, with and without secrets."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from config.settings import Settings
from db.session import open_database
from tests.kit.databases import SqliteTemplate
from tests.kit.mails import DATE, a_message
from tests.kit.observing import seen_by
from tests.kit.story import ANNA, BERT, MARIA, NEW, OTTO, make_records
from tests.kit.worlds import World

EXAMPLES: Final = int(os.environ.get("EXAMPLES", "4"))
"""Other stories each run; a change of who sees what deserves some hundred."""
ADA: Final = "Ada <ada@northwind.example>"
BODY: Final = "Here is the offer for forty garden chairs, as we said on the phone.\n"
FOOTERS: Final = ("", "from a list\n", "from a gateway\n")
SUBJECTS: Final = ("Offer", "Re: Offer", "Chairs")
IDS: Final = tuple(f"<{number}@fabrikam.example>" for number in range(4))


@dataclass(frozen=True, slots=True)
class Shape:
    """A letter as it was written."""

    from_: str
    to: str
    subject: str
    message_id: str
    in_reply_to: str | None
    references: tuple[str, ...]
    minute: int


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody's witness of a letter; `who` is anna, bert or ada, `secret` is for Anna alone.

    `bare`: a gateway took References and In-Reply-To away.
    """

    letter: int
    who: str
    secret: bool
    footer: str
    attached: bool
    bare: bool


outside = st.sampled_from([MARIA, OTTO, NEW])
inside = st.sampled_from([ANNA, BERT, ADA])
shapes = st.builds(
    Shape,
    st.one_of(outside, inside),
    outside,
    st.sampled_from(SUBJECTS),
    st.sampled_from([*IDS, ""]),
    st.one_of(st.none(), st.sampled_from(IDS)),
    st.lists(st.sampled_from(IDS), max_size=2).map(tuple),
    st.integers(0, 2),
)
moves = st.builds(
    Move,
    st.integers(0, 3),
    st.sampled_from(["anna", "bert", "ada"]),
    st.booleans(),
    st.sampled_from(FOOTERS),
    st.booleans(),
    st.booleans(),
)
stories = st.tuples(st.lists(shapes, min_size=4, max_size=4), st.lists(moves, min_size=2, max_size=7))
Story = tuple[list[Shape], list[Move]]


def tell(world: World, story: Story, kept: str = "private") -> None:
    """Take every mail in; `kept` is how Anna shares what Bert and Ada are not to see."""
    make_records(world)
    letters, happened = story
    world.prefer(world.house.anna, sharing_default={"imap": "shared"})
    for number, move in enumerate(happened):
        raw, owner = _write(letters[move.letter], move, number), getattr(world.house, move.who)
        if move.who == "anna" and move.secret:
            world.prefer(owner, sharing_default={"imap": kept})
            world.secret(raw, owner=owner)
            world.prefer(owner, sharing_default={"imap": "shared"})
        else:
            world.mail(raw, owner=owner)


def _write(shape: Shape, move: Move, number: int) -> bytes:
    # The same bytes of the same user again would be the same delivery, which is kept once as it came first.
    more: dict[str, Any] = {"extra": {"X-Witness": f"{number}"}}
    return a_message(
        from_=shape.from_,
        to=[shape.to, ANNA, BERT],
        subject=shape.subject,
        text=BODY + move.footer,
        html="<p>offer</p>" if move.attached else None,
        message_id=shape.message_id,
        in_reply_to=None if move.bare else shape.in_reply_to,
        references=() if move.bare else shape.references,
        date=DATE + timedelta(minutes=shape.minute),
        **more,
    )


@pytest.fixture(scope="module")
def make_world(sqlite_template: SqliteTemplate) -> Callable[[ExitStack, bool], World]:
    """Make a world on a fresh SQLite file; its directory goes when the stack ends."""

    def make(stack: ExitStack, private: bool) -> World:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        fresh: Settings = sqlite_template.fresh(directory / "data")
        database = stack.enter_context(closing(open_database(fresh)))
        return stack.enter_context(World(database, fresh, private=private))

    return make


@pytest.mark.slow
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(story=stories)
def test_others_see_one_world(make_world: Callable[[ExitStack, bool], World], story: Story) -> None:
    with ExitStack() as stack:
        worlds = [make_world(stack, private) for private in (True, False)]
        for world in worlds:
            tell(world, story)
        for who in ("bert", "ada"):
            with_it, without = (seen_by(world, getattr(world, who), page=50) for world in worlds)
            assert with_it == without


@pytest.mark.slow
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(story=stories)
def test_who_is_not_in_a_team_sees_one_world(make_world: Callable[[ExitStack, bool], World], story: Story) -> None:
    with ExitStack() as stack:
        worlds = [make_world(stack, private) for private in (True, False)]
        for world in worlds:
            tell(world, story, kept="team")
        with_it, without = (seen_by(world, world.bert, page=50) for world in worlds)
        assert with_it == without
        # An admin knows of mail for a team that it came, its envelope too (INTERFACE, `inbound`).
        with_it, without = (seen_by(world, world.ada, page=50, unasked={"inbound"}) for world in worlds)
        assert with_it == without
