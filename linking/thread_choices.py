"""Which splits and merges hold for a viewer (RULES R25, R30b).

A choice about a private copy holds for its owner, one about a copy for a team for those who see that, one
about a shared letter for all who see it as such. It says nothing of letters that the viewer does not see, and a
merge nothing at all to whom it shows letters of one side alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import batched
from typing import Final

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from db.models import ThreadChoice, ThreadChoiceLetter
from linking.nodes import PORTION
from linking.rearranging import Choice, ChoiceKind
from linking.seen import Seen

_CHOICES: Final = (
    select(
        ThreadChoice.id,
        ThreadChoice.kind,
        ThreadChoiceLetter.message_id,
        ThreadChoiceLetter.copy_id,
        ThreadChoiceLetter.is_shared,
        ThreadChoiceLetter.is_first,
    )
    .join(
        ThreadChoice,
        and_(ThreadChoice.company_id == ThreadChoiceLetter.company_id, ThreadChoice.id == ThreadChoiceLetter.choice_id),
    )
    .where(
        ThreadChoiceLetter.company_id == bindparam("company_id"),
        ThreadChoiceLetter.message_id.in_(bindparam("letters", expanding=True)),
        ThreadChoice.undone_at.is_(None),
    )
)


def choices_about(session: Session, company_id: int, seen: Mapping[int, Seen]) -> list[Choice]:
    """Answer the choices about letters that a viewer sees, as far as they hold for him."""
    kinds: dict[int, ChoiceKind] = {}
    letters: defaultdict[int, set[int]] = defaultdict(set)
    first: defaultdict[int, set[int]] = defaultdict(set)
    for portion in batched(sorted(seen), PORTION):
        asked = {"company_id": company_id, "letters": portion}
        for choice_id, kind, message_id, copy_id, is_shared, is_first in session.connection().execute(_CHOICES, asked):
            if not _holds(seen[message_id], copy_id, is_shared):
                continue
            kinds[choice_id] = ChoiceKind(kind)
            letters[choice_id].add(message_id)
            if is_first:
                first[choice_id].add(message_id)
    return [
        Choice(id=one, kind=kind, letters=frozenset(letters[one]), first=frozenset(first[one]))
        for one, kind in kinds.items()
    ]


def _holds(letter: Seen, copy_id: int, is_shared: bool) -> bool:
    return (is_shared and letter.is_shared) or any(one.id == copy_id for one in letter.copies)
