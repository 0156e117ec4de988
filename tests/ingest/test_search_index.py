"""The index of the search says what the letters and copies say, after each act that changes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from accounts.leaving import come_back, leave
from accounts.policies import Sharing
from accounts.users import UserMade
from config.settings import Settings
from db.models import Message, MessageCopy, SearchDocument
from db.raw import RawStore
from db.search import index_copies, sight_of
from db.search_document import HAS_FILE
from db.session import Database
from ingest.authenticate import Tools
from ingest.forgetting import forget_leavers
from ingest.replay import Replayer
from linking.handing_over import hand_over
from linking.sharing import CopyChanges, change_copy
from tests.kit.mails import File, a_message
from tests.kit.proofs import Signatures
from tests.kit.thinking import Office

Rows = dict[int, tuple[str, str]]


@dataclass
class World:
    """Two reps and what the index says of their mail."""

    office: Office
    rita: UserMade
    rolf: UserMade

    def copies(self) -> dict[int, MessageCopy]:
        """Answer every copy by its id."""
        with self.office.database.read() as session:
            found = session.scalars(select(MessageCopy).where(MessageCopy.company_id == self.office.company_id))
            return {copy.id: copy for copy in found}

    def change(self, user: UserMade, message_id: int, **changes: Any) -> None:
        """Change copies of a letter as their owner does."""
        with self.office.database.write() as session:
            change_copy(session, user.viewer, message_id, CopyChanges(**changes), self.office.at)

    def verify(self) -> None:
        """Compare every document with one made anew of the rows."""
        copies = self.copies()
        with self.office.database.write() as session:
            there = _documents(session)
            assert there.keys() == copies.keys()
            session.execute(delete(SearchDocument))
            index_copies(session, self.office.company_id, copies.keys())
            assert _documents(session) == there
            if self.office.database.is_sqlite:
                session.execute(text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"))
        for copy in copies.values():
            sight = sight_of(copy.company_id, copy.owner_id, copy.sharing)
            assert set(there[copy.id][0].replace("'", "").replace(":1", "").replace(":2", "").split()) == set(sight)


def _documents(session: Session) -> Rows:
    rows = session.execute(select(SearchDocument.id, SearchDocument.sight, SearchDocument.words))
    return {copy_id: (str(sight), str(words)) for copy_id, sight, words in rows}


@pytest.fixture
def world(database: Database) -> World:
    """Nothing filed yet."""
    office = Office(database)
    return World(office, office.user("rita@seller.example"), office.user("rolf@seller.example"))


def test_every_act_leaves_the_index_right(world: World, settings: Settings) -> None:
    office, rita, rolf = world.office, world.rita, world.rolf
    raw = a_message(cc=office.bcc_address, text="Ein Angebot für 東京タワー", attachments=[File("Plan.pdf", b"%PDF")])
    told = office.deliver(raw)
    other = office.deliver(a_message(message_id="<2@x>", text="another"), owner=rolf, origin="upload")
    [letter] = told.message_ids
    world.verify()
    acts: list[Callable[[], None]] = [
        lambda: world.change(rita, letter, sharing=Sharing.PRIVATE),
        lambda: world.change(rita, letter, sharing=Sharing.TEAM),
        lambda: world.change(rita, letter, sharing=Sharing.SHARED, deleted=True),
        lambda: world.change(rita, letter, deleted=False),
        lambda: world.change(rolf, other.message_ids[0], sharing=Sharing.PRIVATE),
    ]
    for act in acts:
        act()
        world.verify()
    with office.database.write() as session:
        hand_over(session, rolf.viewer, rita.user_id, None, office.at)
    world.verify()
    with office.database.write() as session:
        leave(session, office.company_id, rita.user_id, rolf.user_id, office.at)
    world.verify()
    assert {copy.owner_id for copy in world.copies().values() if copy.sharing != "private"} == {rolf.user_id}
    with office.database.write() as session:
        come_back(session, office.company_id, rita.user_id)
    world.verify()
    store = RawStore(office.database, settings.data_dir)
    _look_older(world, told.inbound_id)
    Replayer(office.database, store, Tools(authenticate=Signatures())).replay(office.company_id, told.inbound_id)
    world.verify()
    with office.database.write() as session:
        words = str(session.scalars(select(SearchDocument.words).where(SearchDocument.id == min(world.copies()))).one())
        leave(session, office.company_id, rita.user_id, None, office.at)
    assert all(word in words for word in (HAS_FILE, "angebot", "東京", "carl"))
    assert office.bcc_address.partition("@")[0] not in words
    forget_leavers(office.database, store, office.company_id)
    assert {copy.owner_id for copy in world.copies().values()} == {rita.user_id}
    assert len(world.copies()) == 1
    world.verify()


def _look_older(world: World, inbound_id: int) -> None:
    """Let the rows say what another reader would have read."""
    with world.office.database.write() as session:
        copy = session.scalars(select(MessageCopy).where(MessageCopy.inbound_id == inbound_id)).one()
        letter = session.scalars(select(Message).where(Message.id == copy.message_id)).one()
        copy.content_digest = letter.content_digest = "old"
        letter.text = "read otherwise"
        session.flush()
        index_copies(session, copy.company_id, [copy.id])
