"""The sets of an ARC chain (RFC 8617 §4.1): structure and tags, as far as that needs neither DNS nor the body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from languages.speech import marked
from mailauth.dkim_signature import BadSignature, Signature, read_signature, read_tags

MOST_SETS: Final = 50
"""RFC 8617 §4.2.1."""
RESULTS: Final = b"arc-authentication-results"
MESSAGE_SIGNATURE: Final = b"arc-message-signature"
SEAL: Final = b"arc-seal"
FIELDS_OF_A_SET: Final = (RESULTS, MESSAGE_SIGNATURE, SEAL)
"""In the order in which a seal covers them (RFC 8617 §5.1.1)."""

Field = tuple[bytes, bytes]
"""(name as written, value as it stands after the colon)."""

_INSTANCE: Final = re.compile(rb"[0-9]{1,2}")
_INSTANCE_OF_RESULTS: Final = re.compile(rb"[ \t\r\n]*i[ \t\r\n]*=[ \t\r\n]*([0-9]{1,2})[ \t\r\n]*;")


class BrokenChain(Exception):
    """The chain does not hold; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The seal of one set; `claimed` is its cv=, `signature` its field with what has to be checked of it."""

    claimed: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcSet:
    """One hop's set; `results` is the payload of its Authentication-Results, without the instance."""

    instance: int
    fields: tuple[Field, Field, Field]
    results: bytes
    message_signature: Signature
    seal: Seal


def read_sets(fields: Sequence[Field]) -> tuple[ArcSet, ...]:
    """Answer the sets, the oldest first, none where the header holds no ARC field; raises BrokenChain."""
    ours = [one for one in fields if one[0].lower() in FIELDS_OF_A_SET]
    if len(ours) > MOST_SETS * len(FIELDS_OF_A_SET):
        raise BrokenChain(marked("there are more than 50 sets"))
    found: dict[tuple[int, bytes], Field] = {}
    for field in ours:
        place = (_instance(field), field[0].lower())
        if place in found:
            raise BrokenChain(f"a field of set {place[0]} stands twice")
        found[place] = field
    newest = max((instance for instance, _ in found), default=0)
    # RFC 8617 §5.2: three fields for each number without a gap
    if len(found) != newest * len(FIELDS_OF_A_SET):
        raise BrokenChain(marked("a set is not complete"))
    return tuple(_read(number, found) for number in range(1, newest + 1))


def check_claims(sets: Sequence[ArcSet]) -> None:
    """RFC 8617 §5.2: the first seal found no chain, each later one a good chain; raises BrokenChain."""
    for one in sets:
        if one.seal.claimed != ("none" if one.instance == 1 else "pass"):
            raise BrokenChain(f"seal {one.instance} says cv={one.seal.claimed}")


def _instance(field: Field) -> int:
    name, value = field
    if name.lower() == RESULTS:
        found = _INSTANCE_OF_RESULTS.match(value)
        text = found[1] if found else b""
    else:
        text = _tags(name, value).get(b"i", b"")
    number = int(text) if _INSTANCE.fullmatch(text) else 0
    if not 1 <= number <= MOST_SETS:
        raise BrokenChain(f"{_shown(name)} has no instance from 1 to 50")
    return number


def _read(number: int, found: dict[tuple[int, bytes], Field]) -> ArcSet:
    results, message_signature, seal = (found[number, name] for name in FIELDS_OF_A_SET)
    return ArcSet(
        instance=number,
        fields=(results, message_signature, seal),
        results=_INSTANCE_OF_RESULTS.sub(b"", results[1], count=1),
        message_signature=_message_signature(message_signature),
        seal=_seal(seal),
    )


def _message_signature(field: Field) -> Signature:
    """RFC 8617 §4.1.2: a DKIM signature but for v= and i=; it covers no seal."""
    signature = _signature(field, {b"c": b"relaxed/relaxed", **_tags(*field)})
    if SEAL in signature.names:
        raise BrokenChain(marked("a message signature covers a seal"))
    return signature


def _seal(field: Field) -> Seal:
    """RFC 8617 §4.1.3: it covers the chain's own fields alone, so it names none and has no body hash."""
    tags = _tags(*field)
    if b"h" in tags:
        raise BrokenChain(marked("a seal has h="))
    claimed = tags.get(b"cv", b"")
    if claimed not in (b"none", b"pass", b"fail"):
        raise BrokenChain(marked("a seal has no cv="))
    own = {name: value for name, value in tags.items() if name in (b"a", b"b", b"d", b"s", b"t")}
    whole = own | {b"h": b"from", b"bh": b"AAAA", b"c": b"relaxed/relaxed"}
    return Seal(claimed=claimed.decode("ascii"), signature=_signature(field, whole))


def _signature(field: Field, tags: dict[bytes, bytes]) -> Signature:
    """Judge the tags as those of a DKIM signature, where i= is no number and v= must stand."""
    like_dkim = {name: value for name, value in tags.items() if name not in (b"i", b"v")} | {b"v": b"1"}
    try:
        return read_signature(*field, like_dkim)
    except BadSignature as bad:
        raise BrokenChain(f"{_shown(field[0])}: {bad.reason}") from None


def _tags(name: bytes, value: bytes) -> dict[bytes, bytes]:
    try:
        return read_tags(value)
    except BadSignature:
        raise BrokenChain(f"{_shown(name)} is no list of tags") from None


def _shown(name: bytes) -> str:
    return name.decode("ascii", "replace")
