"""`smartbcc user invite`: how an operator helps somebody who forgot the password (RULES R31)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.running import Running

pytestmark = pytest.mark.slow


def test_an_operator_makes_a_new_link(tmp_path: Path) -> None:
    running = Running(tmp_path / "data", {})
    try:
        first = running.json("setup", "--company", "Acme", "--admin", "ada@acme.example")["invite_url"]
        again = running.json("user", "invite", "ADA@acme.example")["invite_url"]
        unknown = running.command("user", "invite", "nobody@acme.example", check=False)
    finally:
        running.close()

    assert again.startswith(f"{running.base_url}/invite/")
    assert again != first
    assert unknown.returncode == 1
    assert "nobody@acme.example" in unknown.stderr
