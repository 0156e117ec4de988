"""False ends of data and fuzzing inputs of others, where they lie beside this repository."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from smtpd.limits import Limits
from tests.kit.door import OpenDoor, open_door
from tests.kit.smtp_client import SmtpClient

CORPUS: Final = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"
SMUGGLING: Final = CORPUS / "smtp-smuggling" / "end-of-data.json"
CHASQUID: Final = CORPUS / "smtp-chasquid"
HEAD: Final = b"From: rita@seller.example\r\nSubject: first\r\n\r\n"
SECOND: Final = (
    b"MAIL FROM:<evil@evil.example>\r\nRCPT TO:<all@bcc.example>\r\nDATA\r\nFrom: evil@evil.example\r\n\r\nsmuggled"
)
END: Final = b"\r\n.\r\n"
PLACES: Final = {
    "start": lambda false_end: false_end + SECOND + END,
    "middle": lambda false_end: HEAD + b"text" + false_end + SECOND + END,
    "end": lambda false_end: HEAD + b"text" + false_end + END,
    "over the size": lambda false_end: HEAD + b"x" * 49_990 + b"\r\n" + b"text" + false_end + SECOND + END,
}


def false_ends() -> list[bytes]:
    if not SMUGGLING.exists():
        return []
    return [bytes.fromhex(one["bytes_hex"]) for one in json.loads(SMUGGLING.read_text(encoding="utf-8"))]


def fuzzing_inputs() -> list[Path]:
    return sorted(path for path in CHASQUID.glob("*") if "." not in path.name)


@pytest.fixture
def door() -> Iterator[OpenDoor]:
    with open_door(Limits(message_octets=40_000, linger_seconds=0.3)) as opened:
        yield opened


@pytest.mark.skipif(not SMUGGLING.exists(), reason="the corpus smtp-smuggling is not here")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("false_end", false_ends(), ids=repr)
def test_nothing_is_smuggled(door: OpenDoor, false_end: bytes, place: str) -> None:
    with SmtpClient(door.port) as client:
        client.hello()
        client.say("MAIL FROM:<rita@seller.example>", "RCPT TO:<all@bcc.example>", "DATA")
        assert [client.reply()[:3] for _ in range(3)] == ["250", "250", "354"]
        client.raw(PLACES[place](false_end))
        assert client.reply().startswith("521 5.5.2")
        assert client.is_closed()
    assert door.store.deliveries == []


@pytest.mark.skipif(not CHASQUID.exists(), reason="the corpus smtp-chasquid is not here")
@pytest.mark.parametrize("path", fuzzing_inputs(), ids=lambda path: path.name[:8])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_fuzzing_inputs_store_nothing_and_leave_us_well(door: OpenDoor, path: Path, line_end: str) -> None:
    written = next(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("[]byte("))
    said = ast.literal_eval(written[len("[]byte(") : -1]).replace("\n", line_end).encode()
    with SmtpClient(door.port) as client:
        client.reply()
        client.raw(said + b"QUIT\r\n")
        while client.line():
            pass
    with SmtpClient(door.port) as client:
        assert client.hello().startswith("250")
    assert door.store.deliveries == []
