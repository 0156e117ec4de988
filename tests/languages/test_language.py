"""Which language a browser gets, and in which direction it runs."""

from __future__ import annotations

import pytest

from languages.language import ACCENTED, MIRRORED, OFFERED, best_language, direction_of
from languages.speech import _, ngettext, speaking, spoken

ASKED = {
    "": "en",
    "de-CH,de;q=0.9,en;q=0.8": "de",
    "en;q=0.5, es;q=0.9": "es",
    "no": "nb",
    "nn-NO, en;q=0.1": "nb",
    "fr, it;q=0.9": "en",
    "fr, de;q=0.2, es;q=0.3": "es",
    "de;q=0, en": "en",
    "de;q=much, es;q=0.1": "es",
    ";;;,,,=": "en",
}


@pytest.mark.parametrize("header", ASKED)
def test_the_language_that_a_browser_asks_for(header: str) -> None:
    assert best_language(header) == ASKED[header]


def test_an_endless_header_is_cut() -> None:
    assert best_language("xx," * 100_000 + "de") == "en"


def test_directions() -> None:
    assert {direction_of(one) for one in OFFERED} == {"ltr"}
    assert direction_of(MIRRORED) == "rtl"


def test_what_is_spoken_ends_with_its_block() -> None:
    with speaking(ACCENTED):
        assert (_("Mail"), ngettext("{n} mail", "{n} mails", 2).format(n=2)) == ("⟦Mail⟧", "⟦2 mails⟧")
        with speaking("en"):
            assert _("Mail") == "Mail"
        assert spoken() == ACCENTED
    assert (spoken(), _("Mail")) == ("en", "Mail")
