"""Standing answers: what one has said once for every later mail of the same people (RULES R21, R24)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from languages.speech import _
from linking.sentences import sentence
from linking.standing import list_standing, remove_standing
from webui.cursor import open_cursor
from webui.forms import page_query
from webui.pages import done, reading, writing
from webui.settings_frame import settings, show_page


@settings.get("/settings/answers")
def answers() -> str:
    """List one's own."""
    page = page_query()
    with reading() as call:
        found = list_standing(call.session, call.viewer, page.limit, open_cursor(call, page))
        rows = [(one, sentence(one.rule, one.args, one.names.get)) for one in found.rows]
        return show_page(call, "settings_answers.html", rows=rows, older=found.next)


@settings.post("/settings/answers/<answer>/remove")
def take_back_answer(answer: str) -> Response:
    """Take one back: later mail is asked about again."""
    with writing() as call:
        remove_standing(call.session, call.viewer, call.unseal("standing", answer), call.now)
    return done(_("Taken back: the next such mail is asked about again."), "settings.answers")
