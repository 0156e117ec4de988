"""Links in the documents lead to files and headings that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, tracked_files

DOCUMENTS = [path for path in tracked_files() if path.endswith(".md") and path.count("/") <= 1]
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"(?ms)^```.*?^```|`[^`\n]*`")
_HEADING = re.compile(r"(?m)^#+ +(.+)$")


def _prose(document: str) -> str:
    return _CODE.sub("", (ROOT / document).read_text(encoding="utf-8"))


def _anchors(document: str) -> set[str]:
    """Answer the names that a heading is reached by, as the usual renderers make them."""
    headings = _HEADING.findall(re.sub(r"(?ms)^```.*?^```", "", (ROOT / document).read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _is_dead(document: str, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return False
    path, _, anchor = link.partition("#")
    target = (ROOT / document).parent / path if path else ROOT / document
    name = str(target.resolve().relative_to(ROOT))
    return not target.exists() or bool(anchor and anchor not in _anchors(name))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    assert [link for link in _LINK.findall(_prose(document)) if _is_dead(document, link)] == []


def test_every_document_is_reached_from_the_readme() -> None:
    reached, ahead = {"README.md"}, ["README.md"]
    while ahead:
        document = ahead.pop()
        for link in _LINK.findall(_prose(document)):
            name = str(Path((ROOT / document).parent, link.partition("#")[0]).resolve().relative_to(ROOT))
            if name in DOCUMENTS and name not in reached:
                reached.add(name)
                ahead.append(name)
    assert set(DOCUMENTS) - reached == set()
