"""Text that runs from right to left inside a sentence of ours (Unicode Standard Annex 9)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

FIRST_STRONG_ISOLATE: Final = "\u2068"
POP_ISOLATE: Final = "\u2069"
_CONTROLS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FROM_THE_RIGHT: Final = frozenset({"R", "AL"})


def isolated(text: str) -> str:
    """Answer a text that turns nothing around it: its own controls are gone, and what runs from the right is set apart.

    Without that, "Linked to <name in Hebrew>, because …" reads in another order than it was written.
    """
    if text.isascii():
        return text
    bare = _CONTROLS.sub("", text)
    if not any(unicodedata.bidirectional(char) in _FROM_THE_RIGHT for char in bare):
        return bare
    return f"{FIRST_STRONG_ISOLATE}{bare}{POP_ISOLATE}"


def closed(text: str) -> str:
    """Answer a text that was cut with every isolate that is open in it closed."""
    return text + POP_ISOLATE * (text.count(FIRST_STRONG_ISOLATE) - text.count(POP_ISOLATE))
