"""What became of a mail, by recipient, as delivery reports say it (RFC 3464)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """RFC 3464 §2.3.3."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientReport:
    """One recipient: `recipient` as the reporter names it; `code` is the basic reply code in the diagnostic, if any."""

    recipient: str
    action: Action
    status: str
    diagnostic: str
    code: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """`reporter` is the server that says so; at least one recipient."""

    reporter: str
    recipients: tuple[RecipientReport, ...]

    @property
    def worst(self) -> RecipientReport:
        """Answer the recipient with the worst news."""
        order = tuple(Action)
        return min(self.recipients, key=lambda one: order.index(one.action))
