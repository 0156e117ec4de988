"""Each catalogue says every text that the source holds, with the same values and marks in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from languages.catalogue import TEMPLATE, catalogue_of, path_of
from languages.extract import as_text, extracted
from languages.language import OFFERED, SOURCE
from languages.po_file import read_entries

TRANSLATED: Final = sorted(OFFERED.keys() - {SOURCE})
BRACES: Final = re.compile(r"\{\w*\}")
PERCENTS: Final = re.compile(r"%(?:\(\w+\)[a-z]|%)")
TAGS: Final = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?>")
COUNT: Final = re.compile(r"%\(num\)d|\{(?:count|more|num|days)\}")
"""A number that a form for exactly one may say in a word."""


@cache
def texts() -> Catalog:
    return extracted()


@cache
def catalogue(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def messages(language: str) -> Iterator[Message]:
    return (one for one in catalogue(language) if one.id)


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def key(message: Message) -> tuple[str, tuple[str, ...]]:
    return message.context or "", ids(message)


def test_the_template_holds_what_the_source_says() -> None:
    written = TEMPLATE.read_text(encoding="utf-8")
    assert as_text(texts()) == written, "run python -m languages.extract"


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_read_is_what_babel_reads(language: str) -> None:
    header, *read = read_entries(path_of(language))
    assert "plural=(n != 1)" in header.forms[0]
    found = {(one.context or "", one.singular): (one.plural, tuple(one.forms)) for one in read}
    assert found == {
        (one.context or "", ids(one)[0]): (ids(one)[1] if one.pluralizable else None, strings(one))
        for one in messages(language)
    }


@pytest.mark.parametrize("language", TRANSLATED)
def test_forms_contexts_and_english_where_there_is_none(language: str) -> None:
    said = catalogue_of(language)
    assert said.ngettext("%(num)d more", "%(num)d more", 1) != "%(num)d more"
    assert said.ngettext("{n} unknown", "{n} unknowns", 1) == "{n} unknown"
    assert said.ngettext("{n} unknown", "{n} unknowns", 2) == "{n} unknowns"
    assert said.pgettext("since", "From") not in ("From", "")
    assert said.pgettext("in no context", "From") == "From"
    assert (said.gettext(""), said.gettext("in no catalogue")) == ("", "in no catalogue")


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_missing_and_none_is_left_over(language: str) -> None:
    wanted, there = ({key(one) for one in found if one.id} for found in (texts(), catalogue(language)))
    assert (wanted - there, there - wanted) == (set(), set())
    unsaid = [key(one) for one in messages(language) if not all(strings(one)) or one.fuzzy]
    assert unsaid == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_number_has_its_form(language: str) -> None:
    forms = catalogue(language).num_plurals
    wrong = [key(one) for one in messages(language) if len(strings(one)) != (forms if one.pluralizable else 1)]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_values_tags_and_spaces_are_those_of_the_english_text(language: str) -> None:
    assert list(_unlike(language)) == []


def _unlike(language: str) -> Iterator[tuple[str, str]]:
    for message in messages(language):
        for number, said in enumerate(strings(message)):
            english = ids(message)[min(number, len(ids(message)) - 1)]
            if said and not _is_like(english, said, one=message.pluralizable and number == 0):
                yield english, said


def _is_like(english: str, said: str, *, one: bool) -> bool:
    for pattern in (BRACES, PERCENTS, TAGS):
        wanted, there = (sorted(set(pattern.findall(text))) for text in (english, said))
        if one:
            wanted, there = ([found for found in each if not COUNT.fullmatch(found)] for each in (wanted, there))
        if wanted != there:
            return False
    spaces = [(text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]) for text in (english, said)]
    return spaces[0] == spaces[1]


@pytest.mark.parametrize(
    ("english", "said", "alike"),
    [
        ("{name} was archived.", "{name} wurde archiviert.", True),
        ("{name} was archived.", "{namn} wurde archiviert.", False),
        ("%(num)d mail", "Eine Mail", False),
        ("Read <a href=\"%(href)s\">more</a>", "<a href=\"%(href)s\">Mehr</a> lesen", True),
        ("Read <b>more</b>", "Mehr lesen", False),
        ("100%% of it", "100% davon", False),
        (" and ", " und", False),
    ],
)  # fmt: skip
def test_a_slip_is_found(english: str, said: str, alike: bool) -> None:
    assert _is_like(english, said, one=False) is alike


def test_one_may_be_said_in_a_word() -> None:
    assert _is_like("%(num)d mail of %(name)s", "Eine Mail von %(name)s", one=True)
