"""The pulse: a page asks every few seconds whether something arrived, and mostly hears that nothing did.

Whether anything was decided or done in the company since is one look at two indexes; only then what this
viewer sees is asked. What he is told depends on that alone (RULES R30b).
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, make_response, render_template, request
from sqlalchemy import bindparam, func, select
from werkzeug.wrappers import Response

from db.models import AuditEvent, Decision
from webui.auth import viewer
from webui.backend import backend
from webui.fingerprint import fingerprint
from webui.pages import reading
from webui.places import places

pulse: Final = Blueprint("pulse", __name__)
_LAST: Final = select(
    select(func.max(Decision.id)).where(Decision.company_id == bindparam("company_id")).scalar_subquery(),
    select(func.max(AuditEvent.id)).where(AuditEvent.company_id == bindparam("company_id")).scalar_subquery(),
)
"""The last decision about a mail, and the last thing that a person did: a colleague who shares one decides nothing."""


@pulse.get("/pulse")
def show() -> Response:
    """Answer 204 where nothing is new since `since`, else what to show of it."""
    since, who = request.args.get("since", "")[:64], viewer()
    here = backend()
    with here.database.read() as session:
        last = tuple(session.execute(_LAST, {"company_id": who.company_id}).one())
    key = (who.company_id, who.user_id, since)
    if here.unchanged.get(key) == last:
        return make_response("", 204)
    with reading() as call:
        now = fingerprint(call)
        if now == since:
            here.unchanged.put(key, last)
            return make_response("", 204)
        response = make_response(render_template("pulse.html", pulse=now, places=places(call)))
    response.headers["HX-Trigger"] = "arrived"
    return response
