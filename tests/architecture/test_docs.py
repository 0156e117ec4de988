"""The documents are true: paths they name exist, generated ones equal their generators."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT, packages, tracked_files

DOCUMENTS = [path for path in tracked_files() if path.endswith(".md") and path.count("/") <= 1]
GENERATED = {
    "docs/configuration.md": "config.document",
    "docs/permissions.md": "tests.webui.permissions",
    "docs/replies.md": "smtpd.replies",
}
_TOP = "|".join([*packages(), "tests", "docs", "deploy", "bench", r"\.ci"])
_PATH = re.compile(rf"`((?:{_TOP})/[\w./-]*)`")
MADE_BY_USERS = {"tests/eml/private/"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_named_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(_PATH.findall(text)) - MADE_BY_USERS
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(("document", "generator"), GENERATED.items())
def test_generated_documents_equal_their_generators(document: str, generator: str) -> None:
    made = subprocess.run([sys.executable, "-m", generator], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (ROOT / document).read_text(encoding="utf-8") == made.stdout, "./dev docs writes it anew"


def test_the_architecture_follows_the_flow() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = {path.partition("/")[0] for path in _PATH.findall(text)}
    assert set(packages()) - {"config", "outbox", "imapsync"} <= named


def test_the_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "\n./dev demo " in text
    assert "\n./dev test " in text
