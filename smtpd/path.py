"""The argument of MAIL and RCPT: a path and its parameters (RFC 5321 §4.1.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LONGEST_PATH: Final = 256
"""RFC 5321 §4.5.3.1.3. A long local part alone is no fault: real return addresses have over 64 octets."""
_PATH: Final = re.compile(r'\s*<((?:[^<>"\s]|"(?:[^"\\]|\\.)*")*)>(?:[ ]+(.*))?')
_ATEXT: Final = r'[^\s()<>@,;:\\"\[\]]'
_LABEL: Final = r"[^\W_](?:[\w-]*[^\W_])?"
_ADDRESS: Final = re.compile(
    rf'(?P<local>{_ATEXT}+|"(?:[^"\\]|\\.)*")@(?P<domain>(?:{_LABEL}(?:\.{_LABEL})*)|\[[0-9A-Za-z:.]+\])'
)
_PARAMETER: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^=\s]+))?")


@dataclass(frozen=True, slots=True)
class PathCommand:
    """What stands between the angle brackets ("" for `<>`), and the parameters with upper-case names."""

    path: str
    parameters: dict[str, str]


def parse_path_command(argument: str, keyword: str) -> PathCommand | None:
    """Read `FROM:<path> parameters` or `TO:<path> parameters`; None where it is neither.

    A parameter that is malformed or given twice gets the name "", which nobody offers.
    """
    if argument[: len(keyword)].upper() != keyword:
        return None
    found = _PATH.fullmatch(argument, len(keyword))
    if found is None or len(found[1]) > LONGEST_PATH:
        return None
    return PathCommand(found[1], _parameters(found[2] or ""))


def split_address(path: str) -> tuple[str, str] | None:
    """Answer local part and domain (or address literal) of an addr-spec, None for anything else."""
    found = _ADDRESS.fullmatch(path)
    return (found["local"], found["domain"]) if found else None


def _parameters(text: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for word in text.split():
        found = _PARAMETER.fullmatch(word)
        name = found[1].upper() if found else ""
        if name in parameters:
            name = ""
        parameters[name] = (found[2] or "") if found else ""
    return parameters
