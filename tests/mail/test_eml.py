"""Each folder of tests/eml is a mail and what reading it gives; LF and CRLF give the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mail.parse import parse
from mail.rendering import message_json
from tests.kit.mails import EML

CASES = sorted(path.parent for path in EML.rglob("message.eml"))


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.relative_to(EML)))
def test_mail_is_read_as_expected(case: Path, ends: bytes) -> None:
    raw = (case / "message.eml").read_bytes().replace(b"\n", ends)
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    read = message_json(parse(raw))
    read = {key: read[key] for key in expected}
    if ends == b"\r\n":
        expected, read = _without_line_ends(expected), _without_line_ends(read)
    if read != expected:
        text = json.dumps(read, ensure_ascii=False, indent=2)
        (case / "expected.json.new").write_text(text + "\n", encoding="utf-8")
    assert read == expected


def _without_line_ends(fields: dict[str, object]) -> dict[str, object]:
    """The size of an unencoded part counts its line ends."""
    files = fields.get("attachments")
    if isinstance(files, list):
        sized = [file for file in files if file["content_type"] != "message/rfc822"]
        return {**fields, "attachments": sized}
    return fields
