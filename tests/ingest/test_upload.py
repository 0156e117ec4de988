"""Mails in files: every byte as it lay there, and a bad file stops nothing; what was interrupted goes on."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from db.failures import StorageUnavailable
from ingest import mbox
from ingest.bookmark import Bookmark, bookmark_of
from ingest.delivery import Delivery, Stored, delivery_key
from ingest.inbound import Origin
from ingest.mail_files import Found, read_mails
from ingest.upload import Counts, upload, upload_envelope
from tests.kit.mails import a_message
from tests.kit.thinking import NOW

ONE, TWO = a_message(), a_message(text="Two.\n").replace(b"\r\n", b"\n")
DIVIDER = b"From carl@customer.example Tue Mar  3 09:00:00 2026\n"


def raws(path: Path) -> list[bytes | None]:
    return [found.raw for found in read_mails(path)]


def test_an_eml_is_exact_whatever_its_line_ends(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(ONE)
    (tmp_path / "2.eml").write_bytes(TWO)
    assert raws(tmp_path) == [ONE, TWO]


def test_an_mbox_gives_its_mails(tmp_path: Path) -> None:
    quoted = a_message(text="From here on.\n").replace(b"\r\n", b"\n").replace(b"\nFrom here", b"\n>From here")
    (tmp_path / "box").write_bytes(DIVIDER + TWO + b"\n" + DIVIDER + quoted + b"\n")
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
    counts = upload(Door(), 1, 2, mails, lambda: NOW)
    assert counts == Counts(read=5, stored=2, duplicates=1, failed=2, unkept=1)


def announced(text: bytes, length: int | None = None) -> bytes:
    """Answer a mail that says how long its body is."""
    return b"Subject: x\nContent-Length: %d\n\n%s" % (len(text) if length is None else length, text)


def test_a_length_that_fits_is_believed_and_another_is_not(tmp_path: Path) -> None:
    exact = announced(b">From me\n\n" + DIVIDER + b"said so\n")
    wrong = announced(b">From me\n", 3)
    (tmp_path / "box").write_bytes(DIVIDER + exact + b"\n" + DIVIDER + wrong + b"\n" + DIVIDER + TWO)
    assert raws(tmp_path / "box") == [exact, wrong.replace(b">From", b"From"), TWO]


def test_a_mail_that_the_file_ends_in_is_told(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(DIVIDER + TWO + b"\n" + DIVIDER + announced(b"begun", 100))
    (tmp_path / "cut.gz").write_bytes(gzip.compress(DIVIDER + ONE)[:-20])
    good, cut, packed = read_mails(tmp_path)
    assert good.raw == TWO
    assert (cut.raw, cut.source) == (None, f"{tmp_path / 'box'}:2")
    assert "100 octets were announced, 5 are there" in cut.problem
    assert (packed.raw, packed.problem) == (None, "the compressed file is cut off or damaged")


def test_gzip_is_found_by_its_octets(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(gzip.compress(ONE))
    (tmp_path / "b").write_bytes(gzip.compress(DIVIDER + TWO + b"\n" + DIVIDER + TWO))
    assert raws(tmp_path) == [ONE, TWO, TWO]


def test_a_mail_over_the_bound_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "MOST_OCTETS", len(TWO))
    large = TWO + b"more\n"
    small = b"Subject: small\n\nx\n"
    (tmp_path / "box").write_bytes(DIVIDER + large + b"\n" + DIVIDER + small + b"\n")
    told, kept = read_mails(tmp_path)
    assert told.raw is None
    assert "larger than" in told.problem
    assert kept.raw == small


def test_the_same_mail_in_a_file_and_in_an_mbox_is_one_delivery() -> None:
    def key(raw: bytes, origin: Origin) -> str:
        delivery = Delivery(company_id=1, envelope=upload_envelope(NOW), raw=raw, origin=origin, owner_id=2)
        return delivery_key(delivery, str(hash(raw)))

    assert key(ONE, "upload") == key(ONE.replace(b"\r\n", b"\n").rstrip(b"\n"), "upload")
    assert key(ONE, "upload") != key(TWO, "upload")
    assert key(ONE, "composed") != key(ONE + b"\n", "composed")


class Killed(Exception):
    """The process ends here."""


def killed_after(count: int, mails: Iterator[Found]) -> Iterator[Found]:
    """Give so many mails and end."""
    for number, found in enumerate(mails):
        if number == count:
            raise Killed
        yield found


def many(place: Path) -> list[bytes]:
    """Write 300 mails into two boxes, one of them packed, and answer them in order."""
    mails = [b"Subject: %d\n\nHello.\n" % number for number in range(300)]
    (place / "a").write_bytes(b"".join(DIVIDER + one + b"\n" for one in mails[:120]))
    (place / "b").write_bytes(gzip.compress(b"".join(DIVIDER + one + b"\n" for one in mails[120:])))
    return mails


@pytest.mark.parametrize("stop", [30, 110, 130, 299])
def test_what_was_interrupted_goes_on_without_a_hole(tmp_path: Path, stop: int) -> None:
    box = tmp_path / "boxes"
    box.mkdir()
    mails, door = many(box), Door()

    def mark() -> Bookmark:
        return bookmark_of(tmp_path / "marks", 2, [box])

    first = mark()
    with pytest.raises(Killed):
        upload(door, 1, 2, killed_after(stop, first.mails(first.files())), lambda: NOW, settled=first.note)
    again = mark()
    counts = upload(door, 1, 2, again.mails(again.files()), lambda: NOW, settled=again.note)
    again.end()
    assert list(door.kept) == mails
    assert counts.read <= 300 - stop + 32 + 50
    assert mark().place() is None


def test_a_mail_that_was_not_kept_is_tried_again(tmp_path: Path) -> None:
    refused = [b"Subject: %d\n\n%s\n" % (number, b"refuse" if number == 70 else b"x") for number in range(200)]
    (tmp_path / "box").write_bytes(b"".join(DIVIDER + one + b"\n" for one in refused))
    mark = bookmark_of(tmp_path / "marks", 2, [tmp_path / "box"])
    counts = upload(Door(), 1, 2, mark.mails(mark.files()), lambda: NOW, settled=mark.note)
    assert counts.unkept == 1
    place = mark.place()
    assert place
    assert place.number == 50
