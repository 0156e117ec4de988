"""What a company never stores: a rule a line (RULES R34).

    unknown-contact         no mail without a known contact among its outsiders
    from:ADDRESS-OR-DOMAIN  mail of this sender; a domain stands for everything below it
    to:ADDRESS-OR-DOMAIN    mail with this recipient in To or Cc
    subject:WORDS           mail whose subject has these words, next to each other
    one-time-code           mail that carries a code to sign in or to pay with
    payroll                 pay slips and what goes with them
    legal                   letters between lawyer and client

The last three know their words in English, German, Spanish and Norwegian (`ingest/never_store.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from languages.speech import _
from mail.address import address_key
from mail.domain import a_label_form

MOST_RULES: Final = 200
LONGEST_WORDS: Final = 200


class Never(StrEnum):
    """The kinds of rule."""

    UNKNOWN_CONTACT = "unknown-contact"
    FROM = "from"
    TO = "to"
    SUBJECT = "subject"
    ONE_TIME_CODE = "one-time-code"
    PAYROLL = "payroll"
    LEGAL = "legal"


WITH_VALUE: Final = frozenset({Never.FROM, Never.TO, Never.SUBJECT})


class UnreadableRule(ValueError):
    """The text is no rule; the message is a sentence for who wrote it."""


@dataclass(frozen=True, slots=True)
class NeverStore:
    """One rule; `value` is an address key, a domain, or words, "" where the kind says all."""

    kind: Never
    value: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}" if self.value else str(self.kind)


def parse_rule(text: str) -> NeverStore:
    """Read a rule; raise UnreadableRule."""
    name, colon, rest = text.strip().partition(":")
    name, value = name.strip().lower(), " ".join(rest.split())
    if name not in set(Never):
        known = ", ".join(f"{one}:…" if one in WITH_VALUE else str(one) for one in Never)
        raise UnreadableRule(_("“{text}” is no rule; the rules are {rules}").format(text=_short(text), rules=known))
    kind = Never(name)
    if kind not in WITH_VALUE:
        if colon:
            raise UnreadableRule(_("{kind} stands alone, without a colon").format(kind=kind))
        return NeverStore(kind)
    return NeverStore(kind, _words(value) if kind is Never.SUBJECT else _place(kind, value))


def _words(value: str) -> str:
    if not any(char.isalnum() for char in value) or len(value) > LONGEST_WORDS or not value.isprintable():
        raise UnreadableRule(
            _("subject: needs words, {longest_words} characters at most").format(longest_words=LONGEST_WORDS)
        )
    return value


def _place(kind: Never, value: str) -> str:
    """Answer an address key or a domain with a dot in it."""
    local, at, given = value.lstrip("@").rpartition("@")
    domain = a_label_form(given.rstrip("."))
    if domain is None or "." not in domain or " " in local or (at and not local):
        raise UnreadableRule(
            _("{kind}: needs an address or a domain, not “{value}”").format(kind=kind, value=_short(value))
        )
    return address_key(f"{local}@{domain}") if at else domain


def _short(text: str) -> str:
    return text.strip()[:60]
