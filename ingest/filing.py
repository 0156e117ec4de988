"""Step 8: how it is filed: for whom, and what makes it the same letter as another (RULES R29, R30)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from accounts.policies import Sharing, sharing_of_new_copy
from ingest.letter import Letter, Mail
from ingest.reader import Reader
from linking.decision import Step
from linking.parties import Whose
from linking.rule import Rule
from mail.fingerprint import content_digest, fingerprint

RULES: Final[Mapping[Sharing, Rule]] = {
    Sharing.PRIVATE: Rule.FILED_PRIVATE,
    Sharing.TEAM: Rule.FILED_FOR_TEAM,
    Sharing.SHARED: Rule.FILED_SHARED,
}
CLOSED_FIRST: Final = tuple(Sharing)


def share(look: Reader, mail: Mail, letter: Letter) -> Letter:
    """Fill in who may see the copy; what its owner has changed stays (R30, R52)."""
    if letter.kept:
        return replace(letter, sharing=letter.kept.sharing)
    sharing = sharing_of_new_copy(mail.inbound.origin, look.policies(), look.preferences(letter.owner_id))
    before = look.kept_sharing(mail.inbound.id) if mail.inbound.cause == "replay" else None
    # Whoever closed the mail meant all of it, what nobody had found in it yet too.
    return replace(letter, sharing=min(sharing, before or sharing, key=CLOSED_FIRST.index))


def file(letter: Letter) -> Letter:
    """Fill in what makes it one letter with another witness of it."""
    dropboxes = {key for key, whose in letter.whose.items() if whose is Whose.DROPBOX}
    step = Step(step="file", outcome=str(letter.sharing), rule=RULES[letter.sharing], letter=letter.inner_path)
    return replace(
        letter,
        fingerprint=fingerprint(letter.message, dropboxes),
        content_digest=content_digest(letter.message),
        steps=(*letter.steps, step),
    )
