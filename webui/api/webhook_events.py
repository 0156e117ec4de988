"""What a webhook is posted, for the specification: one shape for each type of event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel

from db.events import EventKind
from webui.api.shape import Answered

FIELDS: Final = {
    "webhook-id": "The same for every try of one event: forget what you have seen.",
    "webhook-timestamp": "Seconds since 1970 of this try.",
    "webhook-signature": "`v1,` and base64 of HMAC-SHA256 over id, timestamp and body, joined by dots; several, "
    "with spaces between, while an old secret is still good.",
}


class LetterData(Answered):
    """A letter, which `GET /messages/{message}` answers."""

    message_id: str
    thread_id: str


class InboundData(Answered):
    """A mail that was not filed, or not yet, which `GET /inbound/{inbound}` answers."""

    inbound_id: str


class LinkData(Answered):
    """A link of a letter to a record."""

    link_id: str
    message_id: str
    type: Literal["contact", "organization", "deal", "lead", "project"]
    target_id: str
    origin: Literal["auto", "manual"]


class SuggestionData(Answered):
    """A question about an unknown address, which `unresolved` lists."""

    unresolved_id: str
    message_id: str


class TestData(Answered):
    """Nothing."""


EVENTS: Final[Mapping[EventKind, tuple[str, type[BaseModel]]]] = {
    EventKind.MESSAGE_FILED: ("A letter was filed", LetterData),
    EventKind.MESSAGE_UPDATED: ("Who sees a letter was changed", LetterData),
    EventKind.MESSAGE_HELD: ("A mail is held until somebody decides", InboundData),
    EventKind.MESSAGE_RELEASED: ("A held mail was let in", InboundData),
    EventKind.MESSAGE_DISCARDED: ("A mail was discarded", InboundData),
    EventKind.LINK_CREATED: ("A letter was linked to a record", LinkData),
    EventKind.LINK_REMOVED: ("A link was undone", LinkData),
    EventKind.CONTACT_SUGGESTED: ("A letter is with an unknown address", SuggestionData),
    EventKind.TEST: ("Somebody asked for a test", TestData),
}


def event_schemas() -> dict[str, Any]:
    """Answer the schemas of the payloads by their names."""
    return {model.__name__: _plain(model.model_json_schema(mode="serialization")) for _, model in EVENTS.values()}


def event_operations() -> dict[str, Any]:
    """Answer the `webhooks` of the specification (OpenAPI 3.1 §4.8.1)."""
    return {str(kind): {"post": _operation(kind, *said)} for kind, said in EVENTS.items()}


def _operation(kind: EventKind, summary: str, model: type[BaseModel]) -> dict[str, Any]:
    body = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": str(kind)},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"$ref": f"#/components/schemas/{model.__name__}"},
        },
        "additionalProperties": False,
    }
    return {
        "operationId": f"on_{kind.replace('.', '_')}",
        "summary": summary,
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": said, "schema": {"type": "string"}}
            for name, said in FIELDS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "2XX": {"description": "It arrived."},
            "410": {"description": "Nobody wants any more: the webhook is switched off."},
        },
    }


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name != "title"}
