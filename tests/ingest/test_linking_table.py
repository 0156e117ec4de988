"""What a letter is linked to, told as a table: who writes, what exists, which policy (RULES R14 to R24, R33)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import pytest

from db.ids import IdSealer
from db.session import Database
from ingest.authenticate import Tools
from linking.reference_tag import read_tags, tag_of
from linking.sentences import sentence
from tests.ingest.linking_cases import CASES, Case
from tests.ingest.linking_cases_more import MORE
from tests.ingest.linking_world import LinkingWorld
from tests.kit.mails import a_message
from tests.kit.proofs import Signatures
from tests.kit.thinking import Office, Told

SEALER: Final = IdSealer(b"a key of thirty-two octets, kept.")
ROWS: Final = CASES | MORE
FIRST: Final = "<first@seller.example>"


@pytest.mark.parametrize("name", ROWS)
def test_what_a_letter_is_linked_to(database: Database, name: str) -> None:
    case = ROWS[name]
    world = _world(database, case)
    raw, how = _mail(world, case)
    told = world.office.deliver(raw, **how)
    names = {number: one for one, number in world.known.items()}
    assert (told.plan.status == "discarded") is case.discarded
    found = told.message_ids[0] if told.message_ids else 0
    assert {names[target]: rule for target, rule in world.office.links(found).items()} == case.links
    asked = {rule: [names[one] for one in candidates] for rule, candidates in world.office.questions(found).items()}
    assert asked == case.asks
    assert case.says in _sentences(world, told)


def _world(database: Database, case: Case) -> LinkingWorld:
    world = LinkingWorld(Office(database, **case.policies))
    world.office.tools = Tools(authenticate=Signatures(), read_tags=partial(read_tags, SEALER))
    world.office.prefers(world.rita, **case.prefers)
    world.fill(case.exists)
    if case.blocks:
        world.block(*case.blocks)
    if case.earlier:
        (first,) = world.office.deliver(a_message(message_id=FIRST, text="The first.\n", **case.mail)).message_ids
        world.link(first, case.earlier)
    return world


def _mail(world: LinkingWorld, case: Case) -> tuple[bytes, dict[str, Any]]:
    text = f"Hello.\n{tag_of(SEALER, world.known[case.tag])}\n" if case.tag else "Hello.\n"
    raw = a_message(text=text, in_reply_to=FIRST if case.earlier else None, **case.mail)
    if case.uploaded:
        return raw, {"origin": "upload", "owner": world.rita}
    return raw, {"to": [world.addresses[case.to]]} if case.to else {}


def _sentences(world: LinkingWorld, told: Told) -> list[str]:
    shown = {number: one if "." in one else one.capitalize() for one, number in world.known.items()}
    said = (sentence(one.rule, one.args, shown.get) for one in told.plan.all_steps())
    return ["".join(letter for letter in words if letter not in "\u2068\u2069") for words in said]
