"""Every link in a mail of ours leads to a page."""

from __future__ import annotations

import re
from typing import Final

from outbox.writing import TEMPLATES
from tests.webui.test_routes import the_table

LINK: Final = re.compile(r"""base_url(?: \}\}| ~ \(?"|\s*\}\}\{\{ ")(/[a-z/-]+)|else "(/[a-z/-]+)""")


def test_every_link_in_a_mail_leads_to_a_page() -> None:
    """The token of a confirmation is tried where it is made."""
    pages = {rule for (method, rule) in the_table() if method == "GET"}
    found = {one for path in TEMPLATES.glob("*/*") for pair in LINK.findall(path.read_text("utf-8")) for one in pair}
    assert found - {""} <= pages
    assert len(found) > 5
