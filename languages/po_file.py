"""Reading catalogues as `languages.extract` writes them (GNU gettext, .po).

Babel reads every dialect of the format, which takes half a second a language, at each start. These files are our own
and have one form; a test holds what is read here to what Babel reads.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

CONTEXT: Final = "msgctxt"
SINGULAR: Final = "msgid"
PLURAL: Final = "msgid_plural"
FORM: Final = "msgstr"


@dataclass(slots=True)
class Entry:
    """A text: `forms` are its translations, one for each form of the number; the header's `singular` is ""."""

    context: str | None = None
    singular: str = ""
    plural: str | None = None
    forms: list[str] = field(default_factory=list)


def read_entries(path: Path) -> Iterator[Entry]:
    """Answer the entries of a catalogue in their order; raise ValueError or SyntaxError for what is none of ours."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            yield _entry(lines)


def _entry(lines: list[str]) -> Entry:
    entry = Entry()
    for keyword, text in _fields(lines):
        if keyword == CONTEXT:
            entry.context = text
        elif keyword == SINGULAR:
            entry.singular = text
        elif keyword == PLURAL:
            entry.plural = text
        elif keyword.startswith(FORM):
            entry.forms.append(text)
        else:
            raise ValueError(f"{keyword} is no field of a catalogue")
    return entry


def _fields(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Answer keywords with their texts; a text goes on over lines that begin with its quote."""
    keyword, quoted = "", list[str]()
    for line in lines:
        if line.startswith('"'):
            quoted.append(line)
            continue
        if keyword:
            yield keyword, _text(quoted)
        keyword, _space, first = line.partition(" ")
        quoted = [first]
    yield keyword, _text(quoted)


def _text(quoted: list[str]) -> str:
    plain = "".join(one[1:-1] for one in quoted)
    # The escapes of the format are those of the language.
    return str(ast.literal_eval(f'"{plain}"')) if "\\" in plain else plain
