"""The specification tried by a machine: what it forbids is refused, and every answer is one that it names."""

from __future__ import annotations

import pytest

from tests.kit.trying_api import findings
from tests.webui.conftest import Office

EXAMPLES = 2
"""Of each operation and mode; a hundred, by hand, take some minutes."""


@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
def test_the_api_does_what_its_specification_says(office: Office) -> None:
    office.deal(office.customer())
    office.mail()
    office.held()

    assert list(findings(office.site.app, office.ada.api.token, examples=EXAMPLES)) == []
