"""What a writer wrote himself, what he quotes and how he signs (RULES R36): pieces that together are all of the text.

Answers between quoted lines stay; what begins with a header, a separating line or an attribution without quote marks
is another's mail down to the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from mail.broken_quote import BrokenQuotes
from mail.markers import RULE
from mail.message import Address
from mail.opening import LINES, Opening, Openings, is_quoted, next_written
from mail.signature import signature_start

BLANK: Final = "\n\ufeff \t"


class Role(StrEnum):
    """Whose words a piece is: new ones, another's, or what stands below the new ones."""

    NEW = "new"
    QUOTE = "quote"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a text, one after the other."""

    role: Role
    text: str


def pieces_of(openings: Openings, author: Address | None = None) -> tuple[Piece, ...]:
    """Answer the text in pieces: joined by line feeds they are the text, to the letter.

    `author` lets his name below the text be known as a signature.
    """
    lines = openings.lines
    roles = _without_rule(lines, _quotes(openings))
    kept = [number for number, role in enumerate(roles) if role is Role.NEW]
    for number in kept[signature_start([lines[number] for number in kept], author) :]:
        roles[number] = Role.SIGNATURE
    parts = groupby(zip(roles, lines, strict=True), key=lambda one: one[0])
    return tuple(Piece(role, "\n".join(line for _, line in part)) for role, part in parts)


def new_of(pieces: tuple[Piece, ...]) -> str:
    """Answer the new words alone."""
    return "\n".join(piece.text for piece in pieces if piece.role is Role.NEW).strip(BLANK)


def new_text(openings: Openings, author: Address | None = None) -> str:
    """Answer what the writer wrote himself, without what he quotes and how he signs."""
    return new_of(pieces_of(openings, author))


def _quotes(openings: Openings) -> list[Role]:
    lines = openings.lines
    roles = [Role.NEW] * len(lines)
    broken = BrokenQuotes(lines)
    position = 0
    while position < min(len(lines), LINES):
        opening = None if is_quoted(lines[position]) else openings.at(position)
        if opening is None:
            if is_quoted(lines[position]) or broken.at(position):
                roles[position] = Role.QUOTE
            position += 1
        elif _introduces_quote(lines, opening):
            roles[position : opening.content] = [Role.QUOTE] * (opening.content - position)
            position = opening.content
        else:
            roles[opening.start :] = [Role.QUOTE] * (len(lines) - opening.start)
            break
    return roles


def _introduces_quote(lines: list[str], opening: Opening) -> bool:
    below = next_written(lines, opening.content)
    return opening.attribution is not None and below < len(lines) and is_quoted(lines[below])


def _without_rule(lines: list[str], roles: list[Role]) -> list[Role]:
    """A line of dashes below the last new words belongs to what it separates from them."""
    end = len(lines)
    while end and (roles[end - 1] is not Role.NEW or not lines[end - 1].strip(" \t\xa0\ufeff")):
        end -= 1
    if end and RULE.fullmatch(lines[end - 1]):
        roles[end - 1 :] = [role if role is not Role.NEW else Role.QUOTE for role in roles[end - 1 :]]
    return roles
