"""What machine values among the arguments of rules are called in a sentence (RULES R37)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from languages.speech import marked

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "verdict": {
        "proved": marked("proved"),
        "weak": marked("weakly proved"),
        "unproved": marked("not proved"),
        "deferred": marked("not decided yet"),
        "not_evaluated": marked("not checked"),
    },
    "automatic": {
        "dsn": marked("a delivery report"),
        "reply": marked("an automatic reply"),
        "list": marked("a mailing list"),
        "forwarding_confirmation": marked("a request to confirm a forwarding"),
    },
    "heard": {
        "failed": marked("it could not be delivered"),
        "delayed": marked("its delivery is delayed"),
        "delivered": marked("it was delivered"),
        "unreadable": marked("a report that cannot be read"),
        "answered": marked("an automatic answer"),
    },
}
"""By the name of the argument, then by its value; a value that is not here is said as it stands."""
