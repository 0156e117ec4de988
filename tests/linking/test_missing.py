"""Asking for what is missing of a conversation: who else has its Message-ID in private decides nothing (R30b)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from sqlalchemy import select

from config.settings import Settings
from db.models import AccessRequest
from db.session import Database
from ingest.access_asked import ask_for_letter
from linking.access import AccessState, about_letter, ask, decide, list_asked, list_to_decide
from linking.letters import find_letter
from linking.missing import letters_missing
from linking.to_decide import hand_requests_on
from tests.kit.mails import a_message
from tests.kit.worlds import LETTERHEAD, Filed, World

NAME = "<plan@fabrikam.example>"
PLAN = "Dear all, here is the plan that we talked about last week, with every part of it.\n"
GRANTED, ASKED = AccessState.GRANTED, AccessState.ASKED


def told(world: World, domain: str) -> tuple[Filed, Filed]:
    """Let Anna have the mail in private and in other words, Ada have it later, Bert what answers it."""
    whole = {
        "from_": "maria@fabrikam.example",
        "to": [f"anna@{domain}", f"ada@{domain}"],
        "subject": "Plan",
        "message_id": NAME,
    }
    world.secret(a_message(**whole, text=f"{PLAN}\nfooter of a list, some words more\n"), owner=world.house.anna)
    hers = world.mail(a_message(**whole, text=PLAN), owner=world.house.ada)
    answer = whole | {"to": f"bert@{domain}", "subject": "Re: Plan", "message_id": f"<answer@{domain}>"}
    his = world.mail(a_message(**answer, in_reply_to=NAME, references=[NAME], text="and more"), owner=world.house.bert)
    assert hers
    assert his
    return hers, his


def asked(world: World, letter: Filed) -> list[tuple[str, int | None]]:
    """Let Bert ask for what is missing of his letter."""
    with world.database.write() as session:
        missing = letters_missing(session, world.bert, letter.message_id, world.at)
        for name, number in missing:
            ask_for_letter(session, world.bert, name, number, LETTERHEAD, world.at)
    return missing


def states(world: World) -> Sequence[str]:
    """Answer how Bert's requests stand to him."""
    with world.database.read() as session:
        return [one.state for one in list_asked(session, world.bert, 9).rows]


def test_who_else_has_that_message_id_in_private_changes_nothing(database: Database, settings: Settings) -> None:
    with ExitStack() as stack:
        for private, domain in ((False, "northwind.example"), (True, "larchmont.example")):
            world = stack.enter_context(World(database, settings, private=private, domain=domain))
            hers, his = told(world, domain)
            assert len(asked(world, his)) == 1
            assert states(world) == [ASKED]
            with database.read() as session:
                (waiting,) = list_to_decide(session, world.ada, 9).rows
                beside = about_letter(session, world.ada, hers.message_id, 9, [ASKED])
                assert len(list_to_decide(session, world.anna, 9).rows) == private
            assert (waiting.message_id, [one.id for one in beside]) == (hers.message_id, [waiting.id])
            for state, seen in ((GRANTED, True), (AccessState.REFUSED, False)):
                with database.write() as session:
                    decide(session, world.ada, waiting.id, state, world.at)
                    assert (find_letter(session, world.bert, hers.message_id, lambda _: b"") is not None) is seen
                assert states(world) == [GRANTED if seen else ASKED]


def test_a_request_outlives_the_private_letter_that_came_first(database: Database, settings: Settings) -> None:
    with World(database, settings, private=True) as world:
        hers, his = told(world, "northwind.example")
        (secret,) = world.secrets
        assert secret
        assert [number for _, number in asked(world, his)] == [secret.message_id]
        with database.write() as session:
            hand_requests_on(session, world.bert.company_id, [secret.message_id])
            (waiting,) = list_to_decide(session, world.ada, 9).rows
            assert waiting.message_id == hers.message_id
            pointer = select(AccessRequest.message_id).where(AccessRequest.company_id == world.bert.company_id)
            assert session.scalars(pointer).all() == [hers.message_id]


def test_a_public_id_asks_for_that_letter_alone(database: Database, settings: Settings) -> None:
    with World(database, settings, private=True) as world:
        hers, _ = told(world, "northwind.example")
        (secret,) = world.secrets
        assert secret
        with database.write() as session:
            ask(session, world.bert, "a" * 26, secret.message_id, world.at)
            assert list_to_decide(session, world.ada, 9).rows == ()
            assert about_letter(session, world.ada, hers.message_id, 9, [ASKED]) == []
            assert len(list_to_decide(session, world.anna, 9).rows) == 1
