"""After rules were changed, a look at the mail that is there already is offered to those whose it is (RULES R52)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from ingest.replay_runs import Run, RunState, latest_runs, offer_run
from webui.call import Call

DECISIVE: Final = frozenset(
    {"several_open", "unknown_address", "internal_mail", "never_store", "domains", "deal_linking"}
)
"""The choices by which mail that is filed already would be decided otherwise."""


def offer_after_policies(call: Call, changed: Collection[str]) -> None:
    """Offer a look to everybody, where one of the changed choices of the company decides about mail."""
    if DECISIVE & set(changed):
        offer_run(call.session, call.viewer.company_id, None, "policies", call.now)


def offer_after_preferences(call: Call, changed: Collection[str]) -> None:
    """Offer it to the one who changed how his own mail is linked."""
    if DECISIVE & set(changed):
        offer_run(call.session, call.viewer.company_id, [call.viewer.user_id], "preferences", call.now)


def offer_after_blocking(call: Call, *, everybody: bool) -> None:
    """Offer it after a list of blocked addresses was changed."""
    users = None if everybody else [call.viewer.user_id]
    offer_run(call.session, call.viewer.company_id, users, "blocked", call.now)


def offered(call: Call) -> Run | None:
    """Answer the offer that waits for the viewer."""
    return next((run for run in latest_runs(call.session, call.viewer) if run.state is RunState.OFFERED), None)
