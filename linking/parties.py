"""Parties: the people outside the company that a letter is between (RULES R19)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

from mail.address import address_key
from mail.message import Address

MAX_PARTIES: Final = 50
Field = Literal["from", "to", "cc"]


class Whose(StrEnum):
    """What an address is to the company; an outsider's has no entry."""

    DROPBOX = "dropbox"
    US = "us"


@dataclass(frozen=True, slots=True)
class Party:
    """An address with the first field in which it stands."""

    key: str
    address: Address
    field: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """`outside` are the parties, `ignored` those beyond the fiftieth, `inside` colleagues among the recipients.

    `blocked` are outsiders on the company's list, `blocked_by_owner` on the list of the copy's owner alone (R33).
    """

    outside: tuple[Party, ...] = ()
    ignored: tuple[Party, ...] = ()
    inside: tuple[Party, ...] = ()
    blocked: tuple[Party, ...] = ()
    blocked_by_owner: tuple[Party, ...] = ()

    @property
    def all_internal(self) -> bool:
        """Tell whether nobody outside takes part, but at least one colleague besides the dropbox (R23)."""
        return not self.anybody_outside and bool(self.inside)

    @property
    def anybody_outside(self) -> bool:
        """Tell whether an outsider takes part, blocked or not."""
        return bool(self.outside or self.blocked or self.blocked_by_owner)

    def without(self, by_company: Collection[str], by_owner: Collection[str]) -> Parties:
        """Answer the parties without those whose keys are blocked."""
        if not by_company and not by_owner:
            return self
        company, own = frozenset(by_company), frozenset(by_owner)
        everybody = (*self.outside, *self.ignored)
        kept = tuple(one for one in everybody if one.key not in company | own)
        return replace(
            self,
            outside=kept[:MAX_PARTIES],
            ignored=kept[MAX_PARTIES:],
            blocked=tuple(one for one in everybody if one.key in company),
            blocked_by_owner=tuple(one for one in everybody if one.key in own),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """The address fields of a letter: all that R19 reads."""

    from_: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]

    def keys(self) -> frozenset[str]:
        """Answer every address once, as its normalised key."""
        return frozenset(address_key(one.address) for one in (*self.from_, *self.to, *self.cc))


def find_parties(fields: Addressed, whose: Mapping[str, Whose], *, outgoing: bool) -> Parties:
    """Sort the addresses of a letter; an outgoing letter's From is not a party."""
    named: list[tuple[Field, Iterable[Address]]] = [("to", fields.to), ("cc", fields.cc)]
    if not outgoing:
        named.insert(0, ("from", fields.from_))
    met: dict[str, Party] = {}
    for field, addresses in named:
        for address in addresses:
            key = address_key(address.address)
            met.setdefault(key, Party(key, address, field))
    outside = tuple(party for party in met.values() if party.key not in whose)
    return Parties(
        outside=outside[:MAX_PARTIES],
        ignored=outside[MAX_PARTIES:],
        inside=tuple(p for p in met.values() if whose.get(p.key) is Whose.US and p.field != "from"),
    )
