"""Who was let in to one's own copy of a letter, and who asks to be (RULES R32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from languages.speech import _
from linking.access import AccessState, about_letter
from linking.letter import Letter
from webui.call import Call
from webui.records.forms import active_users

MOST: Final = 50
OPEN: Final = (AccessState.ASKED, AccessState.GRANTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A colleague who asks, or who sees this one letter by its owner's word."""

    request_id: int
    who: str
    granted: bool
    at: datetime


def guests_of(call: Call, letter: Letter) -> tuple[Guest, ...]:
    """Answer who asks first, then who is let in; nobody beside a colleague's letter."""
    if not letter.owned:
        return ()
    found = about_letter(call.session, call.viewer, letter.id, MOST, OPEN)
    names = active_users(call) if found else {}
    guests = [
        Guest(
            request_id=one.id,
            who=names.get(one.asker_id) or _("A former colleague"),
            granted=one.state is AccessState.GRANTED,
            at=one.created_at,
        )
        for one in found
    ]
    return tuple(sorted(guests, key=lambda one: one.granted))
