"""The demo's mails as they stand in letters.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cli.demo.world import read_data

COMPANY: Final = "company"
MOMENT: Final = re.compile(r"\{(\d+) (\d\d:\d\d)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A PDF to attach."""

    filename: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLetter:
    """One mail; people are keys of users, addresses of contacts, or a whole mailbox.

    `answers` are keys of earlier letters; one that does not exist is a letter nobody copied to us.
    """

    key: str
    title: str
    author: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    date: datetime
    subject: str
    text: str
    html: str | None
    has_picture: bool
    paper: Paper | None
    attached: DemoLetter | None
    answers: tuple[str, ...]
    headers: Mapping[str, str]
    via: str
    forged: bool


def demo_letters(now: datetime) -> tuple[DemoLetter, ...]:
    """Answer them in the order in which they are sent; dates lie before `now`."""
    return tuple(_letter(one, now) for one in read_data("letters.toml")["letters"])


def _letter(given: Mapping[str, Any], now: datetime, key: str = "") -> DemoLetter:
    key = key or given["key"]
    paper, attached = given.get("paper"), given.get("attached")
    return DemoLetter(
        key=key,
        title=given.get("title", ""),
        author=given["from"],
        to=_several(given["to"]),
        cc=_several(given.get("cc", ())),
        date=_moment(now, given["days_ago"], given["at"]),
        subject=given["subject"],
        text=_dated(given["text"], now),
        html=given.get("html"),
        has_picture="picture" in given,
        paper=Paper(filename=paper["filename"], lines=tuple(paper["lines"])) if paper else None,
        attached=_letter(attached, now, f"{key}-original") if attached else None,
        answers=tuple(given.get("answers", ())),
        headers=given.get("headers", {}),
        via=given.get("via", COMPANY),
        forged=given.get("forged", False),
    )


def _several(given: str | list[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _moment(now: datetime, days_ago: int, at: str) -> datetime:
    hour, minute = at.split(":")
    return (now - timedelta(days=days_ago)).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)


def _dated(text: str, now: datetime) -> str:
    def moment(found: re.Match[str]) -> str:
        return f"{_moment(now, int(found[1]), found[2]):%a, %d %b %Y at %H:%M}"

    return MOMENT.sub(moment, text)
