"""The specification, OpenAPI 3.1, made from the operations and their models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from webui.api.operation import PLACE, Operation
from webui.api.webhook_events import event_operations, event_schemas

VERSION: Final = "1"
Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
References = Mapping[tuple[Any, Mode], Schema]

PROBLEM: Final[Schema] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def specification(operations: Iterable[Operation], base_url: str) -> Schema:
    """Answer the whole document."""
    listed = list(operations)
    references, schemas = _schemas(listed)
    paths: dict[str, Schema] = {}
    for operation in listed:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "smartbcc",
            "version": VERSION,
            "description": "A token acts as its user and sees what that user may see. Ids are opaque strings.",
        },
        "servers": [{"url": base_url.rstrip("/") + "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "webhooks": event_operations(),
        "components": {
            "schemas": {**schemas, **event_schemas(), "Problem": PROBLEM},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": _content("problem+json", {"$ref": "#/components/schemas/Problem"}, "A problem")},
        },
    }


def _schemas(operations: list[Operation]) -> tuple[References, Schema]:
    wanted: dict[tuple[type[BaseModel], Mode], None] = {}
    for operation in operations:
        if operation.body:
            wanted[operation.body, "validation"] = None
        if operation.answer:
            wanted[operation.answer, "serialization"] = None
    references, document = models_json_schema(list(wanted), ref_template="#/components/schemas/{model}")
    return references, document.get("$defs", {})


def _operation(operation: Operation, references: References) -> Schema:
    shown: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation), *_header_parameters(operation)],
        "responses": _responses(operation, references),
    }
    if operation.body:
        schema = references[operation.body, "validation"]
        required = any(one.is_required() for one in operation.body.model_fields.values())
        shown["requestBody"] = {"required": required, "content": {"application/json": {"schema": schema}}}
    return shown


def _path_parameters(operation: Operation) -> list[Schema]:
    return [
        {"name": kind, "in": "path", "required": True, "description": f"Id of the {kind}", "schema": {"type": "string"}}
        for kind in PLACE.findall(operation.path)
    ]


def _query_parameters(operation: Operation) -> list[Schema]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema()
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": _without_title(one)}
        for name, one in schema.get("properties", {}).items()
    ]


def _header_parameters(operation: Operation) -> list[Schema]:
    if operation.method != "POST":
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": 255}
    return [{"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema}]


def _responses(operation: Operation, references: References) -> Schema:
    status = str(int(operation.status)) if operation.answer or operation.media_type else "204"
    good: Schema = {"description": operation.summary}
    if operation.answer:
        good = _content("json", references[operation.answer, "serialization"], operation.summary)
    elif operation.media_type:
        good["content"] = {operation.media_type: {}}
    wrong = ["401", "503"]
    wrong += ["409"] if operation.is_change else []
    wrong += ["403"] if operation.is_change or operation.admin else []
    names = operation.query.model_fields if operation.query else ()
    wrong += ["404"] if operation.kinds or operation.body or any(name.endswith("_id") for name in names) else []
    wrong += ["400", "413", "415"] if operation.body else []
    wrong += ["422"] if operation.body or operation.query or operation.method == "POST" else []
    return {status: good} | {code: {"$ref": "#/components/responses/Problem"} for code in sorted(wrong)}


def _content(subtype: str, schema: Schema, description: str) -> Schema:
    return {"description": description, "content": {f"application/{subtype}": {"schema": schema}}}


def _without_title(schema: Schema) -> Schema:
    return {name: value for name, value in schema.items() if name != "title"}
