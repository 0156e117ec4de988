"""What is tried first is refused, and several words are not."""

from __future__ import annotations

import pytest

from accounts.guessable import is_guessable

ABOUT = ("anna.lee@northwind.example", "Anna Lee", "Northwind Traders")


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "P@ssw0rd1",
        "Passwort2026!",
        "12345678",
        "87654321",
        "147258369",
        "qwertyuiop",
        "qwerty123",
        "1234qwer",
        "1qaz2wsx",
        "1q2w3e4r",
        "asdf1234",
        "iloveyou",
        "letmein1",
        "trustno1",
        "adminadmin",
        "monkey123",
        "Summer2026!",
        "welcome1",
        "michael1",
        "aaaaaaaa",
        "abcabcabc",
        "123123123",
        "qwerty" * 4,
        "anna2026",
        "northwind1",
        "!!!!????",
    ],
)
def test_what_everybody_takes_is_guessable(password: str) -> None:
    assert is_guessable(password, ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse",
        "correct horse battery staple",
        "purple-otter-9",
        "tr4ctor!bean",
        "Vq8#mmzP",
        "riverstone7",
        "kaffeetasse",
        "gardenchairs",
        "Пароль-из-слов",
    ],
)
def test_a_few_words_and_chance_are_not(password: str) -> None:
    assert not is_guessable(password, ABOUT)
