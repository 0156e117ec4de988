"""Other people's text made safe for the eye (RULES R36): no direction tricks, no look-alike domains.

Escaping is the template's work; this is about what a person would misread.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import idna

from languages.numbers import whole, with_one_digit
from mail.direction import FIRST_STRONG_ISOLATE, POP_ISOLATE, closed

INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, bidi overrides, zero-width marks, lone surrogates, private use: nothing a name needs."""
JOINERS: Final = "\u200c\u200d"
LATIN_LOOKALIKES: Final = frozenset("асеорхуіјѕһԁԛԝӏвкмнт" + "αορνικτυχ")
"""Cyrillic and Greek letters that pass for Latin ones."""
STEPS: Final = ("B", "kB", "MB", "GB")


def plain(value: str | None, limit: int = 300) -> str:
    """Answer one line of visible text: what turns, hides or breaks it is gone, the rest is cut at `limit`."""
    return _line(value, limit, JOINERS)


def said(sentence: str | None, limit: int = 1000) -> str:
    """Answer one line of a sentence of ours, in which other people's names are set apart (`mail.direction`)."""
    return closed(_line(sentence, limit, JOINERS + FIRST_STRONG_ISOLATE + POP_ISOLATE))


def _line(value: str | None, limit: int, unseen: str) -> str:
    """Answer one line, of what nobody sees no more than `unseen`."""
    if value and len(value) <= limit and value.isascii() and value.isprintable():
        return " ".join(value.split())
    kept = (
        char if unicodedata.category(char) not in INVISIBLE or char in unseen else " " if char in "\r\n\t" else ""
        for char in (value or "")[: limit * 4]
    )
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def paragraph(value: str | None) -> str:
    """Answer text of several lines without what turns or hides it."""
    return "".join(
        char for char in value or "" if char in "\n\t" or char in JOINERS or unicodedata.category(char) not in INVISIBLE
    )


def file_icon(content_type: str) -> str:
    """Answer the drawing for a file of that type."""
    main, _, sub = content_type.lower().partition("/")
    if main == "image":
        return "file-image"
    return "file-archive" if "zip" in sub or "compressed" in sub else "file-text"


def address(value: str | None) -> str:
    """Answer an addr-spec with a domain that cannot be mistaken: A-labels where letters could deceive."""
    local, at, domain = plain(value).rpartition("@")
    return f"{local}{at}{readable_domain(domain)}" if at else domain


def readable_domain(domain: str) -> str:
    """Answer the domain in letters where every label is honest, else in A-labels."""
    if domain.isascii() and "xn--" not in domain.lower():
        return domain
    try:
        ascii_form = idna.encode(domain, uts46=True).decode() if domain else ""
        shown = idna.decode(ascii_form) if ascii_form else ""
    except (idna.IDNAError, UnicodeError, IndexError):
        return domain.encode("ascii", "backslashreplace").decode()
    return shown if all(_is_honest(label) for label in shown.split(".")) else ascii_form


def is_deceptive_name(name: str | None) -> bool:
    """Tell whether a display name shows an address or mixes scripts inside a word (SECURITY P11)."""
    line = plain(name)
    if line.isascii():
        return "@" in line
    return "@" in line or "＠" in line or any(len(_scripts(word)) > 1 for word in line.split())


def size(octets: int) -> str:
    """Answer a size as people say it."""
    amount = float(octets)
    for step in STEPS:
        if amount < 1000 or step == STEPS[-1]:
            return f"{whole(amount) if step == 'B' else with_one_digit(amount)} {step}"
        amount /= 1000
    raise AssertionError("the last step returns")


def _is_honest(label: str) -> bool:
    if label.isascii():
        return True
    letters = [char for char in label if char.isalpha()]
    return len(_scripts(label)) <= 1 and not all(char.lower() in LATIN_LOOKALIKES for char in letters)


def _scripts(word: str) -> frozenset[str]:
    """Answer the scripts of the letters; Chinese, Japanese and Korean ones count as one."""
    found = {unicodedata.name(char, "UNKNOWN").split()[0] for char in word if char.isalpha()}
    asian = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC", "KATAKANA-HIRAGANA"}
    return frozenset({"ASIAN" if name in asian else name for name in found} - {"MODIFIER", "FEMININE", "MASCULINE"})
