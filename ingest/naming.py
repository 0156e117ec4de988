"""An address wherever it stands in text: found whole, in any case, and taken out (RULES R53)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final, Self

from mail.address import address_key
from mail.domain import in_letters
from mail.parse import parse

NOBODY: Final = "erased@erased.invalid"
"""Stands where the address stood: an address of nobody (RFC 2606 §2)."""
_SOFT_BREAK: Final = re.compile(rb"=\r?\n")


@dataclass(frozen=True, slots=True)
class Naming:
    """The one address in the forms in which people and programs write it, all in lower case."""

    key: str
    forms: tuple[str, ...]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, address: str) -> Self:
        """Answer what finds this address; another that only contains it is another one."""
        key = address_key(address)
        forms = (key, *_in_letters(key))
        listed = "|".join(re.escape(one) for one in forms)
        return cls(key, forms, re.compile(rf"(?<![\w.+'-])(?:{listed})(?![\w-]|\.\w)", re.IGNORECASE))

    def needles(self) -> tuple[str, ...]:
        """Answer what a row that may name it contains, as text or as JSON writes it, in lower case."""
        return tuple(dict.fromkeys((*self.forms, *(json.dumps(one)[1:-1].lower() for one in self.forms))))

    def is_in(self, value: Any) -> bool:
        """Tell whether a text or a JSON value names it."""
        match value:
            case str():
                return self.pattern.search(value) is not None
            case dict():
                return any(self.is_in(one) for pair in value.items() for one in pair)
            case list() | tuple():
                return any(self.is_in(one) for one in value)
        return False

    def without(self, value: Any) -> Any:
        """Answer the value with nobody's address in its place."""
        match value:
            case str():
                return self.pattern.sub(NOBODY, value)
            case dict():
                return {self.without(name): self.without(one) for name, one in value.items()}
            case list() | tuple():
                return [self.without(one) for one in value]
        return value

    def is_in_raw(self, raw: bytes) -> bool:
        """Tell whether the bytes of a mail name it, as they stand or as its text reads."""
        plain = _SOFT_BREAK.sub(b"", raw)
        if self.is_in(plain.decode("utf-8", "replace")):
            return True
        return b"base64" in plain.lower() and self._is_read_in(raw)

    def _is_read_in(self, raw: bytes) -> bool:
        read = parse(raw)
        inner = [one.text for one in read.forwarded]
        return self.is_in([read.text, read.html or "", *inner, *(one.filename for one in read.attachments)])


def _in_letters(key: str) -> tuple[str, ...]:
    """Answer the form with the domain as people write it, where that is another one."""
    local, _, domain = key.rpartition("@")
    shown = in_letters(domain)
    return (f"{local}@{shown}",) if shown else ()
