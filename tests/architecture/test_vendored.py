"""What stands here of other projects is what they published, and nothing stands here unnamed."""

from __future__ import annotations

import hashlib
import tomllib

import pytest

from tests.architecture.sources import ROOT, tracked_files

FILES = tomllib.loads((ROOT / "vendored.toml").read_text())["file"]


@pytest.mark.parametrize("one", FILES, ids=[one["path"] for one in FILES])
def test_a_vendored_file_is_what_its_line_says(one: dict[str, str]) -> None:
    assert hashlib.sha256((ROOT / one["path"]).read_bytes()).hexdigest() == one["sha256"]
    assert all(one[name] for name in ("name", "version", "licence"))


def test_every_file_in_a_vendor_folder_has_its_line() -> None:
    assert {path for path in tracked_files() if "/vendor/" in path} == {one["path"] for one in FILES}
