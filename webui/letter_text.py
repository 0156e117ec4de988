"""The text of a letter as it is shown: new words in full, quotes and signatures folded where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from linking.letter import Letter
from mail.opening import Openings
from mail.quote import Piece, Role, new_of, pieces_of


@dataclass(frozen=True, slots=True)
class Fold:
    """Some text that is shown, or folded; `is_quote` where another wrote it."""

    text: str
    folded: bool = False
    is_quote: bool = False


def folds_of(letter: Letter) -> tuple[Fold, ...]:
    """Answer the text from top to bottom; where nothing is new all of it is shown."""
    if not letter.new_text:
        return (Fold(letter.text),) if letter.text.strip() else ()
    pieces = pieces_of(Openings(letter.text), letter.from_)
    if new_of(pieces) == letter.new_text:
        return tuple(_folds(pieces))
    # What was stored by another reading, as an original out of a forward, is all new.
    before, new, after = letter.text.partition(letter.new_text)
    rest = "\n".join(part for part in (before.strip(), after.strip()) if part) if new else ""
    return (Fold(letter.new_text), Fold(rest, folded=True, is_quote=True)) if rest else (Fold(letter.new_text),)


def _folds(pieces: Iterable[Piece]) -> Iterable[Fold]:
    written = [piece for piece in pieces if piece.text.strip()]
    for is_new, group in groupby(written, key=lambda piece: piece.role is Role.NEW):
        parts = list(group)
        text = "\n".join(piece.text for piece in parts).strip("\n")
        yield Fold(text, folded=not is_new, is_quote=any(piece.role is Role.QUOTE for piece in parts))
