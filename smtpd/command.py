"""A command line: its verb and its argument (RFC 5321 §4.1.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from smtpd import replies
from smtpd.framing import Fault
from smtpd.reply import Reply

_CONTROL: Final = re.compile(rb"[\x00-\x1f\x7f]")
_FOREIGN: Final = re.compile(r"GET|POST|PUT|HEAD|CONNECT|OPTIONS|DELETE|PATCH|TRACE|PRI|HOST:|PROXY|SSH-.*")
"""The first words of HTTP, of a proxy that is none of ours, of SSH."""
UTF8_VERBS: Final = frozenset({"MAIL", "RCPT"})
"""Where SMTPUTF8 may be in force; elsewhere commands are ASCII (RFC 6531 §3.3)."""
_FAULTS: Final = {
    Fault.BARE_LINE_END: replies.BARE_LINE_END,
    Fault.TOO_LONG: replies.COMMAND_TOO_LONG,
    Fault.ENDLESS: replies.NOISE,
    Fault.FOREIGN: replies.OTHER_PROTOCOL,
}


@dataclass(frozen=True, slots=True)
class Command:
    """`verb` in capitals; `argument` without the space before it and at its end."""

    verb: str
    argument: str


def read_command(line: bytes | Fault) -> Command | Reply:
    """Answer the command of a line without its end, or why it is none."""
    if isinstance(line, Fault):
        return _FAULTS[line]
    if _CONTROL.search(line):
        return replies.BAD_CHARACTERS
    try:
        verb, _, argument = line.decode("utf-8").partition(" ")
    except UnicodeDecodeError:
        return replies.BAD_CHARACTERS
    verb = verb.upper()
    if _FOREIGN.fullmatch(verb):
        return replies.OTHER_PROTOCOL
    if not line.isascii() and verb not in UTF8_VERBS:
        return replies.BAD_CHARACTERS
    return Command(verb, argument.strip(" ")) if verb else replies.BAD_COMMAND
