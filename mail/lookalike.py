"""Domains that pass for another one: letters of other alphabets, one letter off, two letters that look like one."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterator
from typing import Final

from mail.domain import a_label_form, in_letters

SHORTEST: Final = 5
"""Letters of a label; shorter ones are too often one off by chance."""
LONGEST: Final = 63
"""RFC 1035 §2.3.4. Written in Latin letters a label may come out longer, and is no label then."""
_FOREIGN: Final = "асеорхуіјѕһԁԛԝӏвкмнтαορνικτυχ"
_LATIN: Final = "aceopxyijshdqwlbkmhtaopviktux"
_AS_LATIN: Final = str.maketrans(dict(zip(_FOREIGN, _LATIN, strict=True)))
_AS_ONE: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("1", "i"))
_LETTERS: Final = f"{string.ascii_lowercase}{string.digits}-"


def similar_domains(domain: str) -> frozenset[str]:
    """Answer the domains, in A-labels, that a reader could take this one (in A-labels too) for; not itself.

    What is no host name passes for none: whoever writes an address chooses how long it is.
    """
    if a_label_form(domain) is None:
        return frozenset()
    plain = _as_latin(in_letters(domain) or domain)
    found = {plain, *_swapped(plain)}
    labels = plain.split(".")
    # Without a list of suffixes: the longest label but the last is the name that people read.
    place = max(range(max(len(labels) - 1, 1)), key=lambda at: len(labels[at]))
    if SHORTEST <= len(labels[place]) <= LONGEST:
        found |= {".".join([*labels[:place], one, *labels[place + 1 :]]) for one in _one_off(labels[place])}
    return frozenset(form for one in found if (form := a_label_form(one))) - {domain}


def _as_latin(domain: str) -> str:
    """Answer the domain in the Latin letters that its own look like, without accents."""
    bare = unicodedata.normalize("NFKD", domain.lower().translate(_AS_LATIN))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def _swapped(domain: str) -> Iterator[str]:
    for one, other in _AS_ONE:
        yield domain.replace(one, other)
        yield domain.replace(other, one)


def _one_off(label: str) -> Iterator[str]:
    """Answer every label with one letter more, less, or another one, or two neighbours exchanged."""
    for at in range(len(label) + 1):
        before, after = label[:at], label[at:]
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in _LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        yield from (before + letter + after for letter in _LETTERS)
