"""Passwords that are tried first: well-known words, runs of keys, repetition, what stands in one's own address.

A guesser has the same few ideas as everybody: a known word with letters swapped for look-alikes and
something added behind it. They are taken off again here, so that a short list does for a long one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.resources import files
from typing import Final

LONG_ENOUGH: Final = 16
"""From so many characters on only repetition and runs are refused: several words are a good password."""
SHORTEST_OWN: Final = 4
LOOKALIKES: Final = str.maketrans("013457@$!|", "oleastasii")
RUNS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
)
RUN_LETTERS: Final = 4
WORDS: Final = frozenset(files("accounts").joinpath("known_words.txt").read_text("ascii").split())
"""A list of our own: what people have always taken, in a few languages."""


def is_guessable(password: str, about: Iterable[str] = ()) -> bool:
    """Tell whether somebody would try this early; `about` are words about the user: address, name, company."""
    plain = password.casefold()
    if _is_repetition(plain) or _is_made_of_runs(plain):
        return True
    if len(password) >= LONG_ENOUGH:
        return False
    known = WORDS | {word for text in about for word in _words(text)}
    return any(_is_known(core, known) for core in _cores(plain))


def _cores(plain: str) -> set[str]:
    """Answer what is left when additions and swapped letters are taken off."""
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    unmasked = plain.translate(LOOKALIKES)
    return {
        re.sub(r"[\W\d_]", "", plain),
        bare,
        bare.translate(LOOKALIKES),
        re.sub(r"[\W\d_]+$", "", plain).translate(LOOKALIKES),
        re.sub(r"[\W\d_]", "", unmasked),
    }


def _is_known(core: str, known: frozenset[str]) -> bool:
    """Tell whether it is a known word, a doubled one, or two in a row; nothing left is guessable too."""
    if not core or core in known:
        return True
    return any(core[:cut] in known and core[cut:] in known for cut in range(1, len(core)))


def _is_repetition(plain: str) -> bool:
    """Tell whether it is few characters, or one piece of up to half its length over and over."""
    if len(set(plain)) < 3:
        return True
    return any((plain[:size] * len(plain))[: len(plain)] == plain for size in range(1, min(len(plain) // 2, 5) + 1))


def _is_made_of_runs(plain: str) -> bool:
    """Tell whether runs of neighbouring keys or letters, either way, make up all but three of its characters."""
    others, rest = 0, plain
    while rest:
        after = _without_run(rest)
        others += after == rest
        rest = rest[1:] if after == rest else after
    return others <= 3


def _without_run(text: str) -> str:
    longest = max((_run_length(text, run) for row in RUNS for run in (row, row[::-1])), default=0)
    return text[longest:] if longest >= RUN_LETTERS else text


def _run_length(text: str, run: str) -> int:
    size = 0
    while size < len(text) and text[: size + 1] in run:
        size += 1
    return size


def _words(text: str) -> set[str]:
    parts = re.split(r"[\W\d_]+", text.casefold())
    joined = "".join(parts)
    return {word for word in (*parts, joined) if len(word) >= SHORTEST_OWN}
