"""The page that asks before a link hides a letter from colleagues who see it now (RULES R30)."""

from __future__ import annotations

from http import HTTPStatus

from flask import make_response, request
from werkzeug.wrappers import Response

from accounts.users import get_user
from linking.links import WouldHide
from webui.call import Call
from webui.pages import render


def ask_first(call: Call, hidden: WouldHide, back: str) -> Response:
    """Show who would lose the letter, and the same form again with `confirm`."""
    people = [get_user(call.session, call.viewer.company_id, one).name for one in hidden.user_ids]
    sent = request.form.lists()
    fields = {name: ",".join(values) for name, values in sent if name not in ("csrf_token", "confirm")}
    page = render(call, "hiding.html", people=people, fields=fields, action=request.path, back=back)
    return make_response(page, HTTPStatus.CONFLICT)
