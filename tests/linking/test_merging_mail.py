"""Mail that comes after a merge, and mail that is read anew: the kept contact is the one it is about (R52, R58)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from config.settings import Settings
from db.models import Link
from db.session import Database
from ingest.difference import Result
from ingest.pipeline import Tools
from ingest.replay import Replayer
from linking.merging import merge_contacts, unmerge_contact
from linking.record_fields import RecordType
from linking.records import get_record
from tests.kit.mails import a_message
from tests.kit.proofs import Signatures
from tests.kit.worlds import Filed, World

REP = "anna@northwind.example"
MARIA, MIA = "maria@fabrikam.example", "mia@home.example"


@pytest.fixture
def world(settings: Settings, database: Database) -> Iterator[World]:
    """Maria, and Mia who is Maria, with a deal."""
    with World(database, settings, private=True) as opened:
        maria = opened.record("maria", opened.house.anna, "contact", name="Maria", addresses=[MARIA])
        opened.record("mia", opened.house.anna, "contact", name="Mia", addresses=[MIA])
        opened.record("deal", opened.house.anna, "deal", title="Chairs", contact_ids=[maria])
        yield opened


def mail(world: World, to: str, *, bcc: str | None = None, **more: Any) -> Filed:
    """Take a mail of the rep in."""
    filed = world.mail(a_message(from_=REP, to=to, **more), to=bcc)
    assert filed
    return filed


def merge(world: World) -> None:
    """Let Maria take Mia in."""
    world.act(
        lambda session, now: merge_contacts(session, world.anna, world.records["maria"], world.records["mia"], now)
    )


def unmerge(world: World) -> None:
    """Take it back."""
    world.act(lambda session, now: unmerge_contact(session, world.anna, world.records["maria"], now))


def targets(world: World, filed: Filed) -> set[str]:
    """Answer by name what a letter is linked to."""
    names = {number: name for name, number in world.records.items()}
    with world.database.read() as session:
        query = select(Link.target_id).where(
            Link.company_id == world.house.company_id, Link.message_id == filed.message_id, Link.undone_at.is_(None)
        )
        return {names[one] for one in session.scalars(query)}


def replayer(world: World) -> Replayer:
    """Answer what reads mail anew."""
    return Replayer(world.database, world.raw, Tools(authenticate=Signatures()))


def test_mail_to_either_address_is_about_the_kept_one_and_its_deal(world: World) -> None:
    merge(world)
    assert targets(world, mail(world, MIA, subject="One")) == {"maria", "deal"}
    assert targets(world, mail(world, f"{MIA}, {MARIA}", subject="Two")) == {"maria", "deal"}
    unmerge(world)
    assert targets(world, mail(world, MIA, subject="Three")) == {"mia"}


def test_the_record_address_of_the_merged_one_goes_on_working(world: World) -> None:
    with world.database.read() as session:
        address = get_record(session, world.anna, RecordType.CONTACT, world.records["mia"]).bcc_address
    merge(world)
    assert "maria" in targets(world, mail(world, "stranger@elsewhere.example", bcc=address, subject="One"))
    unmerge(world)
    assert "mia" in targets(world, mail(world, "stranger@elsewhere.example", bcc=address, subject="Two"))


def test_reading_anew_changes_nothing_that_the_merge_moved(world: World) -> None:
    filed = mail(world, f"{MIA}, {MARIA}", subject="Both")
    alone = mail(world, MIA, subject="Alone")
    assert targets(world, alone) == {"mia"}
    merge(world)
    assert "maria" in targets(world, alone)
    for _ in range(2):
        for one in (filed, alone):
            replayer(world).replay(world.house.company_id, one.inbound_id)
    assert replayer(world).replay(world.house.company_id, alone.inbound_id).result is Result.SAME
    unmerge(world)
    assert targets(world, filed) >= {"maria", "mia"}
    assert "mia" in targets(world, alone)
    assert "maria" not in targets(world, alone)
