"""Mails and tables that others collected, where they lie beside the project; nothing of them is kept here."""

from __future__ import annotations

from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"


def corpus(name: str) -> Path:
    """Answer a folder of the collection, or skip the test."""
    folder = CORPUS / name
    if not folder.is_dir():
        pytest.skip(f"the collection {name} does not lie in ../shared/corpus")
    return folder
