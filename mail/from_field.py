"""Our own strict reading of a From field: exactly one mailbox (RFC 5322 §3.4, RFC 6532 §3.2), or nothing.

Of the obsolete forms only the dot in an unquoted display name is taken (RFC 5322 §4.1: living mail is full
of "John Q. Public"). Routes, groups, lists, domain literals, white space or comments inside an addr-spec
and encoded-words outside the display name are refused. `mail.shape` compares this reading with the email
package's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mail.domain import a_label_form

LONGEST_FIELD: Final = 2_048
"""Octets of a From field; both readings stay cheap below it."""
LONGEST_ADDRESS: Final = 254
"""RFC 5321 §4.5.3.1.3 as corrected by erratum 1690."""
DEEPEST_COMMENT: Final = 8

_ATEXT: Final = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\x80-\U0010ffff"
_TOKEN: Final = re.compile(
    rf'(?P<atom>[{_ATEXT}]+)|"(?P<quoted>(?:[ \t!#-\[\]-~\x80-\U0010ffff]|\\[ \t!-~])*)"|(?P<special>[<>@.])'
)
_COMMENT: Final = re.compile(r"[ \t!-'*-\[\]-~\x80-\U0010ffff]+|\\[ \t!-~]")
_QUOTED_PAIR: Final = re.compile(r"\\(.)")
_DOT_ATOM: Final = re.compile(rf"[{_ATEXT}]+(?:\.[{_ATEXT}]+)*")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`local_part` without needless quotes, `domain` as written and in its A-label form."""

    local_part: str
    domain: str
    a_label: str

    @property
    def addr_spec(self) -> str:
        """Answer local-part@domain, quoted where it must be."""
        if _DOT_ATOM.fullmatch(self.local_part):
            return f"{self.local_part}@{self.domain}"
        quoted = self.local_part.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}"@{self.domain}'


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    after_gap: bool


def read_from_field(value: bytes) -> Mailbox | None:
    """Read the value of a From field, folded or not; None where it is not exactly one mailbox."""
    if len(value) > LONGEST_FIELD:
        return None
    tokens = _tokens(value.replace(b"\r\n", b"").decode("utf-8", "surrogateescape"))
    return None if tokens is None else _mailbox(tokens)


def _tokens(text: str) -> list[_Token] | None:
    """Cut into atoms, quoted strings and specials; None where a character fits nowhere."""
    tokens: list[_Token] = []
    position, gap = 0, False
    while position < len(text):
        if text[position] in " \t":
            position, gap = position + 1, True
        elif text[position] == "(":
            end = _comment_end(text, position)
            if end is None:
                return None
            position, gap = end, True
        else:
            match = _TOKEN.match(text, position)
            if match is None or match.lastgroup is None:
                return None
            tokens.append(_Token(match.lastgroup, match[match.lastgroup], gap))
            position, gap = match.end(), False
    return tokens


def _comment_end(text: str, start: int) -> int | None:
    """RFC 5322 §3.2.2: comments nest."""
    depth, position = 0, start
    while position < len(text):
        if text[position] == "(":
            depth, position = depth + 1, position + 1
            if depth > DEEPEST_COMMENT:
                return None
        elif text[position] == ")":
            depth, position = depth - 1, position + 1
            if depth == 0:
                return position
        elif match := _COMMENT.match(text, position):
            position = match.end()
        else:
            return None
    return None


def _mailbox(tokens: list[_Token]) -> Mailbox | None:
    """RFC 5322 §3.4: mailbox = name-addr / addr-spec."""
    opening = next((index for index, token in enumerate(tokens) if _is(token, "<")), None)
    if opening is None:
        return _addr_spec(tokens)
    phrase, rest = tokens[:opening], tokens[opening + 1 :]
    if not rest or not _is(rest[-1], ">") or not _is_phrase(phrase):
        return None
    return _addr_spec(rest[:-1])


def _is(token: _Token, special: str) -> bool:
    return token.kind == "special" and token.text == special


def _is_phrase(tokens: list[_Token]) -> bool:
    """RFC 5322 §3.2.5 and the dot of obs-phrase, which never comes first."""
    if tokens and tokens[0].kind == "special":
        return False
    return all(token.kind != "special" or token.text == "." for token in tokens)


def _addr_spec(tokens: list[_Token]) -> Mailbox | None:
    """RFC 5322 §3.4.1, without the CFWS that it allows around its parts."""
    at = next((index for index, token in enumerate(tokens) if _is(token, "@")), None)
    if at is None or any(token.after_gap for token in tokens[1:]):
        return None
    local_part, domain = _local_part(tokens[:at]), _dotted(tokens[at + 1 :])
    if local_part is None or domain is None:
        return None
    a_label = a_label_form(domain)
    mailbox = Mailbox(local_part, domain, a_label or "")
    if a_label is None or len(mailbox.addr_spec.encode("utf-8", "surrogateescape")) > LONGEST_ADDRESS:
        return None
    return mailbox


def _local_part(tokens: list[_Token]) -> str | None:
    if len(tokens) == 1 and tokens[0].kind == "quoted":
        text = _QUOTED_PAIR.sub(r"\1", tokens[0].text)
    else:
        text = _dotted(tokens) or ""
    # RFC 2047 §5: an encoded-word must not stand in an addr-spec; some readers decode it there all the same
    return text if text and "=?" not in text and text.isprintable() else None


def _dotted(tokens: list[_Token]) -> str | None:
    """Join the tokens of a dot-atom; None where two dots meet or one stands at an end."""
    if len(tokens) % 2 == 0:
        return None
    if any((token.kind != "atom") if index % 2 == 0 else not _is(token, ".") for index, token in enumerate(tokens)):
        return None
    return "".join(token.text for token in tokens)
