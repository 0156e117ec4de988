"""R30 in SQL against R30 in plain Python, over worlds that nobody would think of."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import AccessGrant, Link, MessageCopy, Record, Team, TeamMember, User
from db.session import Database
from linking.visibility import (
    chosen_copy,
    counted_link,
    link_in_view,
    shared_copy,
    telling_link,
    visible_copy,
    visible_record,
)
from tests.kit.company import NOW, House, make_house
from tests.kit.factories import make
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record

PEOPLE = 4


@dataclass(frozen=True, slots=True)
class ARecord:
    """`owner` is the place of a user in the house, `team` that of a team of the world."""

    owner: int
    visibility: str
    team: int | None
    by_rule: bool
    deleted: bool


@dataclass(frozen=True, slots=True)
class ACopy:
    """A witness of the one letter."""

    owner: int
    sharing: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class ALink:
    """`copy` None is the shared letter's."""

    target: int
    copy: int | None
    undone: bool


@dataclass(frozen=True, slots=True)
class ATeam:
    """Who is in it."""

    members: frozenset[int]
    deleted: bool


@dataclass(frozen=True, slots=True)
class AGrant:
    """What somebody who had a copy said to a user; `former`: the copy is another's by now."""

    copy: int
    viewer: int
    refused: bool
    former: bool


@dataclass(frozen=True, slots=True)
class World:
    """One letter; places in the tuples are the names of things."""

    teams: tuple[ATeam, ...]
    records: tuple[ARecord, ...]
    copies: tuple[ACopy, ...]
    links: tuple[ALink, ...]
    grants: tuple[AGrant, ...] = ()


@dataclass(frozen=True, slots=True)
class Slow:
    """R30 to the letter for one viewer; `teams` are all of the company, `left` the users who have left."""

    world: World
    teams: tuple[ATeam, ...]
    left: frozenset[int]
    viewer: int
    admin: bool

    def may_see(self, number: int) -> bool:
        """R30a, R30b."""
        record = self.world.records[number]
        if record.owner == self.viewer or record.visibility == "company":
            return True
        if record.visibility == "team" and record.team is not None and self.is_in(self.world.teams[record.team]):
            return True
        return self.admin and not record.by_rule

    def is_in(self, team: ATeam) -> bool:
        """A deleted team has nobody in it."""
        return not team.deleted and self.viewer in team.members

    def is_team_mate(self, user: int) -> bool:
        """Somebody else is in a team with the viewer."""
        return any(self.is_in(team) and user in team.members for team in self.teams)

    def visible_records(self) -> set[int]:
        """Not deleted, and his to see."""
        return {n for n, one in enumerate(self.world.records) if not one.deleted and self.may_see(n)}

    def is_open(self, levels: set[int | None]) -> bool:
        """R30 (b) and (c), over the live links of the letter (None) and of a copy for a team."""
        links = [
            one
            for one in self.world.links
            if one.copy in levels and not one.undone and not self.world.records[one.target].deleted
        ]
        return bool(links) and all(self.may_see(one.target) for one in links)

    def is_opened(self, number: int) -> bool:
        """Another's copy is shared with him, and he may see what it is linked to."""
        copy = self.world.copies[number]
        if copy.deleted or copy.sharing == "private":
            return False
        if copy.sharing == "team":
            return self.is_team_mate(copy.owner) and self.is_open({None, number})
        return self.is_open({None})

    def shared_copies(self) -> set[int]:
        """His own always, others' by R30."""
        return {n for n, one in enumerate(self.world.copies) if one.owner == self.viewer or self.is_opened(n)}

    def let_copies(self) -> set[int]:
        """R32: those that their owners let him see, until they leave (R55)."""
        let = {one.copy for one in self.world.grants if one.viewer == self.viewer and not (one.refused or one.former)}
        copies = {number: self.world.copies[number] for number in let}
        return {number for number, one in copies.items() if not (one.deleted or one.owner in self.left)}

    def visible_copies(self) -> set[int]:
        """All of these."""
        return self.shared_copies() | self.let_copies()

    def chosen(self) -> int | None:
        """His own alive, his own deleted, else the first that is shared with him, else the first let to him."""
        seen = self.visible_copies()
        shared = self.shared_copies()

        def rank(number: int) -> tuple[int, int]:
            copy = self.world.copies[number]
            if copy.owner != self.viewer:
                return 2 if number in shared else 3, number
            return (1 if copy.deleted else 0, number)

        return min(seen, key=rank, default=None)

    def links_in_view(self) -> set[int]:
        """Those by what is shared, and those by what was let to him."""
        return self.links_by(self.visible_copies(), self.let_copies())

    def telling_links(self) -> set[int]:
        """Those by what is shared alone."""
        return self.links_by(self.shared_copies(), set())

    def counted_links(self) -> set[int]:
        """Those in view, but for hidden records behind a copy that was let to him."""
        telling = self.telling_links()
        links = self.world.links
        return {n for n in self.links_in_view() if n in telling or self.may_see(links[n].target)}

    def links_by(self, seen: set[int], let: set[int]) -> set[int]:
        """Those of his own copies and of his teams', and those of the shared letter where he takes part in it."""
        own = {n for n in seen if self.world.copies[n].owner == self.viewer or self.world.copies[n].sharing == "team"}
        own |= let
        takes_part = any(self.world.copies[n].sharing == "shared" for n in seen)
        return {
            n
            for n, one in enumerate(self.world.links)
            if not one.undone
            and not self.world.records[one.target].deleted
            and (one.copy in own or (one.copy is None and takes_part))
        }


people = st.integers(0, PEOPLE - 1)
TEAMS = 2
teams = st.builds(ATeam, st.frozensets(people), st.sampled_from([False, False, True]))
records = st.builds(
    ARecord,
    people,
    st.sampled_from(["company", "team", "owner"]),
    st.one_of(st.none(), st.integers(0, TEAMS - 1)),
    st.booleans(),
    st.booleans(),
)
copies = st.builds(ACopy, people, st.sampled_from(["private", "team", "shared"]), st.booleans())


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw some records, copies and links between them, each link once."""
    grouped = tuple(draw(st.lists(teams, min_size=TEAMS, max_size=TEAMS)))
    made = tuple(draw(st.lists(records, min_size=1, max_size=4)))
    seen = tuple(draw(st.lists(copies, min_size=1, max_size=5)))
    places = st.tuples(
        st.integers(0, len(made) - 1), st.one_of(st.none(), st.none(), st.integers(0, len(seen) - 1)), st.booleans()
    )
    drawn = draw(st.lists(places, max_size=5, unique_by=lambda one: one[:2]))
    said = st.tuples(st.integers(0, len(seen) - 1), people, st.booleans(), st.sampled_from([False, False, True]))
    grants = draw(st.lists(said, max_size=4, unique_by=lambda one: one[:2]))
    return World(grouped, made, seen, tuple(ALink(*one) for one in drawn), tuple(AGrant(*one) for one in grants))


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids that the things of a world got."""

    letter: int
    records: Sequence[int]
    copies: Sequence[int]
    links: Sequence[int]


def a_team(session: Session, company_id: int, team: ATeam, users: Sequence[int]) -> int:
    """Write a team; answer its id."""
    made = make(session, Team, company_id=company_id, deleted_at=NOW if team.deleted else None)
    for member in team.members:
        session.add(TeamMember(company_id=company_id, team_id=made.id, user_id=users[member]))
    session.flush()
    return made.id


def build(session: Session, house: House, world: World) -> Ids:
    """Write a world into the database."""
    users = [viewer.user_id for viewer in house.viewers()]
    letter = a_letter(session, house.company_id)
    grouped = [a_team(session, house.company_id, one, users) for one in world.teams]
    made = [
        a_record(
            session,
            house.company_id,
            users[one.owner],
            visibility=one.visibility,
            team_id=None if one.team is None else grouped[one.team],
            deleted_at=NOW if one.deleted else None,
            **({"created_from": [1]} if one.by_rule else {}),
        )
        for one in world.records
    ]
    seen = [
        a_copy(session, letter, users[one.owner], sharing=one.sharing, deleted_at=NOW if one.deleted else None)
        for one in world.copies
    ]
    links = [
        a_link(
            session,
            letter,
            made[one.target],
            None if one.copy is None else seen[one.copy],
            undone_at=NOW if one.undone else None,
        )
        for one in world.links
    ]
    for one in world.grants:
        owner = world.copies[one.copy].owner
        make(
            session,
            AccessGrant,
            company_id=house.company_id,
            copy_id=seen[one.copy].id,
            owner_id=users[(owner + 1) % PEOPLE if one.former else owner],
            viewer_id=users[one.viewer],
            state="refused" if one.refused else "granted",
        )
    return Ids(letter.id, [one.id for one in made], [one.id for one in seen], [one.id for one in links])


class Enough(Exception):
    """Takes a world back."""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds(), beside=worlds(), left=st.frozensets(people, max_size=1))
def test_sql_agrees_with_the_rule(database: Database, world: World, beside: World, left: frozenset[int]) -> None:
    with suppress(Enough), database.write() as session:
        house = make_house(session)
        gone = [house.viewers()[one].user_id for one in left]
        ours = User.company_id == house.company_id
        session.execute(update(User).where(ours, User.id.in_(gone)).values(state="deactivated"))
        built = [(one, build(session, house, one)) for one in (world, beside)]
        teams = world.teams + beside.teams
        for place, viewer in enumerate(house.viewers()):
            for one, ids in built:
                compare(session, viewer, Slow(one, teams, left, place, viewer.is_admin), ids)
        raise Enough


def compare(session: Session, viewer: Viewer, slow: Slow, ids: Ids) -> None:
    """Hold what SQL says of one of the worlds in the database against the rule."""
    records = select(Record.id).where(visible_record(viewer), Record.id.in_(ids.records))
    copies = select(MessageCopy.id).where(visible_copy(viewer), MessageCopy.message_id == ids.letter)
    chosen = select(MessageCopy.id).where(chosen_copy(viewer), MessageCopy.message_id == ids.letter)
    alive = and_(Record.company_id == viewer.company_id, Record.id == Link.target_id, Record.deleted_at.is_(None))
    links = select(Link.id).join(Record, alive).where(link_in_view(viewer), Link.message_id == ids.letter)
    telling = select(Link.id).join(Record, alive).where(telling_link(viewer), Link.message_id == ids.letter)
    counted = (
        select(Link.id).join(Record, alive).where(counted_link(viewer, Link, Record), Link.message_id == ids.letter)
    )
    shared = select(MessageCopy.id).where(shared_copy(viewer), MessageCopy.message_id == ids.letter)
    assert set(session.scalars(records)) == {ids.records[n] for n in slow.visible_records()}
    assert set(session.scalars(copies)) == {ids.copies[n] for n in slow.visible_copies()}
    assert set(session.scalars(shared)) == {ids.copies[n] for n in slow.shared_copies()}
    assert set(session.scalars(links)) == {ids.links[n] for n in slow.links_in_view()}
    assert set(session.scalars(telling)) == {ids.links[n] for n in slow.telling_links()}
    assert set(session.scalars(counted)) == {ids.links[n] for n in slow.counted_links()}
    expected = slow.chosen()
    assert session.scalars(chosen).all() == ([] if expected is None else [ids.copies[expected]])
