"""Reference tags: a few letters in subject or text that name a record, and that nobody can make up (RULES R20).

A tag is a sealed id (`db.ids.IdSealer`, 2^-64 a guess) under a key that does not rotate, as record addresses are.
Unlike the record's address it may go to outsiders: it takes no mail, it only says what a mail is about to those who
may see the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from db.ids import IdSealer

KIND: Final = "reference tag"
MOST_TAGS: Final = 10
"""Of one text: what quotes whole conversations would name everything."""
_TAG: Final = re.compile(r"\[ref:([a-z2-7]{26})\]", re.IGNORECASE)


def tag_of(sealer: IdSealer, record_id: int) -> str:
    """Answer the tag of a record."""
    return f"[ref:{sealer.seal(KIND, record_id)}]"


def read_tags(sealer: IdSealer, text: str) -> tuple[int, ...]:
    """Answer the ids that the first tags of a text name, each once; forged ones name nothing.

    The case of its letters says nothing: some programs change it.
    """
    return tuple(dict.fromkeys(_unsealed(sealer, text)))


def _unsealed(sealer: IdSealer, text: str) -> Iterator[int]:
    for found in islice(_TAG.finditer(text), MOST_TAGS):
        number = sealer.unseal(KIND, found[1].lower())
        if number is not None:
            yield number
