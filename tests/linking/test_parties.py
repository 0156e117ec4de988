"""Who takes part in a letter (RULES R19, R23)."""

from __future__ import annotations

from linking.parties import Addressed, Whose, find_parties
from mail.message import Address


def people(*addresses: str) -> tuple[Address, ...]:
    return tuple(Address("", one) for one in addresses)


RITA, BOSS, BOX = "rita@seller.example", "boss@seller.example", "box@bcc.seller.example"
WHOSE = {RITA: Whose.US, BOSS: Whose.US, BOX: Whose.DROPBOX}
CARL = "Carl@Customer.example"


def keys(fields: Addressed, *, outgoing: bool) -> list[str]:
    return [one.key for one in find_parties(fields, WHOSE, outgoing=outgoing).outside]


def test_of_an_outgoing_letter_the_recipients() -> None:
    fields = Addressed(from_=people(RITA), to=people(CARL, BOX), cc=people(BOSS, "carl@customer.example"))
    assert keys(fields, outgoing=True) == ["carl@customer.example"]


def test_of_an_incoming_letter_its_author_too() -> None:
    fields = Addressed(from_=people(CARL), to=people(RITA), cc=people("dora@customer.example"))
    assert keys(fields, outgoing=False) == ["carl@customer.example", "dora@customer.example"]


def test_the_fifty_first_is_ignored() -> None:
    fields = Addressed(from_=people(RITA), to=people(*(f"p{n}@x.example" for n in range(60))), cc=())
    parties = find_parties(fields, WHOSE, outgoing=True)
    assert (len(parties.outside), len(parties.ignored)) == (50, 10)


def test_colleagues_alone_are_internal_and_the_dropbox_alone_is_not() -> None:
    internal = Addressed(from_=people(RITA), to=people(BOSS), cc=())
    note = Addressed(from_=people(RITA), to=people(BOX), cc=())
    assert find_parties(internal, WHOSE, outgoing=True).all_internal
    assert not find_parties(note, WHOSE, outgoing=True).all_internal
