"""The settings file that the units name: it is read as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from config.settings import load
from tests.deploy.tools import DEPLOY


def test_the_example_is_read() -> None:
    settings = load({}, DEPLOY / "smartbcc.toml")
    assert settings.hostname == "bcc.example.com"
    assert settings.smtp_listen == ("0.0.0.0:25", "[::]:25")
    assert settings.base_url.startswith("https://")


def test_what_is_commented_out_is_read_as_well(tmp_path: Path) -> None:
    text = (DEPLOY / "smartbcc.toml").read_text(encoding="utf-8")
    switched_on = tmp_path / "smartbcc.toml"
    switched_on.write_text(re.sub(r"(?m)^# (?=[a-z_]+ = )", "", text), encoding="utf-8")
    settings = load({}, switched_on)
    assert settings.dns_servers == ("127.0.0.1:53",)
    assert settings.database_url.startswith("postgresql://")
