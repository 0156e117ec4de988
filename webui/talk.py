"""Talk: the conversation around one letter, as far as its reader sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from linking.letter import Letter
from linking.letters import letters_by_id
from linking.threads import viewer_thread
from webui.call import Call

NEIGHBOURS: Final = 6
"""Letters of the conversation that are named before and after the one that is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The conversation around a letter: the letters next to it, and how many more there are on either side."""

    before: tuple[Letter, ...] = ()
    after: tuple[Letter, ...] = ()
    more_before: int = 0
    more_after: int = 0
    gaps: int = 0

    @property
    def size(self) -> int:
        """Answer of how many letters the conversation consists here."""
        return 1 + len(self.before) + len(self.after) + self.more_before + self.more_after


def talk_around(call: Call, letter: Letter) -> Talk:
    """Answer the conversation around a letter, as far as this viewer sees it."""
    thread = viewer_thread(call.session, call.viewer, letter.id)
    if thread is None:
        return Talk()
    if letter.id not in thread.letters:
        return Talk(gaps=thread.gaps)
    place = thread.letters.index(letter.id)
    before, after = thread.letters[:place], thread.letters[place + 1 :]
    near_before, near_after = before[-NEIGHBOURS:], after[:NEIGHBOURS]
    near = [*near_before, *near_after]
    found = letters_by_id(call.session, call.viewer, near, call.read_raw, with_threads=False)
    return Talk(
        before=tuple(found[one] for one in near_before if one in found),
        after=tuple(found[one] for one in near_after if one in found),
        more_before=len(before) - len(near_before),
        more_after=len(after) - len(near_after),
        gaps=thread.gaps,
    )
