"""Whether two mails are witnesses of one letter (RULES R29); pure, and the same whichever came first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mail.address import address_key
from mail.message import ParsedMessage
from mail.subject import base_subject

ENOUGH_TEXT: Final = 40
"""Characters of new text that make two mails without a common Message-ID one letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """What is compared of a mail; `subject` is the base subject, casefolded."""

    msg_id: str | None
    fingerprint: str
    from_key: str
    date: datetime | None
    subject: str
    text: str = ""
    new_text: str = ""


def witness_of(message: ParsedMessage, fingerprint: str) -> Witness:
    """Answer what is compared of a mail."""
    return Witness(
        msg_id=message.message_id,
        fingerprint=fingerprint,
        from_key=address_key(message.from_[0].address) if message.from_ else "",
        date=message.date,
        subject=base_subject(message.subject).casefold(),
        text=message.text,
        new_text=message.new_text,
    )


def are_one_letter(one: Witness, other: Witness) -> bool:
    """Tell whether the two are one letter."""
    if one.msg_id is not None and one.msg_id == other.msg_id:
        if one.fingerprint == other.fingerprint:
            return True
        return have_one_head(one, other) and say_the_same(one, other)
    return one.fingerprint == other.fingerprint and one.date == other.date and can_be_told_by_text(one)


def have_one_head(one: Witness, other: Witness) -> bool:
    """Tell whether From, Date and base subject are the same: what makes an addition to the text an addition."""
    return (one.from_key, one.date, one.subject) == (other.from_key, other.date, other.subject)


def say_the_same(one: Witness, other: Witness) -> bool:
    """Tell whether one text contains the other, as a whole or but for what both quote.

    Lists add footers below all, servers add disclaimers below the new text and above what it quotes.
    """
    return _contain(one.text, other.text) or _contain(one.new_text, other.new_text)


def can_be_told_by_text(one: Witness) -> bool:
    """Tell whether a mail says enough to be known again without its Message-ID."""
    return one.date is not None and one.from_key != "" and len(one.new_text.strip()) >= ENOUGH_TEXT


def _contain(one: str, other: str) -> bool:
    short, long = sorted((" ".join(one.split()), " ".join(other.split())), key=len)
    return bool(short) and short in long
