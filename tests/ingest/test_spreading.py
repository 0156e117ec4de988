"""Who is told of what: each user's webhook hears what he may see, and no trace of a colleague's private mail (R30b)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.policies import Sharing
from accounts.viewer import Viewer
from config.settings import Settings
from db.events import EventKind
from db.ids import IdSealer
from db.models import Link, Webhook, WebhookDelivery, WebhookEvent
from db.session import Database
from ingest.release import discard
from ingest.spreading import spread
from ingest.told_by_webhook import told
from linking.links import undo_link
from linking.sharing import CopyChanges, change_copy
from net.sealed import load_keys
from outbox.webhooks import LISTENED, add_webhook
from tests.kit.mails import a_message
from tests.kit.worlds import World

MARIA = "Maria <maria@fabrikam.example>"


@pytest.fixture
def worlds(database: Database, settings: Settings) -> Iterator[tuple[World, World]]:
    """Two companies in which the same happens, but for Anna's private mail."""
    with ExitStack() as stack:
        yield (
            stack.enter_context(World(database, settings, private=True, domain="northwind.example")),
            stack.enter_context(World(database, settings, private=False, domain="southwind.example")),
        )


def listen(world: World, settings: Settings) -> None:
    """Give Anna, Bert and Ada a webhook for everything."""
    for viewer in (world.anna, world.bert, world.ada):
        with world.database.write() as session:
            add_webhook(
                session,
                viewer,
                load_keys(settings.data_dir),
                url="https://hooks.example/",
                events=[str(kind) for kind in LISTENED],
                description="",
                active=True,
                now=world.at,
            )


def heard(world: World, viewer: Viewer, sealer: IdSealer) -> list[tuple[str, list[str]]]:
    """Answer kinds and names of the ids that his webhook was told."""
    query = (
        select(WebhookDelivery)
        .join(Webhook, (Webhook.company_id == WebhookDelivery.company_id) & (Webhook.id == WebhookDelivery.webhook_id))
        .where(WebhookDelivery.company_id == viewer.company_id, Webhook.user_id == viewer.user_id)
        .order_by(WebhookDelivery.id)
    )
    with world.database.read() as session:
        rows = session.scalars(query).all()
        found = [(row.kind, told(session, sealer, viewer, EventKind(row.kind), row.about)) for row in rows]
    return [(kind, sorted(data or ["hidden"])) for kind, data in found]


def mail(world: World, number: int, *, secretly: bool = False, of_bert: bool = False, to: str = MARIA) -> None:
    """Let a letter come in: Anna's Bcc copy; else Maria's, as Anna's upload in secret or Bert's, which he shares."""
    domain = "northwind.example" if world.private else "southwind.example"
    names = (f"anna@{domain}", f"bert@{domain}")
    is_upload = secretly or of_bert
    raw = a_message(
        from_=MARIA if is_upload else names[0],
        to=names if is_upload else to,
        message_id=f"<m{number}@fabrikam.example>",
        subject=f"Offer {number}",
    )
    if secretly:
        world.secret(raw, owner=world.house.anna)
    else:
        world.mail(raw, owner=world.house.bert if of_bert else None)


def share(world: World, message_id: int, sharing: Sharing) -> None:
    """Let Anna share her copy, or withdraw it."""
    changes = CopyChanges(sharing=sharing)
    world.act(lambda session, at: change_copy(session, world.anna, message_id, changes, at))


def test_each_hears_what_he_may_see_and_no_trace(worlds: tuple[World, World], settings: Settings) -> None:
    sealer = IdSealer(load_keys(settings.data_dir).derive("public-ids"))
    for world in worlds:
        listen(world, settings)
        world.prefer(world.house.bert, sharing_default={"imap": "shared"})
        world.record("maria", world.house.bert, "contact", name="Maria", addresses=["maria@fabrikam.example"])
        mail(world, 1)
        mail(world, 2, of_bert=True)
        mail(world, 2, secretly=True)  # the letter that Bert shares
        mail(world, 3, secretly=True)
        mail(world, 4, to="Nina <nina@new.example>")
        while spread(world.database, sealer):
            pass
    with_it, without = worlds

    for who in ("bert", "ada"):
        assert heard(with_it, getattr(with_it, who), sealer) == heard(without, getattr(without, who), sealer)
    filed = ("message.filed", ["message_id", "thread_id"])
    linked = ("link.created", ["link_id", "message_id", "origin", "target_id", "type"])
    assert heard(without, without.bert, sealer) == [filed, linked, filed, linked]
    assert heard(without, without.ada, sealer) == [filed, linked, filed, linked]
    asked = ("contact.suggested", ["message_id", "unresolved_id"])
    assert heard(without, without.anna, sealer) == [filed, linked, filed, linked, filed, asked]
    assert [kind for kind, _ in heard(with_it, with_it.anna, sealer)].count("message.filed") == 5
    with with_it.database.read() as session:
        assert (
            session.scalars(select(WebhookEvent.id).execution_options(across_companies="a test of all of them")).all()
            == []
        )


def test_what_people_do_is_told_and_what_was_withdrawn_is_not_sent(
    worlds: tuple[World, World], settings: Settings
) -> None:
    world, _ = worlds
    sealer = IdSealer(load_keys(settings.data_dir).derive("public-ids"))
    world.record("maria", world.house.bert, "contact", name="Maria", addresses=["maria@fabrikam.example"])
    mail(world, 1)  # nobody listens: nothing is written
    listen(world, settings)
    (filed,) = world.filed
    with world.database.read() as session:
        assert (
            session.scalars(select(WebhookEvent.id).where(WebhookEvent.company_id == world.anna.company_id)).all() == []
        )
        (link_id,) = session.scalars(select(Link.id).where(Link.company_id == world.anna.company_id)).all()

    world.act(
        lambda session, at: change_copy(session, world.anna, filed.message_id, CopyChanges(sharing=Sharing.PRIVATE), at)
    )
    spread(world.database, sealer)
    assert heard(world, world.bert, sealer) == []
    world.act(
        lambda session, at: change_copy(session, world.anna, filed.message_id, CopyChanges(sharing=Sharing.SHARED), at)
    )
    spread(world.database, sealer)
    assert [kind for kind, _ in heard(world, world.bert, sealer)] == ["message.updated"]
    world.link(world.anna, filed, "maria", "contact")  # it is there: nothing new happens
    world.act(lambda session, at: undo_link(session, world.anna, link_id, at))
    spread(world.database, sealer)
    assert [kind for kind, _ in heard(world, world.anna, sealer)] == [
        "message.updated",
        "message.updated",
        "link.removed",
    ]
    # Without a link the letter is Anna's alone: Bert is told nothing more, and what waits for him is not sent.
    assert heard(world, world.bert, sealer) == [("message.updated", ["hidden"])]


def test_held_mail_is_told_to_whom_it_belongs(worlds: tuple[World, World], settings: Settings) -> None:
    world, _ = worlds
    sealer = IdSealer(load_keys(settings.data_dir).derive("public-ids"))
    listen(world, settings)
    world.mail(a_message(from_="Sven <sven@contoso.example>", to=MARIA))
    world.at += timedelta(minutes=1)
    spread(world.database, sealer)
    assert heard(world, world.ada, sealer) == [("message.held", ["inbound_id"])]
    with world.database.write() as session:
        about = session.scalars(
            select(WebhookDelivery.about).where(WebhookDelivery.company_id == world.ada.company_id)
        ).one()
        discard(session, world.ada, about["inbound"], world.at)
    spread(world.database, sealer)
    assert [kind for kind, _ in heard(world, world.ada, sealer)] == ["message.held", "message.discarded"]
    assert heard(world, world.anna, sealer) == heard(world, world.bert, sealer) == []
