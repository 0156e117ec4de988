"""The views of one's mail, each with its count: as far as a hundred, and among the newest letters alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from languages.speech import marked
from linking.letter_filter import LetterFilter
from linking.letters import count_letters
from linking.view_counts import Count, count_among_newest
from webui.call import Call
from webui.waiting import MOST_COUNTED, waiting


@dataclass(frozen=True, slots=True)
class View:
    """A way to look at one's mail: its name in the address, its words, what it shows.

    `leaves`: the acts after which a letter is not in it any more, so that its row can go before the answer comes.
    """

    name: str
    words: str
    wanted: LetterFilter
    leaves: str


ALL: Final = View("", marked("Inbox"), LetterFilter(archived=False), "archive delete")
VIEWS: Final = (
    ALL,
    View("unread", marked("Unread"), LetterFilter(archived=False, unread=True), "archive delete read"),
    View("unlinked", marked("Not linked"), LetterFilter(unlinked=True), "delete"),
    View("archived", marked("Archive"), LetterFilter(archived=True), "unarchive delete"),
    View("deleted", marked("Deleted"), LetterFilter(deleted=True), "restore"),
)


def view_named(name: str) -> View:
    """Answer the view of a name; the inbox where there is no such."""
    return next((one for one in VIEWS if one.name == name), ALL)


def counts(call: Call) -> Mapping[str, Count]:
    """Answer how much each view holds for this viewer, by its name: a bounded question each."""
    in_inbox = count_letters(call.session, call.viewer, ALL.wanted, MOST_COUNTED, now=call.now)
    found = {"": Count.of(in_inbox, MOST_COUNTED), "unread": Count.of(waiting(call).unread, MOST_COUNTED)}
    for view in VIEWS[2:]:
        if view.wanted.unlinked:
            # No index knows these: they are looked for among the newest.
            found[view.name] = count_among_newest(call.session, call.viewer, view.wanted, MOST_COUNTED, now=call.now)
        else:
            number = count_letters(call.session, call.viewer, view.wanted, MOST_COUNTED, now=call.now)
            found[view.name] = Count.of(number, MOST_COUNTED)
    return found
