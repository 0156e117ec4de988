"""The pages that ask before a link or a sharing hides a letter from colleagues who see it now (RULES R30).

Of a sharing they tell as well which records everybody would see from then on (RULES R30b).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import make_response, request
from werkzeug.wrappers import Response

from accounts.refusals import Refused
from accounts.users import get_user
from linking.changed import AsksFirst
from linking.links import WouldHide
from linking.record_view import names_of
from webui.call import Call
from webui.pages import render


class AskFirstError(Refused):
    """Takes back what was done before it was found what it does to others."""

    def __init__(self, asking: WouldHide | AsksFirst) -> None:
        super().__init__("this is asked first")
        self.asking = asking


def ask_first(call: Call, asking: WouldHide | AsksFirst, back: str) -> Response:
    """Show who would lose the letter, and the same form again with `confirm`."""
    people = [get_user(call.session, call.viewer.company_id, one).name for one in asking.user_ids]
    sent = request.form.lists()
    fields = {name: ",".join(values) for name, values in sent if name not in ("csrf_token", "confirm")}
    shown: dict[str, Any] = {"people": people, "fields": fields, "action": request.path, "back": back}
    if isinstance(asking, WouldHide):
        page = render(call, "hiding.html", **shown)
    else:
        records = list(names_of(call.session, call.viewer, asking.record_ids).values())
        page = render(call, "sharing_asks.html", records=records, **shown)
    return make_response(page, HTTPStatus.CONFLICT)
