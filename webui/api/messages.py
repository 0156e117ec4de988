"""`messages`: the mail that the caller may see."""

from __future__ import annotations

from typing import Final

from flask import Response

from accounts.policies import Sharing
from accounts.refusals import Invalid
from linking.letter_filter import LetterFilter
from linking.letters import find_letter, get_attachment, list_letters, raw_of_own_copy
from linking.record_view import names_of
from linking.sharing import CopyChanges, change_copy
from webui.api.message_shapes import Message
from webui.api.message_values import message_of
from webui.api.operation import Operations
from webui.api.shape import Change, Listed, Moment, Page, Sealed, Search, unset
from webui.call import Call
from webui.cursor import open_cursor, seal_cursor
from webui.download import as_download, as_original
from webui.problem import not_found
from webui.searching import understand

operations: Final = Operations()
RECORDS: Final = ("contact", "deal", "lead", "project", "organization")


class MessageQuery(Page):
    """Which letters; `after` and `before` are about `date`, or `received_at` where that is missing or in the future.

    `q` is read as in the search field of the inbox, operators included.
    """

    contact_id: Sealed | None = None
    deal_id: Sealed | None = None
    lead_id: Sealed | None = None
    project_id: Sealed | None = None
    organization_id: Sealed | None = None
    thread_id: Sealed | None = None
    q: Search | None = None
    unlinked: bool = False
    after: Moment | None = None
    before: Moment | None = None
    deleted: bool = False


class MessageChange(Change):
    """What to change about one's own copy."""

    read: bool = unset()
    archived: bool = unset()
    deleted: bool = unset()
    sharing: Sharing = unset()


@operations.add("GET", "/messages", "List letters, by receipt or release", query=MessageQuery, answer=Listed[Message])
def list_messages(call: Call, query: MessageQuery) -> Listed[Message]:
    """Answer the newest first, without HTML."""
    found = list_letters(
        call.session,
        call.viewer,
        _filter(call, query),
        query.limit,
        open_cursor(call, query),
        now=call.now,
        read_raw=call.read_raw,
    )
    return Listed[Message](
        data=[message_of(call, one) for one in found.rows], next_cursor=seal_cursor(call, found.next)
    )


@operations.add("GET", "/messages/{message}", "Read a letter", answer=Message)
def get_message(call: Call, message_id: int) -> Message:
    """Answer a letter as the caller sees it."""
    letter = find_letter(call.session, call.viewer, message_id, call.read_raw)
    if letter is None:
        raise not_found()
    return message_of(call, letter)


@operations.add(
    "PATCH",
    "/messages/{message}",
    "Change one's own copy of a letter",
    body=MessageChange,
    answer=Message,
    then=get_message,
    for_readers=True,
)
def patch_message(call: Call, change: MessageChange, message_id: int) -> None:
    """Change what is named; the letter is rendered after the commit."""
    change_copy(call.session, call.viewer, message_id, CopyChanges(**change.named()), call.now)


@operations.add(
    "GET", "/messages/{message}/raw", "Download the original of one's own copy", media_type="message/rfc822"
)
def get_raw(call: Call, message_id: int) -> Response:
    """Answer the bytes as they came."""
    raw = raw_of_own_copy(call.session, call.viewer, message_id, call.read_raw)
    if raw is None:
        raise not_found()
    return as_original(raw, f"{call.seal('message', message_id)}.eml")


@operations.add(
    "GET",
    "/messages/{message}/attachments/{attachment}",
    "Download a file of a letter",
    media_type="application/octet-stream",
)
def get_file(call: Call, message_id: int, attachment_id: int) -> Response:
    """Answer a file as a download of a safe type."""
    file = get_attachment(call.session, call.viewer, message_id, attachment_id, call.read_raw)
    if file is None:
        raise not_found()
    return as_download(file)


def _filter(call: Call, query: MessageQuery) -> LetterFilter:
    records = [call.unseal(kind, text) for kind in RECORDS if (text := getattr(query, f"{kind}_id")) is not None]
    if len(names_of(call.session, call.viewer, records)) < len(set(records)):
        raise not_found()
    asked = understand(call, query.q or "")
    if asked.faults:
        raise Invalid({"q": " ".join(asked.faults)})
    return LetterFilter(
        record_ids=tuple(records),
        thread_id=call.maybe_unseal("thread", query.thread_id),
        search=asked,
        unlinked=query.unlinked,
        after=query.after,
        before=query.before,
        deleted=query.deleted,
    )
