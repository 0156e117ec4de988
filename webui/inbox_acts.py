"""Acts on the letters that are ticked: one POST, each letter by one's rights to it, one toast with the way back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from languages.speech import _, ngettext
from linking.changed import Act, AsksFirst, Changed, LinkedMany
from linking.letters import letters_by_id
from linking.links import WouldHide
from linking.many import MOST, act_on, link_all, put_back, unlink_all
from linking.record_fields import RecordType
from webui.api.references import missing_references, number_of
from webui.auth import local_path
from webui.call import Call
from webui.finding import find_records
from webui.forms import field, lines
from webui.hiding import AskFirstError, ask_first
from webui.inbox_frame import inbox, onward
from webui.pages import done_at, reading, render, writing
from webui.problem import FieldError, invalid, not_found
from webui.undoing import open_changed, seal_changed

LINK: Final = "link"
LONGEST_FIND: Final = 200


@inbox.post("/inbox/act")
def act() -> Response:
    """Do to the ticked letters what the button says."""
    ids, wanted = list(dict.fromkeys(lines("ids"))), field("act", 20)
    if not ids:
        return done_at(onward(), _("Tick some mails first."))
    if wanted == LINK:
        return _link(ids) if field("target_id", 64) else _choose(ids)
    if wanted not in Act:
        raise invalid(FieldError("act", _("This is nothing that can be done with mail.")))
    confirmed = field("confirm", 5) == "true"
    try:
        with writing() as call:
            numbers = _numbers(call, ids)
            changed = act_on(call.session, call.viewer, numbers, Act(wanted), call.now, confirmed=confirmed)
            if isinstance(changed, AsksFirst):
                raise AskFirstError(changed)
            undo = _undo(call, changed) if changed.letters else {}
    except AskFirstError as asked:
        return _ask(asked)
    return done_at(onward(), said_of(changed), url_for("inbox.undo") if undo else "", undo)


@inbox.post("/inbox/undo")
def undo() -> Response:
    """Take back what an act changed, and no more, as long as it can be."""
    with writing() as call:
        done = open_changed(call, field("was", 64))
        if done is None:
            said = _("This can be undone within an hour, and once: nothing was changed now.")
        elif _take_back(call, done):
            said = _("Undone: everything is as it was.")
        else:
            said = _("Undone, but for what has changed since: that stays as it is.")
    return done_at(onward(), said)


@inbox.get("/inbox/link")
def choose() -> str:
    """Show records to link the ticked letters to."""
    ids = [one for one in request.args.get("ids", "").split(",") if one]
    find = request.args.get("find", "")[:LONGEST_FIND]
    back = local_path(request.args.get("back", "")) if request.args.get("back") else url_for("inbox.show")
    with reading() as call:
        letters = letters_by_id(call.session, call.viewer, _numbers(call, ids), call.read_raw)
        if not ids or len(letters) < len(set(ids)):
            raise not_found()
        found = find_records(call, find)
        chosen = list(letters.values())
        return render(call, "inbox_link.html", letters=chosen, ids=",".join(ids), find=find, found=found, back=back)


def said_of(changed: Changed) -> str:
    """Answer what became of the letters, in a sentence or two."""
    if not changed.letters and not changed.stayed:
        return _("They were so already: nothing was changed.")
    said = [_done(changed.act, changed.letters)] if changed.letters else []
    if changed.stayed:
        said.append(
            ngettext(
                "{number} is a colleague's and stays as it is.",
                "{number} are colleagues' and stay as they are.",
                changed.stayed,
            ).format(number=changed.stayed)
        )
    return " ".join(said)


def _done(act: Act, number: int) -> str:
    match act:
        case Act.ARCHIVE:
            said = ngettext("{number} mail archived.", "{number} mails archived.", number)
        case Act.UNARCHIVE:
            said = ngettext("{number} mail is back in the inbox.", "{number} mails are back in the inbox.", number)
        case Act.DELETE:
            said = ngettext("{number} mail deleted.", "{number} mails deleted.", number)
        case Act.RESTORE:
            said = ngettext("{number} mail restored.", "{number} mails restored.", number)
        case Act.READ:
            said = ngettext("{number} mail marked as read.", "{number} mails marked as read.", number)
        case Act.UNREAD:
            said = ngettext("{number} mail marked as unread.", "{number} mails marked as unread.", number)
        case Act.PRIVATE:
            said = ngettext("{number} mail is private now.", "{number} mails are private now.", number)
        case Act.TEAM:
            said = ngettext(
                "{number} mail is shared with your teams now.", "{number} mails are shared with your teams now.", number
            )
        case Act.SHARE:
            said = ngettext("{number} mail is shared now.", "{number} mails are shared now.", number)
    return said.format(number=number)


def _choose(ids: list[str]) -> Response:
    asked = urlencode({"ids": ",".join(ids[:MOST]), "back": onward()})
    return redirect(f"{url_for('inbox.choose')}?{asked}", HTTPStatus.SEE_OTHER)


def _link(ids: list[str]) -> Response:
    kind, confirmed = field("type", 20), field("confirm", 5) == "true"
    if kind not in RecordType:
        raise not_found()
    try:
        with writing() as call, missing_references():
            target = (kind, number_of(call, kind, field("target_id", 64)))
            made = link_all(call.session, call.viewer, _numbers(call, ids), target, call.now, confirmed=confirmed)
            if isinstance(made, WouldHide):
                raise AskFirstError(made)
            undo = _undo(call, made) if made.links else {}
    except AskFirstError as asked:
        return _ask(asked)
    return done_at(onward(), _said_of_links(made), url_for("inbox.undo") if undo else "", undo)


def _said_of_links(made: LinkedMany) -> str:
    if not made.links and not made.stayed:
        return _("They were linked to it already.")
    number = len(made.links)
    said = [ngettext("{number} mail linked.", "{number} mails linked.", number).format(number=number)] if number else []
    if made.stayed:
        only_shown = ngettext(
            "{number} is only shown to you: its owner alone links it.",
            "{number} are only shown to you: their owners alone link them.",
            made.stayed,
        )
        said.append(only_shown.format(number=made.stayed))
    return " ".join(said)


def _ask(asked: AskFirstError) -> Response:
    with reading() as call:
        return ask_first(call, asked.asking, back=onward())


def _take_back(call: Call, done: Changed | LinkedMany) -> bool:
    if isinstance(done, LinkedMany):
        return unlink_all(call.session, call.viewer, done, call.now)
    return put_back(call.session, call.viewer, done, call.now)


def _undo(call: Call, done: Changed | LinkedMany) -> dict[str, str]:
    return {"was": seal_changed(call, done), "back": onward()}


def _numbers(call: Call, ids: list[str]) -> list[int]:
    return [call.unseal("message", one) for one in ids]
