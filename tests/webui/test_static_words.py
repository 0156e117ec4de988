"""Scripts say nothing in English, and sheets know no left and right: both follow the language of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

STATIC: Final = Path(__file__).resolve().parents[2] / "webui" / "static"
SCRIPTS: Final = sorted(STATIC.glob("*.js"))
SHEETS: Final = sorted(STATIC.glob("*.css"))

COMMENT: Final = re.compile(r"(?<![:\"'])//[^\n]*|/\*.*?\*/", re.DOTALL)
LITERAL: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`(?:[^`\\]|\\.)*`')
KEYS: Final = re.compile(r"Escape|Enter|Tab|Home|End|Delete|Backspace|Arrow\w+|Page\w+|Content-Type|Accept|GET|POST")
"""What a browser calls keys and headers."""
UNSEEN: Final = re.compile(r"(?:(?:closest|matches|querySelector(?:All)?|Error)\??\.?\(|className = )$")
"""What is written behind these is a selector, a class, or for whoever mends a script."""
WORDS: Final = re.compile(r"[A-Z][a-z]+[.!?…]?|[A-Za-z’']+(?:,? [A-Za-z’']+)+[.!?…]?")

PHYSICAL: Final = re.compile(
    r"(?:margin|padding|border)-(?:left|right)(?:-\w+)?\s*:"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?<![\w-])(?:left|right)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)
SIDES: Final = re.compile(r"(?:margin|padding|inset|border-width)\s*:\s*(?P<values>[^;}]+)")
VALUE: Final = re.compile(r"\w*\([^()]*(?:\([^()]*\)[^()]*)*\)|[^\s]+")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_says_english(script: Path) -> None:
    assert list(_said(script.read_text(encoding="utf-8"))) == [], "give it to the script by the page (base.html, #said)"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_no_sheet_names_left_or_right(sheet: Path) -> None:
    assert list(_sided(sheet.read_text(encoding="utf-8"))) == [], "name inline-start and inline-end"


def test_words_and_sides_are_found() -> None:
    script = 'say("Copied"); one.title = `Saved for you`; row.closest("form button"); key === "Escape"; // "Not this"'
    assert list(_said(script)) == ['"Copied"', "`Saved for you`"]
    sheet = "a { margin-left: 1px; inset: 0 1px 0 2px; padding: 0 1px 0 1px; left: 0; margin-inline: 0; top: 0; }"
    assert list(_sided(sheet)) == ["margin-left:", "left:", "inset: 0 1px 0 2px"]


def _said(script: str) -> Iterator[str]:
    code = COMMENT.sub("", script)
    for found in LITERAL.finditer(code):
        text = found[0][1:-1]
        if UNSEEN.search(code[: found.start()]) or KEYS.fullmatch(text) or text == "use strict":
            continue
        if WORDS.fullmatch(re.sub(r"\$\{[^}]*\}", "", text).strip()):
            yield found[0]


def _sided(sheet: str) -> Iterator[str]:
    rules = COMMENT.sub("", sheet)
    yield from (found[0] for found in PHYSICAL.finditer(rules))
    for found in SIDES.finditer(rules):
        values = VALUE.findall(found["values"])
        if len(values) == 4 and values[1] != values[3]:
            yield found[0].strip()
