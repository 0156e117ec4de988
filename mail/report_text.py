"""Delivery reports that are written for people alone: qmail, exim, Notes, and many mail servers before RFC 3464."""

from __future__ import annotations

import re
from typing import Final

from mail.delivery_report import Action, RecipientReport

READ_CHARACTERS: Final = 16_000
LINES: Final = 200
MOST_RECIPIENTS: Final = 20
DIAGNOSTIC_LINES: Final = 8
LONGEST_DIAGNOSTIC: Final = 1000

_RETURNED: Final = re.compile(
    r"^[ \t>|]{0,20}(?:(?:received|return-path|message-id|x-[\w-]{1,40}):|[-=_* ]{0,30}"
    r"(?:below this line|this is a copy of|original message|returned message|unsent message|message header))",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:]{3,200}")
_ALONE: Final = re.compile(
    r"[\s<\"'(*-]*(?:to:|rfc822;)?\s*<?([^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:]{3,200}?)>?[\s:.,;)\"']*$", re.I
)
_REPORTERS: Final = re.compile(r"^(?:mailer-daemon|postmaster|mdaemon|double-bounce)@", re.IGNORECASE)
_DELAYED: Final = re.compile(
    r"delayed|not yet (?:been )?deliver|will (?:be retried|retry|keep trying|continue to)|still (?:trying|being)|"
    r"warning (?:message )?only|do(?:n't| not) need to re-?send|no action is required|temporar\w+ (?:failure|problem)",
    re.IGNORECASE,
)
_FINAL: Final = re.compile(
    r"permanent|giv(?:en|ing) up|could not be delivered|has failed|failed permanently|user unknown", re.IGNORECASE
)
_SES_DELIVERY: Final = re.compile(r'\\?"(?:notification|event)Type\\?"\s*:\s*\\?"Delivery\\?"', re.IGNORECASE)
_CODE: Final = re.compile(r"(?<![\d.])([245]\d\d)(?![\d.])[ -]")
_STATUS: Final = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")


def read_text_report(text: str, named: tuple[str, ...]) -> tuple[RecipientReport, ...]:
    """Answer whom a report in words is about; `named` are those of X-Failed-Recipients."""
    returned = _RETURNED.search(text[:READ_CHARACTERS])
    said = text[: returned.start() if returned else READ_CHARACTERS]
    lines = said.split("\n")[:LINES]
    found = dict.fromkeys(named, 0) | _addresses(lines)
    action = _action(said)
    return tuple(_report(address, action, lines[place:]) for address, place in list(found.items())[:MOST_RECIPIENTS])


def _action(said: str) -> Action:
    if _SES_DELIVERY.search(said):
        return Action.DELIVERED
    return Action.DELAYED if _DELAYED.search(said) and not _FINAL.search(said) else Action.FAILED


def _addresses(lines: list[str]) -> dict[str, int]:
    """Answer the addresses and the line where each stands: those alone on theirs, else the first that is named."""
    alone: dict[str, int] = {}
    among: dict[str, int] = {}
    for place, line in enumerate(lines):
        if whole := _ALONE.match(line[:400]):
            alone.setdefault(whole[1], place)
        elif named := _ADDRESS.search(line[:1000]):
            among.setdefault(named[0].rstrip("."), place)
    alone = {address: place for address, place in alone.items() if not _REPORTERS.match(address)}
    among = {address: place for address, place in among.items() if not _REPORTERS.match(address)}
    return alone or dict(list(among.items())[:1])


def _report(address: str, action: Action, lines: list[str]) -> RecipientReport:
    said = [line.strip() for line in lines[: DIAGNOSTIC_LINES + 1] if line.strip()]
    coded = next((line for line in said if _CODE.search(f"{line} ") or _STATUS.search(line)), "")
    diagnostic = (coded or next((line for line in said if address not in line), ""))[:LONGEST_DIAGNOSTIC]
    status, code = _STATUS.search(diagnostic), _CODE.search(f"{diagnostic} ")
    return RecipientReport(
        recipient=address,
        action=action,
        status=status[0] if status else "",
        diagnostic=diagnostic,
        code=int(code[1]) if code else None,
    )
