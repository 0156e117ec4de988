"""Events of the audit log as sentences: whole ones, whatever belongs to them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from accounts.audit import Event
from languages.language import ACCENTED
from languages.speech import speaking
from webui.audit_words import DEEDS, deed, told

NAMES: Final = {("user", 1): "Ada", ("user", 2): "Bert", ("team", 3): "Sales", ("deal", 4): "“Chairs”"}
CASES: Final = [
    ("user.change", "user 2", {}, "changed Bert"),
    ("user.change", "user 2", {"role": "read_only", "name": "B"}, "changed Bert: the role is now read only, the name"),
    ("user.change", "user 2", {"state": "deactivated", "successor": 1}, "deactivated Bert, followed by Ada"),
    ("user.change", "user 2", {"state": "active"}, "took back in Bert"),
    ("user.forget", "user 2", {"mails": 1}, "deleted what was private of Bert: 1 letter"),
    ("sender.request", "user 2", {"user": 1}, "asked for the address Bert"),
    ("sender.request", "user 2", {"user": 2}, "asked for the address Bert for Bert"),
    ("sender.request", "user 2", {"team": 3}, "asked for the address Bert for the team Sales"),
    ("sender.confirm", "user 2", {"by": "link"}, "confirmed the address Bert by its link"),
    ("team.change", "team 3", {"added": [1, 2]}, "changed the team Sales: added Ada, Bert"),
    ("address.rotate", None, {"kind": "personal"}, "replaced the personal Bcc address"),
    ("company.change", None, {"fields": ["name", "hold_days"]}, "changed the company: name, days on hold"),
    ("company.erase", None, {"mails": 2, "redacted": 1}, "erased a person: 2 letters deleted, 1 redacted"),
    ("own.copy.hand_over", None, {"letters": 2, "to": 2}, "handed 2 private letters over to Bert"),
    ("own.deal.change", "deal 4", {}, "changed the deal “Chairs”"),
    ("organization.merge", None, {}, "merged another into the company"),
    ("deal.paint_blue", "deal 4", {}, "did “paint blue” to the deal “Chairs”"),
]


def an_event(action: str, target: str | None, args: dict[str, Any]) -> Event:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    return Event(id=1, at=at, actor_id=1, action=action, target=target, args=args)


def name(kind: str, number: int) -> str:
    return NAMES[kind, number]


@pytest.mark.parametrize(("action", "target", "args", "said"), CASES)
def test_a_deed_is_a_sentence(action: str, target: str | None, args: dict[str, Any], said: str) -> None:
    event = an_event(action, target, args)
    assert deed(event, name) == said
    assert told(event, name).who == "Ada"
    with speaking(ACCENTED):
        assert deed(event, name).startswith("⟦")


def test_each_deed_has_only_what_it_is_given() -> None:
    for action in DEEDS:
        assert "{" not in deed(an_event(action, "user 2", {"domain": "a.example"}), name), action
