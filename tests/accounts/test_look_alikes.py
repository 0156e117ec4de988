"""Look-alikes of an approved address: none of them is the same (SECURITY P10)."""

from __future__ import annotations

import pytest

from accounts.refusals import Invalid
from accounts.sender_request import Owner, request_sender
from accounts.senders import add_approved, colleagues_among, find_standing
from db.session import Database
from mail.address import address_key
from tests.kit.company import NOW, house_in

APPROVED = "kim.lee@kiosk.example"
SAME = ("Kim.Lee@kiosk.example", "kim.lee@KIOSK.Example", " kim.lee@kiosk.example ", '"kim.lee"@kiosk.example')
"""What is the same: case, space around it, quotes that are not needed."""
ALIKE = {
    "dot left out": "kimlee@kiosk.example",
    "dot more": "kim..lee@kiosk.example",
    "tag": "kim.lee+sales@kiosk.example",
    "dash tag": "kim.lee-sales@kiosk.example",
    "dot at the end of the domain": "kim.lee@kiosk.example.",
    "dot at the end of the local part": "kim.lee.@kiosk.example",
    "dot in front": ".kim.lee@kiosk.example",
    "subdomain": "kim.lee@mail.kiosk.example",
    "parent": "kim.lee@example",
    "longer domain": "kim.lee@kiosk.example.net",
    "shorter domain": "kim.lee@kiosk.exampl",
    "Kelvin sign in the domain": "kim.lee@\u212aios\u212a.example",
    "Kelvin sign in the local part": "\u212aim.lee@kiosk.example",
    "Cyrillic i in the domain": "kim.lee@k\u0456osk.example",
    "Cyrillic o in the domain": "kim.lee@ki\u043esk.example",
    "Cyrillic e in the local part": "kim.l\u0435e@kiosk.example",
    "Greek omicron": "kim.lee@ki\u03bfsk.example",
    "dotless i": "kim.lee@k\u0131osk.example",
    "capital I with dot": "kim.lee@K\u0130OSK.example",
    "long s": "kim.lee@kio\u017fk.example",
    "full-width letters": "kim.lee@\uff4b\uff49\uff4f\uff53\uff4b.example",
    "full-width at": "kim.lee\uff20kiosk.example",
    "full-width dot": "kim.lee@kiosk\uff0eexample",
    "ideographic full stop": "kim.lee@kiosk\u3002example",
    "zero-width space": "kim.lee@kio\u200bsk.example",
    "zero-width joiner": "kim\u200d.lee@kiosk.example",
    "soft hyphen": "kim.lee@kio\u00adsk.example",
    "combining mark": "kim.lee@kiosk\u0301.example",
    "right-to-left mark": "kim.lee@kiosk.example\u200f",
    "A-label of a look-alike": "kim.lee@xn--kisk-55d.example",
    "digit for a letter": "kim.1ee@kiosk.example",
    "rn for m": "kirn.lee@kiosk.example",
    "quoted space": '"kim.lee "@kiosk.example',
    "percent": "kim.lee%kiosk.example@other.example",
    "comment": "kim.lee(x)@kiosk.example",
    "second at": "kim.lee@kiosk.example@other.example",
}


def test_what_is_the_same_has_the_same_key() -> None:
    assert {address_key(one) for one in SAME} == {APPROVED}


@pytest.mark.parametrize("name", ALIKE)
def test_no_look_alike_has_its_key(name: str) -> None:
    assert ALIKE[name] != APPROVED
    assert address_key(ALIKE[name]) != APPROVED


def test_none_of_them_stands_for_its_user_nor_can_be_asked_for_as_it(database: Database) -> None:
    house = house_in(database)
    keys = frozenset(map(address_key, ALIKE.values()))
    with database.write() as session:
        add_approved(session, house.company_id, house.anna.user_id, APPROVED, NOW)
        standings = [find_standing(session, house.company_id, key) for key in sorted(keys)]
        assert standings == [None] * len(keys)
        assert colleagues_among(session, house.company_id, keys) == frozenset()
        assert find_standing(session, house.company_id, address_key(SAME[0]))
    for same in SAME[:3]:
        with pytest.raises(Invalid), database.write() as session:
            request_sender(session, house.bert.viewer, Owner(user_id=house.bert.user_id), same, NOW)
