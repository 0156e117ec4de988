"""What is shown of one letter, on its own page and in the reading pane alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from flask import request

from accounts.teams import teams_of
from linking.letter import Letter
from linking.letters import find_letter
from linking.sentences import sentence
from linking.sharing import CopyChanges, change_copy
from webui.call import Call
from webui.finding import find_records
from webui.letter_frame import frame_height
from webui.letter_html import remote_images, safe_html
from webui.letter_text import Fold, folds_of
from webui.likeness_words import likenesses_of
from webui.pages import writing
from webui.problem import not_found
from webui.side.panel import panel_of
from webui.talk import talk_around

LONGEST_FIND: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """Pictures from the network: how many there are, whether they are shown, where to ask for them.

    `hosts` are those of the trackers, each with how many it has.
    """

    pictures: int = 0
    trackers: int = 0
    hosts: tuple[tuple[str, int], ...] = ()
    shown: bool = False
    show: str = ""
    height: int = 0


def find(call: Call, message: str) -> Letter:
    """Answer the letter behind a public id; 404 where it is not for this viewer."""
    found = find_letter(call.session, call.viewer, call.unseal("message", message), call.read_raw)
    if found is None:
        raise not_found()
    return found


def view_of(call: Call, letter: Letter, *, here: str, back: str) -> dict[str, Any]:
    """Answer what `letter_view.html` shows: `here` is the page it stands on, `back` where one goes when done."""
    words = request.args.get("find", "")[:LONGEST_FIND]
    folds = folds_of(letter)
    linked = {one.target_id for one in letter.links}
    talk = talk_around(call, letter)
    return {
        "letter": letter,
        "id": call.seal("message", letter.id),
        "here": here,
        "back": back,
        "folds": folds,
        "rich": is_rich(call, letter, folds),
        "remote": remote_of(call, letter, here),
        "talk": talk,
        "likeness": likenesses_of(call, [letter]).get(letter.id),
        "panel": panel_of(call, letter, talk, here),
        "find": words,
        "records": [one for one in find_records(call, words) if one.id not in linked] if _chooses() else None,
        "reasons": {one.id: sentence(one.rule, one.args, letter.names.get) for one in letter.links},
        "my_teams": bool(teams_of(call.session, call.viewer)) if letter.owned else False,
        "asked": sentence(letter.question.rule, letter.question.args, letter.names.get) if letter.question else "",
    }


def _chooses() -> bool:
    """Tell whether records to choose from are asked for; a page that is only read does without."""
    return "find" in request.args or "change" in request.args


def mark_read(letter: Letter | None) -> None:
    """Mark one's own copy as read once it was shown; asking for headers alone reads nothing."""
    if letter is None or not letter.owned or letter.read or request.method != "GET":
        return
    with writing() as call:
        change_copy(call.session, call.viewer, letter.id, CopyChanges(read=True), call.now)


def remote_of(call: Call, letter: Letter, here: str) -> Remote:
    """Answer what stands outside the letter, and how its reader asks for it."""
    if letter.html is None:
        return Remote()
    found, shown = remote_images(call, letter), "images" in request.args
    return Remote(
        pictures=found.pictures,
        trackers=len(found.trackers),
        hosts=tuple(Counter(found.trackers).items()),
        shown=shown,
        show=f"{here}{'&' if '?' in here else '?'}images=1",
        height=frame_height(call, letter, remote=shown),
    )


def is_rich(call: Call, letter: Letter, folds: tuple[Fold, ...]) -> bool:
    """Tell whether its formatting carries more than the text does: pictures or tables, and no quote to fold."""
    if letter.html is None:
        return False
    if not letter.text.strip():
        return True
    if any(one.is_quote for one in folds):
        return False
    html = safe_html(call, letter, pictures=True) or ""
    return ("<img" in html or "<table" in html) and "<blockquote" not in html
