"""How much waits for a viewer: unread letters, open questions, held mail that he decides about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import g

from ingest.held import count_held
from linking.letter_filter import LetterFilter
from linking.letters import count_letters
from linking.unresolved import count_questions
from webui.call import Call

MOST_COUNTED: Final = 100
"""From here on the number says no more than "many"."""
UNREAD: Final = LetterFilter(unread=True, archived=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The numbers; none goes past `MOST_COUNTED`."""

    unread: int
    questions: int
    held: int


def waiting(call: Call) -> Waiting:
    """Count, once in a request."""
    if "waiting" not in g:
        g.waiting = Waiting(
            unread=count_letters(call.session, call.viewer, UNREAD, MOST_COUNTED, now=call.now),
            questions=count_questions(call.session, call.viewer, MOST_COUNTED),
            held=count_held(call.session, call.viewer, MOST_COUNTED),
        )
    found: Waiting = g.waiting
    return found
