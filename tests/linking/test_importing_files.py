"""Sheets and vCards: what is read from files of many programs and countries, and what is said of a bad line."""

from __future__ import annotations

import random

import pytest

from linking.importing_entry import Read, read_entries
from linking.importing_mapping import guess_mapping
from linking.importing_sheet import MOST_OCTETS, Sheet, Unreadable, read_sheet
from linking.importing_vcard import MAPPING, is_vcard, read_vcards
from tests.linking.importing_files import CARDS, FILES, File


def _shown(read: Read) -> str:
    entry = read.entry
    assert entry
    value = " ".join(str(one) for one in (entry.value, entry.currency) if one is not None)
    lists = [" ".join(entry.addresses), " ".join(entry.domains)]
    return "|".join([entry.name, *lists, entry.organization, entry.status or "", value]).rstrip("|")


def _check(file: File, reads: list[Read]) -> None:
    assert [_shown(read) for read in reads if read.entry] == [line.strip() for line in file.lines]
    wrong = {read.number: read.faults[0].sentence for read in reads if read.faults}
    assert wrong.keys() == file.faults.keys()
    for number, said in file.faults.items():
        assert said in wrong[number]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_sheet_of_any_program_is_read(file: File) -> None:
    sheet = read_sheet(file.raw)
    mapping = guess_mapping(sheet)
    assert mapping.kind is file.kind
    _check(file, list(read_entries(sheet, mapping)))


@pytest.mark.parametrize("file", CARDS, ids=lambda file: file.name)
def test_a_card_is_a_contact(file: File) -> None:
    assert is_vcard(file.raw)
    _check(file, list(read_entries(read_vcards(file.raw), MAPPING)))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "nothing in the file"),
        (b"PK\x03\x04rest", "save it as CSV"),
        (b"a,b\x00\x01\x02", "no text"),
        (b"x" * (MOST_OCTETS + 1), "divide it"),
        (b"a" + b",b" * 600, "601 columns"),
        (b"name\n" + b"x\n" * 200_002, "more than 200,000 lines"),
    ],
)
def test_what_is_no_sheet_is_told(raw: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_sheet(raw)


def test_a_guessed_charset_is_marked() -> None:
    assert read_sheet("name\nZoé\n".encode("cp1252")).is_guessed
    assert not read_sheet("name\nZoé\n".encode()).is_guessed


def test_any_octets_are_read_or_refused() -> None:
    chance = random.Random(5)
    for _ in range(300):
        raw = bytes(chance.choice(b"aB,;\t|\"'@=\r\n \xff\xc3\xa9") for _ in range(chance.randrange(200)))
        sheets: list[Sheet] = [read_vcards(b"BEGIN:VCARD\n" + raw)]
        try:
            sheets.append(read_sheet(raw))
        except Unreadable:
            continue
        for sheet in sheets:
            for read in read_entries(sheet, guess_mapping(sheet)):
                assert (read.entry is None) == bool(read.faults)
