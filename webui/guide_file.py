"""What there is to try in a demo: a file that the demo lays into the data directory.

Without that file nothing of this is there. It holds no secret: the demo prints all of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

GUIDE_FILE: Final = "demo-guide.json"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Login(_Value):
    """Somebody as whom one may sign in."""

    name: str
    email: str
    says: str


class Step(_Value):
    """One thing to try: `letter` is a Message-ID, `path` another page; `who` should be signed in for it."""

    title: str
    text: str
    letter: str = ""
    path: str = ""
    link: str = ""
    who: str = ""


class Guide(_Value):
    """The demo's logins, its address, and the things to try."""

    company: str
    password: str
    bcc_address: str
    by_hand: str
    """A line for a shell that sends a mail."""
    logins: tuple[Login, ...]
    steps: tuple[Step, ...]


def write_guide(data_dir: Path, guide: Guide) -> None:
    """Lay the guide into the data directory of a demo."""
    (data_dir / GUIDE_FILE).write_text(guide.model_dump_json(indent=1), encoding="utf-8")


def is_demo(data_dir: Path) -> bool:
    """Tell whether a demo lies in this data directory."""
    return (data_dir / GUIDE_FILE).exists()


def read_guide(data_dir: Path) -> Guide | None:
    """Answer the guide; None where this is no demo."""
    try:
        text = (data_dir / GUIDE_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return Guide.model_validate_json(text)
