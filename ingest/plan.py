"""Plan: everything decided about one mail, as a plain value; `ingest.applying` writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ingest.inbound import Cause, Inbound
from ingest.letter import Letter
from linking.decision import Step
from linking.rule import Rule
from mail.confirmation import Confirmation
from mailauth.results import Proof
from outbox.reports import ReturnedMail


class Status(StrEnum):
    """How an inbound mail may end."""

    FILED = "filed"
    HELD = "held"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`owner_id`: whom the mail belongs to, None for nobody's; `steps` are those of the whole mail.

    `answer`: what the robot says of it, None where it was not asked (RULES R51). `returned`: what it says of a mail
    of ours, where it came to a return address. `confirmation`: what a forwarding service asks the owner to confirm.
    """

    inbound: Inbound
    proof: Proof
    status: Status
    reason: Rule
    reason_args: Mapping[str, Any] = field(default_factory=dict)
    owner_id: int | None = None
    steps: tuple[Step, ...] = ()
    letters: tuple[Letter, ...] = ()
    answer: Mapping[str, Any] | None = None
    confirmation: Confirmation | None = None
    returned: ReturnedMail | None = None

    @property
    def cause(self) -> Cause:
        """Answer why we thought now."""
        return self.inbound.cause

    def all_steps(self) -> Iterator[Step]:
        """Go through every decision in the order in which it was made."""
        yield from self.steps
        several = len({letter.owner_id for letter in self.letters}) > 1
        for letter in self.letters:
            yield from letter.steps_of_owner() if several else letter.steps
