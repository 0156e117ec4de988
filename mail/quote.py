"""The new text of a mail (RULES R36): without what it quotes, without signature.

Answers between quoted lines stay; what begins with a header, a separating line or an attribution without quote marks
is another's mail down to the end.
"""

from __future__ import annotations

from mail.markers import RULE
from mail.message import Address
from mail.opening import LINES, Opening, Openings, is_quoted, next_written
from mail.signature import strip_signature


def new_text(openings: Openings, author: Address | None = None) -> str:
    """Answer what the writer wrote himself; `author` lets his name below it be known as a signature."""
    lines = openings.lines
    kept: list[str] = []
    position = 0
    while position < min(len(lines), LINES):
        line = lines[position]
        if is_quoted(line):
            position += 1
            continue
        opening = openings.at(position)
        if opening is None:
            kept.append(line)
            position += 1
        elif _introduces_quote(lines, opening):
            position = opening.content
        else:
            del kept[opening.start :]
            kept = _without_rule(kept)
            break
    else:
        kept.extend(lines[LINES:])
    return "\n".join(strip_signature(kept, author)).strip("\n\ufeff \t")


def _introduces_quote(lines: list[str], opening: Opening) -> bool:
    below = next_written(lines, opening.content)
    return opening.attribution is not None and below < len(lines) and is_quoted(lines[below])


def _without_rule(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip(" \t\xa0\ufeff"):
        end -= 1
    return lines[: end - 1] if end and RULE.fullmatch(lines[end - 1]) else lines[:end]
