"""`threads/{id}`: a conversation as the caller sees it."""

from __future__ import annotations

from typing import Final

from linking.letters import letters_by_id
from linking.threads import viewer_thread
from webui.api.message_shapes import Message
from webui.api.message_values import message_of
from webui.api.operation import Operations
from webui.api.shape import Answered
from webui.call import Call
from webui.problem import not_found

operations: Final = Operations()


class Thread(Answered):
    """`gaps` counts letters that these name and that are not here; `messages` are in order of time, without HTML."""

    id: str
    subject: str
    gaps: int
    messages: list[Message]


@operations.add("GET", "/threads/{thread}", "Read a conversation", answer=Thread)
def get_thread(call: Call, thread_id: int) -> Thread:
    """Answer the letters that the caller sees."""
    thread = viewer_thread(call.session, call.viewer, thread_id)
    if thread is None or thread.id != thread_id or not thread.letters:
        raise not_found()
    found = letters_by_id(call.session, call.viewer, thread.letters, call.read_raw)
    letters = [found[one] for one in thread.letters if one in found]
    return Thread(
        id=call.seal("thread", thread.id),
        subject=letters[0].subject if letters else "",
        gaps=thread.gaps,
        messages=[message_of(call, one) for one in letters],
    )
