"""What opens nothing any more, and mail of ours that ended long ago, goes; what still works stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from config.settings import Settings
from db.base import Base
from db.models import (
    ApiToken,
    AppPassword,
    DeliveryAttempt,
    DirectoryToken,
    IdempotencyKey,
    Invite,
    OutboxMessage,
    SenderToken,
    SetupLink,
    WebSession,
)
from db.raw import RawStore
from db.session import Database
from ingest.retention import tidy
from tests.kit.company import house_in
from tests.kit.factories import make


def test_what_ended_long_ago_goes_and_the_rest_stays(database: Database, settings: Settings) -> None:
    house = house_in(database)
    of: dict[str, Any] = {"company_id": house.company_id}
    with database.write() as session:
        now = database.now(session)
        old, soon = now - timedelta(days=31), now + timedelta(days=1)
        given: tuple[tuple[type[Base], dict[str, Any], dict[str, Any]], ...] = (
            (WebSession, {"expires_at": old}, {"expires_at": soon}),
            (WebSession, {"expires_at": soon, "revoked_at": old}, {"expires_at": soon, "revoked_at": now}),
            (Invite, {"expires_at": old}, {"expires_at": soon}),
            (ApiToken, {"revoked_at": old}, {"created_at": old}),
            (AppPassword, {"revoked_at": old}, {"created_at": old}),
            (SenderToken, {"expires_at": old}, {"expires_at": soon}),
            (IdempotencyKey, {"created_at": old}, {"created_at": now}),
        )
        user = of | {"user_id": house.anna.user_id}
        for model, *both in given:
            for place, values in enumerate(both):
                about = of if model is SenderToken else user
                row = make(session, model, **about, **values)
                if token_hash := getattr(row, "token_hash", None):
                    make(session, DirectoryToken, **of, token_hash=token_hash, kind="api", target_id=place)
        for ended in (now - timedelta(days=181), now - timedelta(days=179), None):
            mail = make(session, OutboxMessage, **of, ended_at=ended)
            make(session, DeliveryAttempt, **of, outbox_id=mail.id)
        make(session, SetupLink, slot="first", expires_at=old, used_at=None)

    tidy(database, RawStore(database, settings.data_dir))

    left = dict.fromkeys([model for model, *_ in given], 1) | {WebSession: 2, OutboxMessage: 2, DeliveryAttempt: 2}
    with database.read() as session:
        for model, count in left.items():
            query = select(func.count()).select_from(model).where(model.__table__.c.company_id == house.company_id)
            assert session.scalar(query) == count, model
        opening = select(func.count()).where(DirectoryToken.company_id == house.company_id)
        assert session.scalar(opening) == 6
        assert session.scalar(select(func.count()).select_from(SetupLink)) == 0
