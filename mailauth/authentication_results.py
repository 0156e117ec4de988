"""Authentication-Results (RFC 8601) and its namesake in ARC, read strictly and within bounds.

    mx.example.net 1; dkim=pass (good) header.d=example.org; dmarc=pass action=none header.from=example.org

What does not follow the grammar is no field for us; only a property without `ptype.` is let through, because
large providers write one. Linear in the length of the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

LONGEST_FIELD: Final = 8_192
"""Octets; ten signatures take 3,000."""
MOST_RESULTS: Final = 40
MOST_PROPERTIES: Final = 24

_TOKEN: Final = re.compile(
    r'(?P<space>[ \t\r\n]+)|(?P<mark>[;=(])|(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<word>[^\s;=()"\\]+)', re.S
)
_COMMENT: Final = re.compile(r"[^()\\]+|\\.|[()]", re.S)
_METHOD: Final = re.compile(r"[a-z][a-z0-9-]{0,63}", re.A)


class _NotResults(Exception):
    """The field does not follow RFC 8601 §2.2."""


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One method's result; names and the result in lower case, values as written."""

    method: str
    result: str
    properties: tuple[tuple[str, str], ...] = ()

    def value(self, name: str) -> str:
        """Answer a property ("header.d"); "" where it is missing or stands twice."""
        found = [value for one, value in self.properties if one == name]
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """Who says it (lower case) and what; no results where the field says `none`."""

    authserv_id: str
    results: tuple[MethodResult, ...]

    def of(self, method: str) -> tuple[MethodResult, ...]:
        """Answer what was said by one method."""
        return tuple(one for one in self.results if one.method == method)


def parse_results(value: bytes) -> AuthenticationResults | None:
    """Read the value of a field, folds included; None where it is none of RFC 8601."""
    if len(value) > LONGEST_FIELD:
        return None
    try:
        first, *others = _segments(value.decode("utf-8"))
        authserv_id = _authserv_id(first)
        if others and not others[-1]:
            others.pop()
        if others == [["none"]]:
            return AuthenticationResults(authserv_id, ())
        if not others or len(others) > MOST_RESULTS:
            return None
        return AuthenticationResults(authserv_id, tuple(map(_result, others)))
    except (_NotResults, UnicodeDecodeError):
        return None


def _segments(text: str) -> list[list[str]]:
    """Cut at semicolons into tokens; quotes are taken off, comments are gone, `=` is a token."""
    segments: list[list[str]] = [[]]
    for word in _tokens(text):
        if word == ";":
            segments.append([])
        else:
            segments[-1].append(word)
    return segments


def _tokens(text: str) -> Iterator[str]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise _NotResults
        position = found.end()
        match found.lastgroup:
            case "word":
                yield found[0]
            case "quoted":
                yield _unquoted(found[0])
            case "mark" if found[0] == "(":
                position = _after_comment(text, position)
            case "mark":
                yield found[0]


def _unquoted(text: str) -> str:
    """RFC 5322 §3.2.4; an empty one, or one that looks like a mark, could be taken for something else."""
    inner = re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.S)
    if inner in ("", ";", "="):
        raise _NotResults
    return inner


def _after_comment(text: str, position: int) -> int:
    """RFC 5322 §3.2.2: comments nest."""
    depth = 1
    while depth:
        found = _COMMENT.match(text, position)
        if found is None:
            raise _NotResults
        position = found.end()
        depth += {"(": 1, ")": -1}.get(found[0], 0)
    return position


def _authserv_id(tokens: list[str]) -> str:
    # RFC 8601 §2.2: a version may follow, and there is only one
    if not tokens or "=" in tokens or tokens[1:] not in ([], ["1"]):
        raise _NotResults
    return tokens[0].lower()


def _result(tokens: list[str]) -> MethodResult:
    pairs = [tokens[start : start + 3] for start in range(0, len(tokens), 3)]
    if (
        not pairs
        or len(pairs) > MOST_PROPERTIES
        or any(len(one) != 3 or one[1] != "=" or "=" in one[::2] for one in pairs)
    ):
        raise _NotResults
    (method, _, result), *properties = pairs
    name, slash, version = method.lower().partition("/")
    if _METHOD.fullmatch(name) is None or (slash and version != "1"):
        raise _NotResults
    return MethodResult(name, result.lower(), tuple((one.lower(), value) for one, _, value in properties))
