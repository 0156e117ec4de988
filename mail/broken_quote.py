"""Quoted lines that were broken on their way: what a break cut off stands below without a quote mark of its own."""

from __future__ import annotations

from typing import Final

from mail.opening import is_quoted

SHORTEST: Final = 60
"""Programs break lines at 72 to 80 characters; an answer stands below shorter lines too."""

_ENDS_SENTENCE: Final = frozenset(".!?:;…。！？")


class BrokenQuotes:
    """Finds such lines; ask from the first line to the last.

    An answer between quoted lines looks the same, so that only a line counts that goes on with a sentence. Where one
    was found the mail was broken on its way, and a line that begins with a small letter is enough.
    """

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._is_broken_mail = False

    def at(self, position: int) -> bool:
        """Tell whether this unquoted line is what was cut off the quoted one above."""
        lines = self._lines
        if position == 0 or not is_quoted(lines[position - 1]):
            return False
        above, line = lines[position - 1].rstrip(), lines[position].strip()
        if len(above) < SHORTEST or not line:
            return False
        if above.endswith("="):  # quoted-printable that nobody decoded (RFC 2045 §6.7)
            return True
        between = position + 1 < len(lines) and is_quoted(lines[position + 1])
        if not between or not line[0].islower():
            return False
        if above[-1] not in _ENDS_SENTENCE:
            self._is_broken_mail = True
        return self._is_broken_mail
