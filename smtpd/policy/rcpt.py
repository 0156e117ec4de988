"""At RCPT: its syntax, relaying, whose address it is (RFC 5321 §4.1.1.3; RULES R3, R4)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from mail.address import domain_of
from mail.envelope import NULL_REVERSE_PATH
from smtpd import replies
from smtpd.limits import RECIPIENTS
from smtpd.path import parse_path_command, split_address
from smtpd.reply import Reply

_ROUTED_ON: Final = re.compile(r'[%!"/:]')
"""What some server reads as an address behind ours: `a%b@us`, `b!a@us`, `"a@b"@us`, X.400."""
_ELSEWHERE: Final = re.compile(r"[@%!]")
POSTMASTER: Final = "postmaster"
"""RFC 5321 §4.5.1: the one name that may stand without a domain. We hand nothing to people, so it is an unknown one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RcptFacts:
    """Where the transaction stands before this RCPT; `company_id` is None before the first.

    `apart`: each recipient has a reply of its own, so none stands beside another (R3, LMTP).
    `is_return`: this is a return address of our outbox; `had_return`: so was one before.
    """

    reverse_path: str
    company_id: int | None
    recipients: int
    unknown_before: int
    unknown_limit: int
    is_return: bool = False
    had_return: bool = False
    apart: bool = False


def read_rcpt(argument: str, *, smtputf8: bool, domains: Collection[str]) -> str | Reply:
    """Answer an addr-spec in one of `domains` (lower case, A-labels) or the bare postmaster, or why we refuse."""
    command = parse_path_command(argument, "TO:")
    address = split_address(command.path) if command else None
    if command is not None and command.path.lower() == POSTMASTER and not command.parameters:
        return command.path
    if command is None or address is None:
        return _refuse_shape(argument)
    if command.parameters:
        return replies.UNKNOWN_PARAMETER
    if not smtputf8 and not command.path.isascii():
        return replies.BAD_CHARACTERS
    local_part, domain = address
    if _ROUTED_ON.search(local_part) or not _is_ours(domain, domains):
        return replies.NO_RELAY
    return command.path


def decide_rcpt(company_id: int | None, facts: RcptFacts) -> Reply:
    """Answer to an address of ours; `company_id` is whose it is, None for an unknown one."""
    if company_id is None:
        unknown = facts.unknown_before + 1
        return replies.TOO_MANY_UNKNOWN if unknown >= facts.unknown_limit else replies.UNKNOWN_RECIPIENT
    if facts.reverse_path == NULL_REVERSE_PATH and not facts.is_return:
        return replies.NO_REPORTS  # R8a: reports go to the return addresses of our outbox
    if facts.recipients >= RECIPIENTS:
        return replies.TOO_MANY_RECIPIENTS
    beside = facts.recipients > 0 and (facts.is_return or facts.had_return)
    if not facts.apart and (beside or facts.company_id not in (None, company_id)):
        return replies.ONE_COMPANY  # R3, RFC 5321 §4.5.3.1.10
    return replies.RECIPIENT_OK


def _refuse_shape(argument: str) -> Reply:
    """A malformed path that names another place is an attempt to relay, whatever else is wrong with it."""
    return replies.NO_RELAY if _ELSEWHERE.search(argument) else replies.BAD_FORWARD_PATH


def _is_ours(domain: str, domains: Collection[str]) -> bool:
    return (domain.lower() if domain.isascii() else domain_of(f"x@{domain}")) in domains
