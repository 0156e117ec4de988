"""The fingerprint of what a viewer would find new: his newest letter, and how much waits for him."""

from __future__ import annotations

import hashlib
from typing import Final

from linking.letter_filter import LetterFilter
from linking.letters import newest_copy
from webui.call import Call
from webui.waiting import waiting

INBOX: Final = LetterFilter(archived=False)


def fingerprint(call: Call) -> str:
    """Answer a word that changes when this viewer's newest letter or what waits for him does."""
    newest = newest_copy(call.session, call.viewer, INBOX, now=call.now)
    found = waiting(call)
    said = f"{newest}:{found.questions}:{found.held}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]
