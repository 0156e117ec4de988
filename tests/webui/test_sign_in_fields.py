"""Who signs in may paste, and let a program fill in what he would have to remember (WCAG 3.3.8)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

WEBUI: Final = Path(__file__).resolve().parents[2] / "webui"
FIELDS: Final = re.compile(r"<input\b[^>]*\btype=\"password\"[^>]*>|\{\{ ?input\([^}]*type='password'[^}]*\}\}")
CODES: Final = re.compile(r"<input\b[^>]*\bname=\"code\"[^>]*>|\{\{ ?input\('code'[^}]*\}\}")
TOKENS: Final = ("current-password", "new-password", "one-time-code", "{{ autocomplete }}", "client_secret")
"""The last is a server's, which no program of its reader knows."""


def test_a_secret_says_what_it_is() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in WEBUI.glob("templates/*.html")}
    secrets = [(name, one) for name, text in texts.items() for one in FIELDS.findall(text)]
    assert len(secrets) > 5
    assert [(name, one) for name, one in secrets if not any(token in one for token in TOKENS)] == []
    codes = [(name, one) for name, text in texts.items() for one in CODES.findall(text)]
    assert codes
    assert [(name, one) for name, one in codes if "one-time-code" not in one] == []


def test_nothing_forbids_to_paste() -> None:
    for script in WEBUI.glob("static/*.js"):
        assert not re.search(r"onpaste|addEventListener\(.(?:paste|copy|cut)\b", script.read_text(encoding="utf-8"))
