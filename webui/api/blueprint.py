"""The API's blueprint: every resource's operations, and the specification made from them."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, jsonify, render_template

from webui.api import (
    access_requests,
    audit_events,
    blocked,
    company,
    earlier_messages,
    inbound,
    links,
    me,
    messages,
    prepared_texts,
    record_acts,
    records,
    senders,
    standing,
    teams,
    threads,
    unresolved,
    users,
    webhooks,
)
from webui.api.openapi import specification
from webui.api.operation import Operation
from webui.api.serving import view_of
from webui.backend import backend

OPERATIONS: Final[tuple[Operation, ...]] = tuple(
    operation
    for resource in (
        company,
        me,
        users,
        teams,
        records,
        record_acts,
        earlier_messages,
        messages,
        links,
        access_requests,
        threads,
        unresolved,
        inbound,
        senders,
        blocked,
        standing,
        prepared_texts,
        webhooks,
        audit_events,
    )
    for operation in resource.operations.found
)
api: Final = Blueprint("api", __name__, url_prefix="/api/v1")
docs: Final = Blueprint("docs", __name__)

for one in OPERATIONS:
    api.add_url_rule(one.rule, endpoint=one.name, view_func=view_of(one), methods=[one.method])


@api.get("/openapi.json")
def openapi() -> Response:
    """Answer the specification; it says nothing that the project's source does not."""
    return jsonify(specification(OPERATIONS, backend().settings.base_url))


@docs.get("/api/docs")
def read() -> str:
    """Show the specification to a person."""
    return render_template("docs.html", specification=specification(OPERATIONS, backend().settings.base_url))
