"""format=flowed (RFC 3676) to paragraphs on one line."""

from __future__ import annotations

from typing import Final

SIGNATURE: Final = "-- "


def unflow(text: str, *, delete_space: bool) -> str:
    """Answer the text with flowed lines joined; quote marks stay at the beginning of each line."""
    out: list[str] = []
    pieces: list[str] = []
    depth = 0
    for line in text.split("\n"):
        level, content = _unquote(line)
        if pieces and (level != depth or content == SIGNATURE):  # §4.5: a change of depth ends a paragraph
            out.append(_quoted(depth, "".join(pieces)))
            pieces = []
        depth = level
        flowed = content.endswith(" ") and content != SIGNATURE  # §4.3
        pieces.append(content[:-1] if flowed and delete_space else content)
        if not flowed:
            out.append(_quoted(depth, "".join(pieces)))
            pieces = []
    if pieces:
        out.append(_quoted(depth, "".join(pieces)))
    return "\n".join(out)


def _unquote(line: str) -> tuple[int, str]:
    content = line.lstrip(">")
    return len(line) - len(content), content[1:] if content.startswith(" ") else content  # §4.4: space-stuffing


def _quoted(depth: int, content: str) -> str:
    return f"{'>' * depth} {content}" if depth else content
