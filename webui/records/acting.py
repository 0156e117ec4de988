"""What is done to a record as a whole: delete it, bring it back, take its address along."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from languages.speech import _, marked
from linking.records import delete_record, get_record, restore_record
from webui.cards import card_file, qr_image
from webui.pages import done, reading, writing
from webui.problem import not_found
from webui.records.kinds import Kind

NOTE = marked("Put this address into Bcc, and the mail is kept with the record.")


def delete(kind: Kind, record: str) -> Response:
    """Delete one, and offer to take that back."""
    with writing() as call:
        delete_record(call.session, call.viewer, kind.type, call.unseal(kind.type, record), call.now)
    undo = url_for(f"records.restore_{kind.type}", record=record)
    return done(kind.say("deleted"), f"records.list_{kind.type}", undo=undo)


def restore(kind: Kind, record: str) -> Response:
    """Take a deletion back."""
    with writing() as call:
        restore_record(call.session, call.viewer, kind.type, call.unseal(kind.type, record), call.now)
    return done(kind.say("back"), f"records.show_{kind.type}", record=record)


def card(kind: Kind, record: str) -> Response:
    """Answer the record's own address as a vCard."""
    name, address = _named_address(kind, record)
    return card_file(name, address, _(NOTE))


def code(kind: Kind, record: str) -> Response:
    """Answer the record's own address as a QR code."""
    return qr_image(*_named_address(kind, record))


def _named_address(kind: Kind, record: str) -> tuple[str, str]:
    with reading() as call:
        found = get_record(call.session, call.viewer, kind.type, call.unseal(kind.type, record))
    if not found.bcc_address:
        raise not_found()
    return f"Bcc: {found.name}", found.bcc_address
