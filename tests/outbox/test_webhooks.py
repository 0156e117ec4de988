"""Webhooks from the row to the wire: signed, tried again, at least once, switched off (Standard Webhooks 1.0)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from accounts.refusals import Conflict, Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from config.settings import Settings
from db.events import EventKind
from db.ids import IdSealer
from db.models import OutboxMessage, User, Webhook, WebhookDelivery
from db.session import Database
from net.guard import Guard
from net.post import Poster
from net.sealed import load_keys
from outbox.letterhead import letterhead_of
from outbox.webhook_claim import Claimer
from outbox.webhook_log import DeliveryView, forget_deliveries, list_deliveries, send_again, send_since, send_test
from outbox.webhook_schedule import GIVEN_UP_AFTER, WAITS, next_try
from outbox.webhook_sender import WebhookSender, WebhookTools
from outbox.webhooks import (
    MOST,
    add_webhook,
    change_webhook,
    get_webhook,
    list_webhooks,
    remove_webhook,
    rotate_secret,
)
from tests.kit.company import NOW, House, house_in
from tests.kit.hook_server import HookServer, Posted
from tests.kit.resolver import ZoneResolver

HOUR = timedelta(hours=1)


@dataclass
class Hooks:
    """A company whose webhooks are sent to a server on loopback; `hidden` are the kinds that nobody may know of."""

    database: Database
    settings: Settings
    outside: HookServer
    house: House
    hidden: set[EventKind] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.keys = load_keys(self.settings.data_dir)
        self.sealer = IdSealer(self.keys.derive("public-ids"))
        self.sender = WebhookSender(
            self.database,
            WebhookTools(
                spread=lambda: False,
                told=self._told,
                poster=Poster(Guard(ZoneResolver(), (ipaddress.ip_network("127.0.0.1/32"),))),
                keys=self.keys,
                sealer=self.sealer,
                letterhead=letterhead_of(self.settings),
            ),
            chance=lambda: 0.0,
        )

    @property
    def anna(self) -> Viewer:
        return self.house.anna.viewer

    def add(self, path: str = "/ok", viewer: Viewer | None = None) -> tuple[int, str]:
        with self.database.write() as session:
            made, secret = add_webhook(
                session,
                viewer or self.anna,
                self.keys,
                url=self.outside.url(path),
                events=["message.filed"],
                description="",
                active=True,
                now=NOW,
            )
        return made.id, secret

    def test(self, webhook_id: int, viewer: Viewer | None = None) -> int:
        with self.database.write() as session:
            return send_test(session, viewer or self.anna, webhook_id, self.database.now(session)).id

    def log(self, webhook_id: int, viewer: Viewer | None = None) -> list[DeliveryView]:
        with self.database.read() as session:
            return list(list_deliveries(session, viewer or self.anna, webhook_id, 50))

    def make_due(self, **values: Any) -> None:
        """Let what waits be due, as if time had passed."""
        with self.database.write() as session:
            change = update(WebhookDelivery).where(WebhookDelivery.company_id == self.house.company_id)
            session.execute(change.values(next_attempt_at=NOW, **values))

    def change(self, webhook_id: int, **values: Any) -> None:
        with self.database.write() as session:
            this = (Webhook.company_id == self.house.company_id, Webhook.id == webhook_id)
            session.execute(update(Webhook).where(*this).values(**values))

    def _told(self, _: object, viewer: Viewer, kind: EventKind, about: Mapping[str, int]) -> dict[str, str] | None:
        assert viewer.company_id == self.house.company_id
        return None if kind in self.hidden else {name: str(number) for name, number in about.items()}


@pytest.fixture
def hooks(database: Database, settings: Settings) -> Iterator[Hooks]:
    with HookServer() as outside:
        yield Hooks(database, settings, outside, house_in(database))


def signatures(secret: str, posted: Posted) -> str:
    """Compute what the specification says, apart from the code under test."""
    content = f"{posted.fields['webhook-id']}.{posted.fields['webhook-timestamp']}.".encode() + posted.body
    key = base64.b64decode(secret.split("_", 1)[1])
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def test_a_delivery_is_signed_and_logged_and_the_old_secret_signs_for_a_day(hooks: Hooks) -> None:
    webhook_id, first = hooks.add()
    hooks.test(webhook_id)
    assert hooks.sender.run_until_idle() == 1

    (posted,) = hooks.outside.posted
    assert posted.fields["webhook-signature"] == signatures(first, posted)
    assert posted.fields["content-type"] == "application/json"
    assert json.loads(posted.body)["type"] == "test"
    (logged,) = hooks.log(webhook_id)
    assert (logged.status, logged.attempts, logged.answer_status) == ("sent", 1, 204)
    assert "X-Request-Id: 7x" in (logged.answer_fields or "")
    assert "secret" not in (logged.answer_fields or "")

    with hooks.database.write() as session:
        second = rotate_secret(session, hooks.anna, hooks.keys, webhook_id, hooks.database.now(session))
    hooks.test(webhook_id)
    hooks.sender.run_until_idle()
    posted = hooks.outside.posted[1]
    assert posted.fields["webhook-signature"].split() == [signatures(second, posted), signatures(first, posted)]

    hooks.change(webhook_id, old_until=NOW)
    hooks.test(webhook_id)
    hooks.sender.run_until_idle()
    posted = hooks.outside.posted[2]
    assert posted.fields["webhook-signature"] == signatures(second, posted)
    with hooks.database.read() as session:
        kept = session.scalars(select(Webhook).where(Webhook.company_id == hooks.house.company_id)).one()
        assert second not in repr(vars(kept))
        assert first not in repr(vars(kept))


def test_what_was_sent_but_not_written_down_is_sent_again_under_its_id(hooks: Hooks) -> None:
    webhook_id, _ = hooks.add()
    hooks.test(webhook_id)
    parcel = Claimer(hooks.database).claim()
    assert parcel is not None
    assert Claimer(hooks.database).claim() is None, "under a lease"
    hooks.sender._try(parcel)  # and then the process is killed
    hooks.make_due()
    assert hooks.sender.run_until_idle() == 1

    first, second = hooks.outside.posted
    assert first.fields["webhook-id"] == second.fields["webhook-id"]
    hooks.sender.deliver(parcel)  # a slower rival wakes up: its lease is over
    assert [(one.status, one.attempts) for one in hooks.log(webhook_id)] == [("sent", 2)]


def test_failures_are_tried_for_three_days_then_the_webhook_is_switched_off_and_its_owner_told(hooks: Hooks) -> None:
    webhook_id, _ = hooks.add("/status/503")
    hooks.test(webhook_id)
    for _ in range(len(WAITS)):
        assert hooks.sender.run_until_idle() == 1
        (logged,) = hooks.log(webhook_id)
        assert logged.status == "pending"
        assert logged.answer == "No, thanks"
        hooks.make_due()
    hooks.change(webhook_id, failing_since=NOW - GIVEN_UP_AFTER)
    assert hooks.sender.run_until_idle() == 1

    assert [one.status for one in hooks.log(webhook_id)] == ["failed"]
    with hooks.database.write() as session:
        found = get_webhook(session, hooks.anna, webhook_id)
        assert (found.active, found.disabled_reason) == (False, "failing")
        notices = session.scalars(select(OutboxMessage).where(OutboxMessage.company_id == hooks.house.company_id)).all()
        assert [one.forward_path for one in notices] == ["anna@northwind.example"]
        with pytest.raises(Conflict):
            send_test(session, hooks.anna, webhook_id, NOW)
        changed = change_webhook(
            session, hooks.anna, webhook_id, {"active": True, "url": hooks.outside.url("/ok")}, NOW
        )
        assert changed.disabled_reason is None
        assert send_since(session, hooks.anna, webhook_id, NOW - HOUR, NOW, failed_only=True) == 1
    hooks.sender.run_until_idle()
    assert [one.status for one in hooks.log(webhook_id)] == ["sent"]


def test_gone_ends_it_and_whatever_waits(hooks: Hooks) -> None:
    webhook_id, _ = hooks.add("/status/410")
    hooks.test(webhook_id)
    hooks.test(webhook_id)
    assert hooks.sender.run_until_idle() == 1
    assert {one.status for one in hooks.log(webhook_id)} == {"failed"}
    with hooks.database.read() as session:
        assert get_webhook(session, hooks.anna, webhook_id).disabled_reason == "gone"


def test_what_the_user_may_not_know_any_more_is_not_sent(hooks: Hooks) -> None:
    webhook_id, _ = hooks.add()
    hooks.test(webhook_id)
    hooks.hidden.add(EventKind.TEST)
    hooks.sender.run_until_idle()
    assert [one.status for one in hooks.log(webhook_id)] == ["dropped"]

    bert = hooks.house.bert.viewer
    his, _ = hooks.add(viewer=bert)
    hooks.hidden.clear()
    hooks.test(his, bert)
    with hooks.database.write() as session:
        session.execute(
            update(User).where(User.company_id == bert.company_id, User.id == bert.user_id).values(state="deactivated")
        )
    assert hooks.sender.run_until_idle() == 0
    assert [one.status for one in hooks.log(his, bert)] == ["dropped"]
    assert hooks.outside.posted == []


def test_one_at_a_time_of_each_webhook_and_a_redirect_leads_nowhere(hooks: Hooks) -> None:
    webhook_id, _ = hooks.add("/to/http:%2F%2F127.0.0.1%2F")
    hooks.test(webhook_id)
    hooks.test(webhook_id)
    other, _ = hooks.add()
    hooks.test(other)
    claimer = Claimer(hooks.database)
    claimed = [claimer.claim(), claimer.claim(), claimer.claim()]
    assert {one.webhook_id for one in claimed if one} == {webhook_id, other}
    assert claimed[2] is None
    assert claimed[0] is not None
    hooks.sender.deliver(claimed[0])
    logged = [one for one in hooks.log(webhook_id) if one.attempts]
    assert [one.error for one in logged] == ["It answered with a redirect, which is not followed."]


def test_each_user_has_his_own(hooks: Hooks) -> None:
    webhook_id, _ = hooks.add()
    delivery_id = hooks.test(webhook_id)
    others = (hooks.house.bert.viewer, hooks.house.ada.viewer)
    with hooks.database.write() as session:
        for viewer in others:
            assert list_webhooks(session, viewer) == ()
            for act in (
                lambda viewer: get_webhook(session, viewer, webhook_id),
                lambda viewer: change_webhook(session, viewer, webhook_id, {}, NOW),
                lambda viewer: rotate_secret(session, viewer, hooks.keys, webhook_id, NOW),
                lambda viewer: remove_webhook(session, viewer, webhook_id, NOW),
                lambda viewer: list_deliveries(session, viewer, webhook_id, 5),
                lambda viewer: send_again(session, viewer, webhook_id, delivery_id, NOW),
            ):
                with pytest.raises(Missing):
                    act(viewer)
        for url in ("ftp://a.example/", "https://u:p@a.example/", "https://a.example/#x", "https://", "javascript:1"):
            with pytest.raises(Invalid):
                change_webhook(session, hooks.anna, webhook_id, {"url": url}, NOW)
        with pytest.raises(Invalid):
            change_webhook(session, hooks.anna, webhook_id, {"events": ["test"]}, NOW)
    with pytest.raises(Forbidden):
        hooks.add(viewer=hooks.house.rosa.viewer)
    for _ in range(MOST - 1):
        hooks.add()
    with pytest.raises(Invalid):
        hooks.add()
    with hooks.database.write() as session:
        remove_webhook(session, hooks.anna, webhook_id, NOW)


def test_the_log_is_kept_for_thirty_days(hooks: Hooks) -> None:
    webhook_id, _ = hooks.add()
    hooks.test(webhook_id)
    hooks.sender.run_until_idle()
    with hooks.database.write() as session:
        now = hooks.database.now(session)
        forget_deliveries(session, hooks.house.company_id, now + timedelta(days=29))
    assert len(hooks.log(webhook_id)) == 1
    with hooks.database.write() as session:
        forget_deliveries(session, hooks.house.company_id, now + timedelta(days=31))
    assert hooks.log(webhook_id) == []


def test_waits_grow_over_three_days() -> None:
    at, waits = NOW, []
    for attempts in range(1, 20):
        again = next_try(attempts, at, lambda: 0.0)
        if again is None:
            break
        waits.append(again - at)
        at = again
    assert waits == sorted(waits)
    assert GIVEN_UP_AFTER < at - NOW < timedelta(days=4)
    assert next_try(1, NOW, lambda: 1.0) == NOW + waits[0] * 1.1
