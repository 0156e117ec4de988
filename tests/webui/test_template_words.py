"""Texts of the catalogues may hold markup; whatever else a template says by `_` is escaped."""

from __future__ import annotations

import pytest
from jinja2 import Environment

from languages.speech import speaking
from webui.template_words import give_words

HOSTILE = "<script>alert(1)</script> 100% & more"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt; 100% &amp; more"
SAYS = {
    "{{ _('Copied') }}": "Copied",
    "{{ _('Look at %(name)s', name=hostile) }}": f"Look at {ESCAPED}",
    "{{ _(hostile) }}": ESCAPED,
    "{{ _('') }}": "",
    "{{ ngettext('%(num)d message', '%(num)d messages', 2) }}": "2 messages",
    "{{ pgettext('since', 'From') }}": "From",
    "{% trans name=hostile %}Give it to {{ name }}{% endtrans %}": f"Give it to {ESCAPED}",
}


@pytest.fixture(scope="module")
def environment() -> Environment:
    made = Environment(autoescape=True)
    give_words(made)
    return made


@pytest.mark.parametrize("template", SAYS)
def test_values_are_escaped_and_unknown_texts_too(environment: Environment, template: str) -> None:
    assert environment.from_string(template).render(hostile=HOSTILE) == SAYS[template]


def test_each_language_says_its_own(environment: Environment) -> None:
    template = environment.from_string("{{ _('Undo') }}")
    said = {}
    for language in ("en", "nb", "de", "es"):
        with speaking(language):
            said[language] = template.render()
    assert len(set(said.values())) == 4


def test_markup_of_a_known_text_stays(environment: Environment) -> None:
    text = "In a new mail, choose <strong>View › Bcc Address Field</strong>; it stays for later mails."
    assert environment.from_string("{{ _(text) }}").render(text=text) == text
