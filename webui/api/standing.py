"""`standing-answers`: what the caller said once for all later mail of the same people (an addition to INTERFACE 4)."""

from __future__ import annotations

from typing import Final

from linking.sentences import sentence
from linking.standing import About, Standing, list_standing, remove_standing
from webui.api.message_shapes import RecordKind
from webui.api.operation import Operations
from webui.api.shape import Answered, Listed, Moment, Page
from webui.call import Call
from webui.cursor import open_cursor, seal_cursor

operations: Final = Operations()


class StandingAnswer(Answered):
    """An answer of one's own; `live` is false while its record is closed, when the question is asked again."""

    id: str
    about: About
    address: str | None
    type: RecordKind
    target_id: str
    sentence: str
    live: bool
    created_at: Moment


@operations.add("GET", "/standing-answers", "List one's standing answers", query=Page, answer=Listed[StandingAnswer])
def list_standing_answers(call: Call, page: Page) -> Listed[StandingAnswer]:
    """Answer the newest first."""
    found = list_standing(call.session, call.viewer, page.limit, open_cursor(call, page))
    data = [_shown(call, one) for one in found.rows]
    return Listed[StandingAnswer](data=data, next_cursor=seal_cursor(call, found.next))


@operations.add("DELETE", "/standing-answers/{standing}", "Take a standing answer back")
def delete_standing_answer(call: Call, standing_id: int) -> None:
    """Later mail is asked about again."""
    remove_standing(call.session, call.viewer, standing_id, call.now)


def _shown(call: Call, one: Standing) -> StandingAnswer:
    return StandingAnswer.model_validate(
        {
            "id": call.seal("standing", one.id),
            "about": one.about,
            "address": one.address,
            "type": one.target_type,
            "target_id": call.seal(one.target_type, one.target_id),
            "sentence": sentence(one.rule, one.args, one.names.get),
            "live": one.is_live,
            "created_at": one.created_at,
        }
    )
