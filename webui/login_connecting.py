"""What a browser keeps of an account that a provider vouched for, until its user has shown that he agrees."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask import session
from sqlalchemy.orm import Session

from accounts.connecting import Connecting, connect, open_connecting
from accounts.viewer import Viewer
from outbox.letterhead import letterhead_of
from outbox.notices import Notice, NoticeTo, notify
from webui.backend import backend

CONNECTING: Final = "connecting"


def keep_connecting(connecting: Connecting) -> None:
    """Remember what is to be connected."""
    session[CONNECTING] = connecting.sealed(backend().keys)


def forget_connecting() -> None:
    """Connect nothing."""
    session.pop(CONNECTING, None)


def connecting() -> Connecting | None:
    """Answer what is to be connected."""
    kept, here = session.get(CONNECTING), backend()
    if kept is None:
        return None
    with here.database.read() as read:
        return open_connecting(here.keys, kept, here.database.now(read))


def finish_connecting(viewer: Viewer) -> None:
    """Connect the account with the user who has just signed in, if it is his, and tell him by mail."""
    kept, here = connecting(), backend()
    forget_connecting()
    if kept is None or not kept.is_for(viewer):
        return
    with here.database.write() as write:
        now = here.database.now(write)
        if connect(write, kept, viewer, now):
            tell_connected(write, viewer, kept.label, now)


def tell_connected(write: Session, viewer: Viewer, label: str, now: datetime) -> None:
    """Tell a user by mail that an account at a provider signs in as him from now on."""
    to = NoticeTo(viewer.company_id, viewer.user_id)
    letterhead = letterhead_of(backend().settings)
    notify(write, to, Notice.SIGN_IN_CONNECTED, {"name": label, "at": now}, letterhead=letterhead, now=now)
