"""Everything under /inbox: to import the pages is to hang their routes on the blueprint."""

from __future__ import annotations

from typing import Final

from webui import inbox_acts, inbox_list, inbox_saved, inbox_suggest
from webui.inbox_frame import inbox

PAGES: Final = (inbox_list, inbox_acts, inbox_saved, inbox_suggest)
__all__ = ["PAGES", "inbox"]
