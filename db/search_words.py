"""The words of a text as the search knows them: one tokeniser for letters, questions and both databases.

Case, accents, widths and invisible characters make no difference. A word is a run of letters and digits;
scripts that are written without spaces give overlapping pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

LONGEST: Final = 40
"""Characters of a word; what is longer is known by its beginning."""
LEAST_OPEN: Final = 3
"""Characters from which on a word may stand for all that begin with it: two begin too many."""
_ALIKE: Final = {
    "ł": "l", "ø": "o", "ı": "i", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ŋ": "n",
    "ـ": None,
}  # fmt: skip
"""Letters that Unicode does not take apart, after casefold; None for the stroke that only stretches a word."""
_KEPT_CLASSES: Final = frozenset({0, 8, 9})
"""Combining classes that make another letter: vowels of Indic scripts, voiced kana, viramas."""
_NO_SPACES: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\U00020000-\U0003ffff"
)
"""Thai, Lao, Myanmar, Khmer, Hiragana, Katakana, Han."""
_UNSPACED: Final = re.compile(f"[{_NO_SPACES}]")
_RUNS: Final = re.compile(f"([{_NO_SPACES}]+)|[^{_NO_SPACES}]+")


class _Folding(dict[int, str | None]):
    """What becomes of a character, learnt as texts come: itself, another, nothing or a space."""

    def __missing__(self, point: int) -> str | None:
        self[point] = made = _folded(chr(point))
        return made


def _folded(character: str) -> str | None:
    if character in _ALIKE:
        return _ALIKE[character]
    category = unicodedata.category(character)
    if category == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return None
    if category.startswith("M"):
        return character if unicodedata.combining(character) in _KEPT_CLASSES else None
    return character if character.isalnum() else " "


_FOLDING: Final = _Folding()


def words_written(text: str) -> list[str]:
    """Answer the words of a letter in order; the last character of an unspaced run is a word as well."""
    plain = _plain(text)
    if _UNSPACED.search(plain) is None:
        return [run[:LONGEST] for run in plain.split()]
    return [word for run in plain.split() for word in _split(run, with_last=True)]


def words_asked(text: str, *, inside: bool = False) -> tuple[str, ...]:
    """Answer the words of a question in order; `inside` where other words of a phrase follow."""
    runs = _plain(text).split()
    last = len(runs) - 1
    return tuple(word for number, run in enumerate(runs) for word in _split(run, with_last=inside or number < last))


def may_begin_a_word(word: str) -> bool:
    """Tell whether a word is long enough to ask for all that begin with it."""
    return len(word) >= LEAST_OPEN or is_unspaced(word)


def is_unspaced(word: str) -> bool:
    """Tell whether a word is of a script without spaces."""
    return _UNSPACED.match(word) is not None


def _plain(text: str) -> str:
    """Answer words with spaces between them."""
    if text.isascii():
        return text.lower().translate(_FOLDING)
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", plain.translate(_FOLDING))


def _split(run: str, *, with_last: bool) -> Iterator[str]:
    if _UNSPACED.search(run) is None:
        yield run[:LONGEST]
        return
    for found in _RUNS.finditer(run):
        part = found[0]
        if found[1] is None:
            yield part[:LONGEST]
            continue
        yield from (part[at : at + 2] for at in range(len(part) - 1))
        if with_last or len(part) == 1 or found.end() < len(run):
            yield part[-1]
