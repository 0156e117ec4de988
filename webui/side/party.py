"""Who a letter is with: the one it came from or went to, and the others outside the company who take part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.companies import internal_domains
from accounts.senders import colleagues_among
from linking.contacts_at import contacts_with, organizations_with
from linking.letter import Letter
from linking.parties import MAX_PARTIES
from linking.record_fields import RecordType
from linking.record_view import RecordView, names_of
from linking.records import records_by_id
from mail.address import address_key, domain_of
from mail.message import Address
from webui.call import Call

OTHERS: Final = 5
WITH_SOMEBODY: Final = frozenset({"incoming", "outgoing"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """An outsider who takes part, and the contact that has his address."""

    address: Address
    key: str
    contact_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who the letter is with; `people` are the contacts and organisations by which a rule would look for deals."""

    first: Somebody
    others: tuple[Somebody, ...] = ()
    more: int = 0
    contact: RecordView | None = None
    organization_id: int | None = None
    organization: str = ""
    people: frozenset[int] = frozenset()

    @property
    def keys(self) -> tuple[str, ...]:
        """Answer the address keys of the first: all of the contact's, else the one of the letter."""
        own = [address_key(one) for one in self.contact.addresses] if self.contact else []
        return tuple(dict.fromkeys((self.first.key, *own)))

    @property
    def is_stranger(self) -> bool:
        """Tell whether no record that the viewer sees knows the first."""
        return self.contact is None and self.organization_id is None

    @property
    def name(self) -> str:
        """Answer what the first is called: a contact's name is ours, the letter's is what it says."""
        return self.contact.name if self.contact else self.first.address.address


def party_of(call: Call, letter: Letter) -> Party | None:
    """Answer who the letter is with; None of a note, and of mail among colleagues."""
    outside = list(_outside(call, letter))[:MAX_PARTIES]
    if not outside:
        return None
    contacts = contacts_with(call.session, call.viewer, [key for key, _ in outside])
    unknown = [key for key, _ in outside if key not in contacts]
    organizations = organizations_with(call.session, call.viewer, unknown)
    everybody = [Somebody(address=one, key=key, contact_id=contacts.get(key)) for key, one in outside]
    first = _first(letter, everybody)
    others = [one for one in everybody if one is not first]
    return Party(
        first=first,
        others=tuple(others[:OTHERS]),
        more=max(len(others) - OTHERS, 0),
        people=frozenset({*contacts.values(), *organizations.values()}),
        **_named(call, first, organizations),
    )


def _first(letter: Letter, everybody: list[Somebody]) -> Somebody:
    """Answer the sender, of an outgoing letter the first recipient whom we know."""
    if letter.direction == "outgoing":
        return next((one for one in everybody if one.contact_id), everybody[0])
    return everybody[0]


def _outside(call: Call, letter: Letter) -> Iterator[tuple[str, Address]]:
    if letter.direction not in WITH_SOMEBODY:
        return
    sender = (letter.from_,) if letter.from_ and letter.direction == "incoming" else ()
    named = {address_key(one.address): one for one in reversed((*sender, *letter.to, *letter.cc)) if one.address}
    inside = colleagues_among(call.session, call.viewer.company_id, frozenset(named))
    domains = internal_domains(call.session, call.viewer.company_id)
    for key, one in reversed(named.items()):
        if key not in inside and domain_of(key) not in domains:
            yield key, one


def _named(call: Call, first: Somebody, organizations: Mapping[str, int]) -> dict[str, Any]:
    found = records_by_id(call.session, call.viewer, [first.contact_id] if first.contact_id else [], RecordType.CONTACT)
    contact = found[0] if found else None
    organization_id = contact.organization_id if contact else organizations.get(first.key)
    names = names_of(call.session, call.viewer, [organization_id] if organization_id else [])
    organization = names.get(organization_id or 0, "")
    return {"contact": contact, "organization_id": organization_id, "organization": organization}
