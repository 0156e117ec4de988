"""`threads/{id}`: a conversation as the caller sees it; split and merged by hand."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from linking.letters import letters_by_id
from linking.splitting import merge_threads, split_thread
from linking.threads import ViewerThread, viewer_thread
from webui.api.message_shapes import Message
from webui.api.message_values import message_of
from webui.api.operation import Operations
from webui.api.references import number_of
from webui.api.shape import Answered, Asked, Sealed
from webui.call import Call
from webui.problem import not_found

operations: Final = Operations()
MOST_LETTERS: Final = 1000
"""In one call; a conversation that is longer is split in several."""


class Split(Asked):
    """Which letters become a conversation of their own; one at least stays."""

    message_ids: Annotated[list[Sealed], Field(min_length=1, max_length=MOST_LETTERS)]


class Merge(Asked):
    """Which conversation joins this one."""

    thread_id: Sealed


class ThreadMade(Answered):
    """The conversation that a split or merge made, and its letters in order of time."""

    id: str
    message_ids: list[str]


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


@operations.add("POST", "/threads/{thread}/split", "Split letters out of a conversation", body=Split, answer=ThreadMade)
def post_split(call: Call, asked: Split, thread_id: int) -> ThreadMade:
    """Answer the conversation of the letters that were split out."""
    letters = [number_of(call, "message", one) for one in asked.message_ids]
    return _made(call, split_thread(call.session, call.viewer, thread_id, letters, call.now).thread)


@operations.add("POST", "/threads/{thread}/merge", "Merge a conversation into this one", body=Merge, answer=ThreadMade)
def post_merge(call: Call, asked: Merge, thread_id: int) -> ThreadMade:
    """Answer the one conversation that they are now."""
    other = number_of(call, "thread", asked.thread_id)
    return _made(call, merge_threads(call.session, call.viewer, thread_id, other, call.now).thread)


def _made(call: Call, thread: ViewerThread) -> ThreadMade:
    return ThreadMade(
        id=call.seal("thread", thread.id), message_ids=[call.seal("message", one) for one in thread.letters]
    )
