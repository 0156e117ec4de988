"""Mails in files: every byte as it lay there, and a bad file stops nothing."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from db.failures import StorageUnavailable
from ingest.delivery import Delivery, Stored
from ingest.upload import Counts, Found, read_mails, upload
from tests.kit.mails import a_message
from tests.kit.thinking import NOW

ONE, TWO = a_message(), a_message(text="Two.\n").replace(b"\r\n", b"\n")


def raws(path: Path) -> list[bytes | None]:
    return [found.raw for found in read_mails(path)]


def test_an_eml_is_exact_whatever_its_line_ends(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(ONE)
    (tmp_path / "2.eml").write_bytes(TWO)
    assert raws(tmp_path) == [ONE, TWO]


def test_an_mbox_gives_its_mails(tmp_path: Path) -> None:
    quoted = a_message(text="From here on.\n").replace(b"\r\n", b"\n").replace(b"\nFrom here", b"\n>From here")
    divider = b"From carl@customer.example Tue Mar  3 09:00:00 2026\n"
    (tmp_path / "box").write_bytes(divider + TWO + b"\n" + divider + quoted + b"\n")
    assert raws(tmp_path / "box") == [TWO, quoted.replace(b"\n>From", b"\nFrom")]


def test_a_maildir_gives_cur_and_new_and_not_tmp(tmp_path: Path) -> None:
    for place, raw in (("cur", ONE), ("new", TWO), ("tmp", ONE)):
        (tmp_path / place).mkdir()
        (tmp_path / place / "1").write_bytes(raw)
    (tmp_path / "dovecot.index").write_bytes(b"not a mail")
    assert raws(tmp_path) == [ONE, TWO]


def test_what_is_empty_or_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.eml").write_bytes(b"")
    assert [found.raw for found in read_mails(tmp_path / "empty.eml")] == [None]
    assert [found.raw for found in read_mails(tmp_path / "nowhere.eml")] == [None]


class Door:
    """Keeps by content; says no to what contains `refuse`."""

    def __init__(self) -> None:
        self.kept: dict[bytes, int] = {}

    def submit(self, delivery: Delivery) -> Future[Stored]:
        answer: Future[Stored] = Future()
        if b"refuse" in delivery.raw:
            answer.set_exception(StorageUnavailable("away"))
            return answer
        known = delivery.raw in self.kept
        answer.set_result(Stored(self.kept.setdefault(delivery.raw, len(self.kept) + 1), not known))
        return answer


def test_counts() -> None:
    mails = [Found("1", ONE), Found("2", ONE), Found("3", None, "empty"), Found("4", b"refuse"), Found("5", TWO)]
    *_, counts = upload(Door(), 1, 2, mails, lambda: NOW)
    assert counts == Counts(read=5, stored=2, duplicates=1, failed=2)
