"""The document of a copy: its words in order, bounded, each also under the name of its header field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from db.search_words import words_written

MOST_IN_FIELD: Final = 1000
MOST_IN_ORDER: Final = 7000
"""Words of a document that stand in their order; of those that follow each is kept once, for itself."""
MOST: Final = 16_000
"""Words and gaps: PostgreSQL counts positions up to 16383."""
MOST_OCTETS: Final = 500_000
"""Octets of different words: PostgreSQL takes less than 1 MB with their positions."""
NAMED: Final = "·"
"""Stands between field and word, and alone for a gap; no word contains it."""
GAP: Final = ""
HAS_FILE: Final = f"has{NAMED}attachment"


class Field(StrEnum):
    """What of a letter can be asked by name; `to` is To and Cc."""

    FROM = "from"
    TO = "to"
    CC = "cc"
    SUBJECT = "subject"
    FILE = "filename"


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What a copy shows, as far as it is searched; people are names with addresses."""

    from_: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    files: tuple[str, ...] = ()
    text: str = ""


Document = tuple[str, ...]
"""Words by position, GAP where no phrase may reach across."""


def document_of(texts: Texts) -> Document:
    """Answer the words of a copy."""
    made: list[str] = [HAS_FILE, GAP] if texts.files else []
    for field, parts in _fields(texts):
        words = list(islice(_in_parts(parts), MOST_IN_FIELD))
        made += [*(() if field is Field.CC else words), GAP, *(_under(field, word) for word in words), GAP]
    text = words_written(texts.text)
    return tuple(_bounded([*made, *text[:MOST_IN_ORDER]], dict.fromkeys(text[MOST_IN_ORDER:])))


def named(field: Field | None, word: str) -> str:
    """Answer how a word is written that is asked in one field, or anywhere."""
    return word if field is None else _under(field, word)


def _fields(texts: Texts) -> tuple[tuple[Field, tuple[str, ...]], ...]:
    return (
        (Field.SUBJECT, (texts.subject,)),
        (Field.FROM, texts.from_),
        (Field.TO, (*texts.to, *texts.cc)),
        (Field.CC, texts.cc),
        (Field.FILE, texts.files),
    )


def _in_parts(parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        yield from words_written(part)
        yield GAP


def _under(field: Field, word: str) -> str:
    return f"{field}{NAMED}{word}" if word else GAP


def _bounded(ordered: Sequence[str], others: Iterable[str]) -> Iterator[str]:
    """Answer the words up to the bounds; of the others each that is new, for itself."""
    seen: set[str] = set()
    octets = place = 0
    for places, words in ((1, ordered), (2, others)):
        for word in words:
            if word not in seen:
                seen.add(word)
                octets += len(word.encode())
            elif places > 1:
                continue
            place += places
            if place > MOST or octets > MOST_OCTETS:
                return
            if places > 1:
                yield GAP
            yield word
