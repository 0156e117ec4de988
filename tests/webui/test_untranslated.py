"""No page says a text of ours that translators never see: with the locale en-XA each stands in brackets.

One line a text: page and text. What the states put into their companies is named here, since only attributes and
choices show it without marking it as somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Final

import pytest

from db.session import open_database
from languages.language import ACCENTED, OFFERED
from tests.browser.pages import ADA, ANNA, NOBODY, addresses
from tests.kit.databases import SqliteTemplate
from tests.kit.http import Browser, open_site
from tests.kit.states import State, make_state
from tests.kit.untranslated import outside, untranslated
from webui.language import FIXED

WHO: Final = {"anna": ANNA, "ada": ADA, "nobody": NOBODY}
SHOWN: Final = ("empty", "one")
ENGLISH: Final = frozenset({"docs.read"})
"""The reference of the API speaks English, as its paths do."""
CASES: Final = [(who, endpoint) for who, table in WHO.items() for endpoint in table if endpoint not in ENGLISH]
DATA: Final = (
    *OFFERED.values(),
    *("Ada", "Anna", "Bert", "Rosa", "Empty", "One", "Sales"),
    *("Maria Lopez", "Maria", "Carl Ek", "Fabrikam", "Garden chairs", "Showroom", "Terrace", "Tables", "Benches"),
    *("Offer", "Which one?", "Our catalogue"),
    *("Hello Carl, which one do you take?", "Hello Maria, 40 chairs at 89 EUR each."),
    *("message.filed", "Gehalt", "chairs", "Chromium", "nothing like it", "test", "Google"),
)


@pytest.fixture(scope="module")
def states(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[State]]:
    """A company on its first day, and one with one of everything; their pages speak the pseudo-locale."""
    settings = sqlite_template.fresh(tmp_path_factory.mktemp("untranslated") / "data")
    with ExitStack() as stack:
        database = stack.enter_context(closing(open_database(settings)))
        site = stack.enter_context(closing(open_site(settings, database)))
        made = [make_state(site, name) for name in SHOWN]
        for one in made:
            stack.enter_context(one.world)
        site.app.config[FIXED] = ACCENTED
        yield made


@pytest.fixture(scope="module")
def browsers(states: list[State]) -> dict[tuple[str, str], Browser]:
    """Who is signed in, by state."""
    signed_in = {(one.domain, who): getattr(one, who).browser() for one in states for who in ("anna", "ada")}
    return signed_in | {(one.domain, "nobody"): one.site.browser() for one in states}


@pytest.mark.parametrize(("who", "endpoint"), CASES)
def test_a_page_says_nothing_that_is_in_no_catalogue(
    states: list[State], browsers: dict[tuple[str, str], Browser], who: str, endpoint: str
) -> None:
    found: dict[str, str] = {}
    for state in states:
        for path in addresses(WHO[who][endpoint], state):
            answer = browsers[state.domain, who].get(path)
            assert answer.status_code == 200, path
            found |= dict.fromkeys(untranslated(answer.text, DATA), path)
    assert not found, "\n" + "\n".join(f"{path}  {text}" for text, path in found.items())


def test_what_is_in_no_catalogue_is_found() -> None:
    page = """<html lang="en-XA"><title>⟦Inbox⟧ · smartbcc</title><p>⟦Hello⟧ there, <bdi>Ann</bdi> 12</p>
    <a title="⟦Offer of ⟦a⟧ chair⟧" aria-label="Read it">⟦Read⟧</a><code>make</code><time>today</time>
    <input placeholder="a@b.example"><input placeholder="Your name"><p lang="de">Guten Tag</p>
    <p>⟦More <b>in bold</b> here⟧</p><p>Maria</p></html>"""
    assert untranslated(page, ["Maria"]) == [
        "⟦Hello⟧ there,",
        'a aria-label="Read it"',
        'input placeholder="Your name"',
    ]
    assert outside("⟦a ⟦b⟧ c⟧ d ⟦")[0].split() == ["d"]
