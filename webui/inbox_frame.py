"""The frame of the inbox: one blueprint, and the address of the list that is looked at."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, request, url_for

from webui.auth import local_path
from webui.forms import field

inbox: Final = Blueprint("inbox", __name__)
LONGEST_SEARCH: Final = 200


def words_asked() -> str:
    """Answer what is searched for."""
    return " ".join(request.args.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH]


def listed() -> str:
    """Answer the address of the list that is looked at, without the letter that is open."""
    return _address("view", "q", "cursor")


def first_page() -> str:
    """Answer the address of the first page of the list."""
    return _address("view", "q")


def onward() -> str:
    """Answer where a form leads: the list that it names."""
    named = field("back")
    return local_path(named) if named else url_for("inbox.show")


def _address(*names: str) -> str:
    kept = {name: value for name in names if (value := request.args.get(name))}
    return url_for("inbox.show") + (f"?{urlencode(kept)}" if kept else "")
