"""Handing private mail over to a colleague, before one leaves (RULES R55)."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from accounts.colleagues import active_colleagues
from accounts.refusals import Invalid
from languages.speech import _, ngettext
from linking.handing_over import count_private, hand_over, list_private
from webui.cursor import open_cursor
from webui.forms import field, page_query
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried
from webui.settings_frame import settings, show_page


@settings.get("/settings/handover")
def handover() -> str:
    """Show one's private mail, and whom it may go to."""
    return _show(NONE)


@settings.post("/settings/handover")
def hand_mail_over() -> Response:
    """Hand over the chosen letters, or with `all` every one; asked once, because it cannot be taken back."""
    if field("sure") != "yes":
        return tried(_ask, _show)
    return tried(_give, _show)


def _ask() -> Response:
    chosen, everything = request.form.getlist("letters"), field("all") == "yes"
    if not chosen and not everything:
        raise Invalid({"letters": _("choose letters, or all of them")})
    with reading() as call:
        user_id = call.unseal("user", field("user_id"))
        colleague = next((one for one in active_colleagues(call.session, call.viewer) if one.id == user_id), None)
        if colleague is None:
            raise Invalid({"user_id": _("choose a colleague who is active")})
        count = count_private(call.session, call.viewer) if everything else len(chosen)
        more: dict[str, Any] = {"colleague": colleague, "chosen": chosen, "everything": everything, "count": count}
        return Response(show_page(call, "settings_handover_ask.html", NONE, **more))


def _give() -> Response:
    with writing() as call:
        ids = [call.unseal("copy", one) for one in request.form.getlist("letters")]
        user_id = call.unseal("user", field("user_id"))
        over = hand_over(call.session, call.viewer, user_id, None if field("all") == "yes" else ids, call.now)
    words = ngettext("{count} letter handed over.", "{count} letters handed over.", over.moved).format(count=over.moved)
    if over.stayed:
        stay = ngettext(
            "{count} stays yours: your colleague has it already, or it came with one that you share.",
            "{count} stay yours: your colleague has them already, or they came with one that you share.",
            over.stayed,
        )
        words += f" {stay.format(count=over.stayed)}"
    return done(words, "settings.handover")


def _show(errors: Errors) -> str:
    page = page_query()
    with reading() as call:
        found = list_private(call.session, call.viewer, page.limit, open_cursor(call, page) if not errors else None)
        return show_page(
            call,
            "settings_handover.html",
            errors,
            rows=found.rows,
            older=None if errors else found.next,
            count=count_private(call.session, call.viewer),
            colleagues=active_colleagues(call.session, call.viewer),
        )
