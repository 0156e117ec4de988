"""Sheets: a CSV file of whatever program as lines of cells; charset, delimiter, quotes and header found by looking.

A cell is text and stays text: what begins with = + - @ is no formula here (SECURITY W12 is about what we write).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from languages.numbers import whole
from languages.speech import _
from linking.importing_columns import is_known
from mail.charset import clean, decode

MOST_OCTETS: Final = 50 * 1024 * 1024
MOST_LINES: Final = 200_000
MOST_COLUMNS: Final = 500
LONGEST_CELL: Final = 10_000
DELIMITERS: Final = (",", ";", "\t", "|")
SAMPLE: Final = 64 * 1024
SAMPLE_LINES: Final = 50
BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
GUESSED: Final = "guessed"


class Unreadable(Exception):
    """The file is no sheet that we read; the text says what it is and what would be right."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row; `number` is the line of the file where it begins, `problem` says why there are no cells."""

    number: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file that was read; `header` are the names of the columns, made up by number where there are none."""

    encoding: str
    is_guessed: bool
    """The octets do not say their charset: names with accents deserve a look."""
    delimiter: str
    has_header: bool
    header: tuple[str, ...]
    lines: tuple[Line, ...]


def read_sheet(raw: bytes) -> Sheet:
    """Read a CSV file; raise Unreadable."""
    _check_kind(raw)
    text, encoding, is_guessed = _text(raw)
    text, named = _named_delimiter(text)
    delimiter = named or _delimiter(text[:SAMPLE])
    lines = [line for line in _lines(text, delimiter) if line.problem or any(line.cells)]
    if not lines:
        raise Unreadable(_("there is nothing in the file: a line with the names of the columns is expected first"))
    width = max(len(line.cells) for line in lines)
    if width > MOST_COLUMNS:
        raise Unreadable(_("there are {count} columns: at most {most} are read").format(count=width, most=MOST_COLUMNS))
    has_header = _is_header(lines[0].cells, [line.cells for line in lines[1:SAMPLE_LINES]])
    names = lines.pop(0).cells if has_header else ()
    header = tuple(name.strip() or f"Column {place}" for place, name in enumerate(names, 1))
    header += tuple(f"Column {place}" for place in range(len(header) + 1, width + 1))
    return Sheet(
        encoding=encoding,
        is_guessed=is_guessed,
        delimiter=delimiter,
        has_header=has_header,
        header=header,
        lines=tuple(lines),
    )


def _check_kind(raw: bytes) -> None:
    if len(raw) > MOST_OCTETS:
        raise Unreadable(
            _("the file has {count} octets: at most {most} are read; divide it").format(
                count=whole(len(raw)), most=whole(MOST_OCTETS)
            )
        )
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(_("this is a workbook of a spreadsheet program: save it as CSV there"))
    if raw.startswith((b"\x1f\x8b", b"%PDF", b"\x89PNG")):
        raise Unreadable(_("this is no text: a CSV file is expected"))


def _text(raw: bytes) -> tuple[str, str, bool]:
    """Answer the text, its charset, and whether that is a guess."""
    for mark, codec in BOMS:
        if raw.startswith(mark):
            return (
                clean(raw[len(mark) :].decode(codec, "replace")),
                codec.removesuffix("-le").removesuffix("-be"),
                False,
            )
    if wide := _wide(raw[:SAMPLE]):
        return clean(raw.decode(wide, "replace")), "utf-16", True
    if b"\x00" in raw[:SAMPLE]:
        raise Unreadable(_("this is no text: a CSV file is expected"))
    try:
        return clean(raw.decode("utf-8")), "utf-8", False
    except UnicodeDecodeError:
        pass
    lenient = raw.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    beyond = sum(1 for letter in lenient if letter > "\x7f") - broken
    if broken * 10 <= beyond:
        return clean(lenient), "utf-8", True
    return decode(raw, None)[0], GUESSED, True


def _wide(sample: bytes) -> str | None:
    """Answer the form of UTF-16 without a mark in which western text has a NUL in every other place."""
    half = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if half and odd > half // 2 and even < half // 10:
        return "utf-16-le"
    return "utf-16-be" if half and even > half // 2 and odd < half // 10 else None


def _named_delimiter(text: str) -> tuple[str, str]:
    """Take off the line `sep=;` with which Excel names the delimiter."""
    first, _, rest = text.partition("\n")
    named = first.strip("\r\"'")
    return (rest, named[4:]) if named[:4].lower() == "sep=" and named[4:] in DELIMITERS else (text, "")


def _delimiter(sample: str) -> str:
    return max(DELIMITERS, key=lambda one: _fitness(sample, one))


def _fitness(sample: str, delimiter: str) -> tuple[int, float, int]:
    """Rank a delimiter: names that we know in the first row, then rows of one width, then columns."""
    rows = [line.cells for line in _some(sample, delimiter) if any(line.cells)]
    # The sample may end in the middle of a row.
    widths = Counter(len(row) for row in (rows[:-1] if len(rows) > 2 else rows))
    if not widths:
        return 0, 0.0, 0
    width, often = widths.most_common(1)[0]
    known = sum(is_known(cell) for cell in rows[0]) if len(rows[0]) > 1 else 0
    return known, often / widths.total() if width > 1 else 0.0, width


def _some(sample: str, delimiter: str) -> Iterator[Line]:
    for count, line in enumerate(_lines(sample, delimiter)):
        if count >= SAMPLE_LINES:
            return
        yield line


def _lines(text: str, delimiter: str) -> Iterator[Line]:
    # Cut at line ends alone: splitlines would cut at form feeds and the separators of Unicode too.
    physical = (line + "\n" for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    rows = csv.reader(physical, delimiter=delimiter, quotechar=_quote(text, delimiter), strict=True)
    count, before = 0, 0
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as wrong:
            yield Line(before + 1, (), _reason(wrong))
        else:
            yield _bounded(before + 1, cells)
        before = rows.line_num
        count += 1
        if count > MOST_LINES + 1:
            raise Unreadable(_("there are more than {most} lines: divide the file").format(most=whole(MOST_LINES)))


def _quote(text: str, delimiter: str) -> str:
    first = text[:SAMPLE].partition("\n")[0].rstrip("\r")
    return "'" if first.startswith("'") and f"'{delimiter}'" in first and first.endswith("'") else '"'


def _bounded(number: int, cells: list[str]) -> Line:
    for place, cell in enumerate(cells, 1):
        if len(cell) > LONGEST_CELL:
            why = _("column {place} has {count} characters: at most {most} are read")
            why = why.format(place=place, count=whole(len(cell)), most=whole(LONGEST_CELL))
            return Line(number, (), why)
    return Line(number, tuple(cell.strip() for cell in cells))


def _reason(wrong: csv.Error) -> str:
    said = str(wrong)
    if "unexpected end" in said or "limit" in said:
        return _('a quotation mark is opened here and not closed: close it, or double those inside a quoted value ("")')
    return _('a quotation mark stands inside a quoted value: write it twice ("")')


def _is_header(first: tuple[str, ...], rest: list[tuple[str, ...]]) -> bool:
    if any(is_known(cell) for cell in first):
        return True
    if not rest:
        return False
    return not any(map(_is_value, first)) and any(_is_value(cell) for row in rest for cell in row)


def _is_value(cell: str) -> bool:
    return "@" in cell or cell.replace(".", "").replace(",", "").replace(" ", "").isdigit()
