"""At MAIL: its syntax, its parameters, the size it declares (RFC 5321 §4.1.1.2, 1870, 6152, 6531)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from smtpd import replies
from smtpd.path import parse_path_command, split_address
from smtpd.reply import Reply

BODIES: Final = ("7BIT", "8BITMIME")
OFFERED: Final = frozenset({"SIZE", "BODY", "SMTPUTF8"})
OFFERED_TO_USERS: Final = OFFERED | {"AUTH"}
"""RFC 4954 §5: who first handed the mail in; read and not used."""
LONGEST_SIZE: Final = 20
"""RFC 1870 §4: up to 20 digits."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The reverse-path, NULL_REVERSE_PATH for `<>`, and whether addresses may hold UTF-8."""

    reverse_path: str
    smtputf8: bool


def read_mail(argument: str, *, extended: bool, size_limit: int, signed_in: bool = False) -> Sender | Reply:
    """Answer who sends, or why we refuse; `extended` after EHLO."""
    command = parse_path_command(argument, "FROM:")
    if command is None or (command.path and split_address(command.path) is None):
        return replies.BAD_REVERSE_PATH
    offered = OFFERED_TO_USERS if signed_in else OFFERED
    if command.parameters and not (extended and offered.issuperset(command.parameters)):
        return replies.UNKNOWN_PARAMETER
    refusal = _check_parameters(command.parameters, size_limit)
    if refusal is not None:
        return refusal
    smtputf8 = "SMTPUTF8" in command.parameters
    if not smtputf8 and not command.path.isascii():
        return replies.BAD_CHARACTERS
    return Sender(command.path, smtputf8)


def _check_parameters(parameters: dict[str, str], size_limit: int) -> Reply | None:
    if parameters.get("BODY", "7BIT").upper() not in BODIES or parameters.get("SMTPUTF8"):
        return replies.BAD_ARGUMENT
    return _check_size(parameters["SIZE"], size_limit) if "SIZE" in parameters else None


def _check_size(size: str, limit: int) -> Reply | None:
    if not (size.isascii() and size.isdigit() and len(size) <= LONGEST_SIZE):
        return replies.BAD_ARGUMENT
    return replies.TOO_BIG if int(size) > limit else None
