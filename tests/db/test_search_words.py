"""One tokeniser for every script: what is written and what is asked meet, whatever case, marks and widths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.search_document import GAP, MOST, MOST_OCTETS, Field, Texts, document_of, named
from db.search_words import LONGEST, may_begin_a_word, words_asked, words_written

WRITTEN = {
    "Latin, case and accents": ("Crème BRÛLÉE, naïve", "creme brulee naive"),
    "Latin, letters of their own": ("Łódź Straße Øre Æsir Þór ıİ đ", "lodz strasse ore aesir thor ii d"),
    "Latin, full width": ("ＡＢＣ１２３", "abc123"),
    "Latin, ligature and soft hyphen": ("ﬁn An\u00adge\u200bbot", "fin angebot"),
    "Vietnamese": ("Đường Nguyễn", "duong nguyen"),
    "Greek": ("Ὀδυσσεύς ΣΊΣΥΦΟΣ", "οδυσσευσ σισυφοσ"),
    "Cyrillic": ("Ёлка, ЙОД", "елка иод"),
    "Armenian": ("ԵՐԵՎԱՆ", "երեվան"),
    "Georgian": ("თბილისი", "თბილისი"),
    "Hebrew with points": ("שָׁלוֹם", "שלום"),
    "Arabic with vowels and stretching": ("مُحَمَّد العـــربية", "محمد العربية"),
    "Persian with a joiner": ("می\u200cخواهم", "میخواهم"),
    "Devanagari keeps its vowels": ("काल कल", "काल कल"),
    "Tamil": ("தமிழ்", "தமிழ்"),
    "Ethiopic": ("ሰላም", "ሰላም"),
    "Hangul": ("안녕 하세요", "안녕 하세요"),
    "Han": ("東京都", "東京 京都 都"),
    "Hiragana and Katakana, voiced": ("がっこう ﾀﾞﾒ", "がっ っこ こう う ダメ メ"),
    "Thai": ("กขค", "กข ขค ค"),
    "mixed": ("東京abc-12", "東京 京 abc 12"),
    "addresses": ("o'Brien <anna.b@north.example>", "o brien anna b north example"),
    "nothing": ("*** \0 😀 —", ""),
}


@pytest.mark.parametrize(("text", "words"), WRITTEN.values(), ids=WRITTEN.keys())
def test_words_of_a_script(text: str, words: str) -> None:
    assert " ".join(words_written(text)) == words


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("東京都", ("東京", "京都")),
        ("東", ("東",)),
        ("東京abc", ("東京", "京", "abc")),
        ("東京 タワー", ("東京", "京", "タワ", "ワー")),
        ("ŁÓDŹ", ("lodz",)),
        ("x" * 99, ("x" * LONGEST,)),
        ("' OR 1=1 --", ("or", "1", "1")),
    ],
)
def test_words_of_a_question(asked: str, words: tuple[str, ...]) -> None:
    assert words_asked(asked) == words


def test_two_letters_begin_too_many_words_but_a_character_does_not() -> None:
    assert [may_begin_a_word(one) for one in ("ab", "abc", "京", "ก")] == [False, True, True, True]


@given(st.text(max_size=200))
def test_what_a_database_is_given_is_letters_and_digits(text: str) -> None:
    words = [*words_written(text), *words_asked(text)]
    assert not {char for word in words for char in word} & set("'\"\\ ·:*&|!()<>-^\0\n\t")
    assert all(0 < len(word) <= LONGEST for word in words)


@given(st.text(max_size=60))
def test_what_is_written_is_found_by_what_is_written(text: str) -> None:
    asked, written = words_asked(text), tuple(words_written(text))
    assert any(written[at : at + len(asked)] == asked for at in range(len(written) - len(asked) + 1))


def test_a_document_names_its_fields_and_lets_no_phrase_cross_them() -> None:
    texts = Texts(from_=("Anna a@x",), cc=("Bo",), subject="Offer", files=("b.pdf",), text="Hello")
    document = document_of(texts)
    assert {named(Field.FROM, "anna"), named(Field.TO, "bo"), named(Field.CC, "bo"), "has·attachment"} <= {*document}
    assert named(Field.FILE, "pdf") in document
    assert document[-1] == "hello"
    assert document[document.index("offer") + 1] == GAP


def test_the_longest_letter_stays_in_the_bounds_of_both_databases() -> None:
    many = " ".join(f"{number:x}{'ж' * 30}" for number in range(40_000))
    people = tuple(f"{'𐐷' * 30}{number}" for number in range(9000))
    for texts in (Texts(to=("a",) * 99_999, cc=people, from_=people, files=people, text=many), Texts(text=many)):
        document = document_of(texts)
        assert len(document) <= MOST
        assert sum(len(word.encode()) for word in {*document}) <= MOST_OCTETS
    repeated = document_of(Texts(text="again " * 50_000 + "last"))
    assert repeated[-2:] == (GAP, "last")
