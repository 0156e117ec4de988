"""Words in narrow places: those of ours stay on one line in every language, those of others keep their beginning."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Page

from languages.language import MIRRORED, OFFERED
from tests.kit.browsing import PHONE
from tests.kit.looking import settle
from tests.kit.served import Served
from tests.kit.states import State
from webui.language import FIXED

pytestmark = pytest.mark.slow
LONG: Final = "maria.lopez.of.the.northern.branch@fabrikam-international.example"
BROKEN: Final = """
chosen => [...document.querySelectorAll(chosen)]
  .filter(one => one.clientHeight > 1.5 * parseFloat(getComputedStyle(one).lineHeight))
  .map(one => one.textContent)
"""
BEHEADED: Final = """
() => [...document.querySelectorAll(".mail-who bdi")].filter(one => {
  const [box, around] = [one, one.closest(".mail-who")].map(each => each.getBoundingClientRect());
  return box.width > 1 && box.left < around.left - 1;
}).map(one => one.textContent)
"""


@pytest.mark.parametrize("language", [*OFFERED, MIRRORED])
def test_words_keep_to_their_line_and_names_to_their_beginning(
    served: Served, company: State, page: Page, language: str
) -> None:
    work = company.record("organization", name="Fabrikam")
    contact = company.record("contact", name="Carl Ek", addresses=["carl@fabrikam.example"], organization_id=work)
    company.mail(to=LONG)
    company.mail(to=["maria@fabrikam.example", LONG, "carl@fabrikam.example", "d@fabrikam.example"])
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    served.site.app.config[FIXED] = language
    try:
        page.goto("/inbox")
        settle(page)
        assert page.locator(".mail-who bdi").count() > 2
        assert page.evaluate(BROKEN, ".bar :is(a, summary) > span:first-of-type") == []
        assert page.evaluate(BEHEADED) == []
        page.goto(f"/contacts/{contact}")
        settle(page)
        assert page.locator(".rec-fact > dt").count() > 2
        assert page.evaluate(BROKEN, ".rec-fact > dt") == []
    finally:
        del served.site.app.config[FIXED]
