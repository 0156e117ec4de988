"""Step 8: how it is filed: for whom, and what makes it the same letter as another (RULES R29, R30)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from accounts.policies import Sharing, sharing_of_new_copy
from ingest.letter import Letter, Mail, Mark
from ingest.reader import Reader
from ingest.searchable import searched
from linking.decision import Step
from linking.parties import Whose
from linking.rule import Rule
from linking.weak import WEAK_PREFIX
from mail.fingerprint import content_digest, fingerprint

RULES: Final[Mapping[Sharing, Rule]] = {
    Sharing.PRIVATE: Rule.FILED_PRIVATE,
    Sharing.TEAM: Rule.FILED_FOR_TEAM,
    Sharing.SHARED: Rule.FILED_SHARED,
}
CLOSED_FIRST: Final = tuple(Sharing)


def share(look: Reader, mail: Mail, letter: Letter, *, is_private: bool = False) -> Letter:
    """Fill in who may see the copy; what its owner has changed stays (R30, R52, R56)."""
    if letter.kept:
        return replace(letter, sharing=letter.kept.sharing)
    if is_private:
        return replace(letter, sharing=Sharing.PRIVATE)
    sharing = sharing_of_new_copy(mail.inbound.origin, look.policies(), look.preferences(letter.owner_id))
    before = look.kept_sharing(mail.inbound.id) if mail.inbound.cause == "replay" else None
    # Whoever closed the mail meant all of it, what nobody had found in it yet too.
    return replace(letter, sharing=min(sharing, before or sharing, key=CLOSED_FIRST.index))


def file(letter: Letter) -> Letter:
    """Fill in what makes it one letter with another witness of it.

    Nobody vouches for weak mail: it is a witness of other weak mail alone (SECURITY 4.8).
    """
    dropboxes = {key for key, whose in letter.whose.items() if whose is Whose.DROPBOX}
    step = Step(step="file", outcome=str(letter.sharing), rule=RULES[letter.sharing], letter=letter.inner_path)
    apart = WEAK_PREFIX if Mark.WEAK in letter.marks else ""
    return replace(
        letter,
        fingerprint=apart + fingerprint(letter.message, dropboxes),
        content_digest=apart + content_digest(letter.message),
        searched=searched(letter),
        steps=(*letter.steps, step),
    )
