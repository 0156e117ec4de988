"""A mailbox that forwards to one's own address: the switch, how to set it up, what services ask (RULES R8a, R18)."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from accounts.companies import get_policies
from accounts.forwarding import dismiss_asked, list_asked
from accounts.policies import sharing_of_new_copy
from accounts.users import change_preferences, get_user, personal_address
from languages.speech import _
from webui.auth import local_path
from webui.forms import TRUE, field
from webui.pages import done, done_at, reading, writing
from webui.settings_frame import settings, show_page


@settings.get("/settings/forwarding")
def forwarding() -> str:
    """Show it."""
    with reading() as call:
        company_id, user_id = call.viewer.company_id, call.viewer.user_id
        preferences = get_user(call.session, company_id, user_id).preferences
        return show_page(
            call,
            "settings_forwarding.html",
            asked=list_asked(call.session, call.viewer, call.now),
            address=personal_address(call.session, company_id, user_id),
            sharing=sharing_of_new_copy("smtp", get_policies(call.session, company_id), preferences),
        )


@settings.post("/settings/forwarding")
def change_forwarding() -> Response:
    """Switch it on or off: `forwards_here`."""
    is_on = field("forwards_here", 5) in TRUE
    with writing() as call:
        change_preferences(call.session, call.viewer, {"forwards_here": is_on})
    taken, refused = _("Mail that your mailbox forwards is taken."), _("Mail of people outside is refused from now on.")
    return done(taken if is_on else refused, "settings.forwarding")


@settings.post("/settings/forwarding/<request_id>/dismiss")
def dismiss_forwarding(request_id: str) -> Response:
    """Put away what a service asked, or bring it `again`; `back` is the page on which that was shown."""
    back, again = field("back", 2000), field("again", 5) in TRUE
    with writing() as call:
        at = None if again else call.now
        dismiss_asked(call.session, call.viewer, call.unseal("forward_request", request_id), at)
    here = url_for("settings.dismiss_forwarding", request_id=request_id)
    undo = {"back": back} if again else {"back": back, "again": "true"}
    there = local_path(back) if back else url_for("settings.forwarding")
    return done_at(there, _("It is shown again.") if again else _("Put away."), here, undo)
