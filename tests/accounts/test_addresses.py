"""Addresses: unguessable, typable, found whatever the case, and lost at once with the right to use them."""

from __future__ import annotations

import re

import pytest

from accounts.addresses import (
    ALPHABET,
    SECRET_LETTERS,
    AddressKind,
    address_of,
    find_recipient,
    new_local_part,
    own_address_keys,
    readable_prefix,
)
from accounts.user_change import change_user
from db.session import Database
from tests.kit.company import NOW, house_in


def test_a_local_part_carries_128_bits_and_survives_a_phone() -> None:
    assert len(set(ALPHABET)) ** SECRET_LETTERS > 2**128
    assert not set("il1o0") & set(ALPHABET)
    local = new_local_part("deal")
    assert re.fullmatch(rf"deal-[{ALPHABET}]{{{SECRET_LETTERS}}}", local)
    assert local == local.casefold()
    assert len({new_local_part("bcc") for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("word", "prefix"),
    [
        ("anna.lee", "annalee"),
        ("Änna", "nna"),
        ("日本", "me"),
        ("", "me"),
        ("a" * 99, "a" * 20),
        ("o'neil-2", "oneil2"),
    ],
)
def test_the_front_is_readable_and_plain(word: str, prefix: str) -> None:
    assert readable_prefix(word, "me") == prefix


def test_a_recipient_is_found_exactly_but_for_case(database: Database) -> None:
    house = house_in(database)
    with database.read() as session:
        universal = find_recipient(session, house.bcc_address.upper())
        personal = find_recipient(session, house.anna.personal_bcc_address)
        assert universal
        assert (universal.kind, universal.company_id, universal.user_id) == ("universal", house.company_id, None)
        assert universal.address == house.bcc_address
        assert personal
        assert (personal.kind, personal.user_id) == (AddressKind.PERSONAL, house.anna.user_id)
        assert house.anna.personal_bcc_address.startswith("anna-")
        local, _, domain = house.bcc_address.partition("@")
        for almost in (local, f"{local}x@{domain}", f"{local}@x.{domain}", f"{local[:-1]}@{domain}", "", "@"):
            assert find_recipient(session, almost) is None


def test_who_may_not_write_has_lost_the_address_at_once(database: Database) -> None:
    house = house_in(database)
    with database.write() as session:
        assert find_recipient(session, house.rosa.personal_bcc_address) is None
        change_user(session, house.ada.viewer, house.anna.user_id, {"state": "deactivated"}, NOW)
        change_user(session, house.ada.viewer, house.bert.user_id, {"role": "read_only"}, NOW)
    with database.read() as session:
        for user in (house.anna, house.bert, house.rosa):
            assert find_recipient(session, user.personal_bcc_address) is None
    with database.write() as session:
        change_user(session, house.ada.viewer, house.anna.user_id, {"state": "active"}, NOW)
    with database.read() as session:
        assert find_recipient(session, house.anna.personal_bcc_address)


def test_ours_are_told_from_others(database: Database) -> None:
    house, other = house_in(database), house_in(database, "Tailspin", "tailspin.example")
    with database.read() as session:
        keys = frozenset({house.bcc_address, other.bcc_address, "maria@fabrikam.example"})
        assert own_address_keys(session, house.company_id, keys) == {house.bcc_address}
        assert own_address_keys(session, house.company_id, frozenset()) == frozenset()
        assert address_of(session, house.company_id) == house.bcc_address
