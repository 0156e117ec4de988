"""The operator's scanner: what it says is understood, and what it does not say is no verdict (RULES R57)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from config.settings import SettingsError, load
from net.scanner import CHUNK, ScannerAway, scanner_at
from tests.kit.scanner_server import EICAR, Counting, clamd, rspamd

Serving = Callable[[], AbstractContextManager[tuple[str, Counting]]]


@pytest.mark.parametrize("server", [clamd, rspamd])
def test_it_finds_the_test_file_and_lets_others_be(server: Serving) -> None:
    with server() as (url, told):
        scanner = scanner_at(url)
        assert scanner.scan(b"hello" + EICAR).name == "Eicar-Test-Signature"
        assert not scanner.scan(b"hello").is_infected
        large = b"x" * (3 * CHUNK + 1)
        assert not scanner.scan(large).is_infected
        assert not scanner.scan(b"").is_infected
    assert told.scanned == [b"hello" + EICAR, b"hello", large, b""]


def test_clamd_at_a_path() -> None:
    with tempfile.TemporaryDirectory() as place, clamd(str(Path(place) / "s")) as (url, _):
        assert scanner_at(url).scan(EICAR).is_infected


@pytest.mark.parametrize("server", [clamd, rspamd])
@pytest.mark.parametrize(
    "answer", [b"", b"stream: INSTREAM size limit exceeded. ERROR", b"[]", b'{"symbols": 7}', b"{"]
)
def test_what_cannot_be_understood_is_no_verdict(server: Serving, answer: bytes) -> None:
    with server() as (url, told):
        told.answer = answer
        with pytest.raises(ScannerAway):
            scanner_at(url).scan(EICAR)


def test_nobody_there_is_no_verdict() -> None:
    for server in (clamd, rspamd):
        with server() as (url, _):
            pass
        with pytest.raises(ScannerAway):
            scanner_at(url).scan(EICAR)


@pytest.mark.parametrize("url", ["clamd", "ftp://x", "unix:relative", "tcp://", "https://x"])
def test_a_setting_that_names_no_scanner_stops_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="SCANNER_URL"):
        load({"SMARTBCC_SCANNER_URL": url})
