"""The specification names every field of INTERFACE 4, and what is answered fits it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.webui.conftest import Office
from tests.webui.test_routes import routes_of

COMMON = "id owner_id team_id visibility bcc_address"
FIELDS = {
    "Company": "name domains unprovable_senders unapproved_senders sender_approval unknown_address several_open "
    "internal_mail sharing_ceiling never_store hold_days retention_days tracking bcc_address",
    "Me": "email name role language time_zone sharing_default deal_linking notices mailto forwards_here "
    "personal_bcc_address",
    "SharingDefault": "smtp imap",
    "User": "id email name role state",
    "UserMade": "id email name role state invite_url",
    "Team": "id name user_ids",
    "Contact": f"{COMMON} name addresses organization_id",
    "Organization": f"{COMMON} name domains",
    "Deal": f"{COMMON} title status contact_ids organization_id value currency",
    "Lead": f"{COMMON} title status contact_ids",
    "Project": f"{COMMON} title status contact_ids",
    "Message": "id thread_id message_id subject date received_at sort_at direction from to cc snippet text html "
    "attachments links hidden_links authentication forwarded question copies decisions read archived deleted",
    "Attachment": "id filename content_type size inline",
    "Link": "id type target_id origin rule sentence",
    "Authentication": "verdict spf dkim dmarc arc sentence",
    "Spf": "result domain counts reason",
    "Dkim": "result domain selector algorithm aligned counts reason",
    "Dmarc": "result policy domain",
    "Arc": "result sealers",
    "Forwarded": "by proof",
    "Question": "id candidates",
    "Copy": "user_id origin sharing",
    "Decision": "step outcome rule sentence",
    "Thread": "id gaps messages",
    "Unresolved": "id message_id question candidates",
    "Candidate": "type id sentence",
    "Inbound": "id status reason sentence origin envelope received_at size message_ids attempts",
    "Envelope": "reverse_path forward_paths helo peer",
    "ApprovedSender": "id address state user_id team_id created_at",
    "AccessRequest": "id message_id user_id state created_at",
    "EarlierMessagesTaken": "linked would_hide more",
    "BlockedAddress": "id address domain scope created_at",
    "Template": "id owner_id name subject html text sharing fields created_at changed_at",
    "Signature": "id owner_id name html text sharing fields created_at changed_at",
    "Webhook": "id url events description active disabled_reason failing_since created_at",
    "WebhookMade": "id url events secret",
    "WebhookDelivery": "id type timestamp status attempts next_attempt_at tried_at response_status response error",
    "AuditEvent": "id actor_id action target at",
}
ENUMS = {
    ("Company", "unprovable_senders"): ["hold", "weak", "refuse"],
    ("Company", "unapproved_senders"): ["hold", "refuse"],
    ("Company", "unknown_address"): ["queue", "contact", "lead", "ignore"],
    ("Company", "tracking"): ["forbidden", "allowed"],
    ("Me", "deal_linking"): ["automatic", "manual"],
    ("Me", "notices"): ["problems", "all", "none"],
    ("Me", "role"): ["admin", "member", "read_only"],
    ("User", "state"): ["active", "deactivated"],
    ("Deal", "status"): ["open", "won", "lost"],
    ("Lead", "status"): ["open", "converted", "archived"],
    ("Project", "status"): ["open", "done"],
    ("Contact", "visibility"): ["owner", "team", "company"],
    ("Message", "direction"): ["incoming", "outgoing", "internal", "note"],
    ("Link", "type"): ["contact", "organization", "deal", "lead", "project"],
    ("Link", "origin"): ["auto", "manual"],
    ("Authentication", "verdict"): ["proved", "weak", "unproved", "deferred", "not_evaluated"],
    ("Copy", "origin"): ["smtp", "imap", "upload", "composed"],
    ("Copy", "sharing"): ["private", "team", "shared"],
    ("Forwarded", "proof"): ["claimed", "proven"],
    ("Inbound", "status"): ["received", "processing", "filed", "held", "discarded", "failed"],
    ("AccessRequest", "state"): ["asked", "granted", "refused"],
    ("ApprovedSender", "state"): ["requested", "confirmed", "approved", "rejected", "revoked"],
    ("Company", "sender_approval"): ["none", "admin"],
    ("Company", "internal_mail"): ["drop", "keep"],
    ("Company", "sharing_ceiling"): ["private", "shared"],
    ("Me", "mailto"): ["here", "system"],
    ("Inbound", "origin"): ["smtp", "lmtp", "imap", "upload", "composed"],
    ("Candidate", "type"): ["contact", "organization", "deal", "lead", "project"],
    ("BlockedAddress", "scope"): ["mine", "company"],
    ("Template", "sharing"): ["mine", "company"],
    ("WebhookDelivery", "status"): ["pending", "sent", "failed", "dropped"],
}
EVENTS = (
    "message.filed message.held message.released message.discarded message.updated link.created link.removed "
    "contact.suggested test"
)
FILTERS = {
    "/messages": "contact_id deal_id lead_id project_id organization_id thread_id q unlinked after before deleted "
    "limit cursor",
    "/inbound": "status limit cursor",
    "/audit-events": "actor_id kind after before limit cursor",
}
BODIES = {
    ("post", "/users"): "email name role",
    ("patch", "/users/{user}"): "name role state",
    ("post", "/teams"): "name user_ids",
    ("patch", "/messages/{message}"): "read archived deleted sharing",
    ("post", "/messages/{message}/links"): "type target_id",
    ("post", "/inbound/{inbound}/release"): "approve user_id",
    ("post", "/approved-senders"): "address",
    ("post", "/blocked-addresses"): "address domain scope",
    ("post", "/webhooks"): "url events description active",
    ("patch", "/webhooks/{webhook}"): "url events description active",
    ("post", "/templates"): "name subject html text sharing",
    ("post", "/signatures"): "name html text sharing",
    ("post", "/threads/{thread}/split"): "message_ids",
    ("post", "/threads/{thread}/merge"): "thread_id",
}
ROUTES = """
get patch  /company            | get patch /me
get post   /users              | get patch /users/{user}
get post   /teams              | get patch delete /teams/{team}
get post   /{records}          | get patch delete /{records}/{record}
get post   /{records}/{record}/earlier-messages
get        /messages           | get patch /messages/{message} | get /messages/{message}/raw
get        /messages/{message}/attachments/{attachment}
post       /messages/{message}/links | delete /links/{link}
get        /threads/{thread}   | post /threads/{thread}/split | post /threads/{thread}/merge
get        /unresolved         | post /unresolved/{unresolved}/answer
get        /inbound            | get /inbound/{inbound}
post       /inbound/{inbound}/release | post /inbound/{inbound}/discard
post       /inbound/{inbound}/restore | post /inbound/{inbound}/replay
get post   /approved-senders   | delete /approved-senders/{sender}
post       /approved-senders/{sender}/approve | post /approved-senders/{sender}/reject
get post   /blocked-addresses  | delete /blocked-addresses/{blocked}
get post   /templates          | get patch delete /templates/{template}
get post   /signatures         | get patch delete /signatures/{signature}
get post   /webhooks           | get patch delete /webhooks/{webhook}
get        /webhooks/{webhook}/deliveries | get /audit-events
"""
RECORDS = {"contacts": "contact", "organizations": "organization", "deals": "deal", "leads": "lead"} | {
    "projects": "project"
}


@pytest.fixture
def document(office: Office) -> dict[str, Any]:
    """The specification as anybody gets it."""
    answer = office.site.app.test_client().get("/api/v1/openapi.json")
    found: dict[str, Any] = answer.json
    return found


def test_every_field_of_the_contract_is_there(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    assert document["openapi"].startswith("3.1.")
    for name, fields in FIELDS.items():
        assert set(fields.split()) <= set(schemas[name]["properties"]), name
        if name != "SharingDefault":  # a choice of accounts, whose fields have defaults
            assert set(fields.split()) <= set(schemas[name]["required"]), name


def test_every_enum_lists_its_words(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    for (name, field), words in ENUMS.items():
        schema = schemas[name]["properties"][field]
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        assert schema["enum"] == words, (name, field)


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference."""
    return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def test_every_route_of_the_contract_is_there(document: dict[str, Any]) -> None:
    for row in (part.split() for line in ROUTES.strip().splitlines() for part in line.split("|")):
        *methods, path = row
        for plural, kind in RECORDS.items() if "{records}" in path else [("", "")]:
            there = document["paths"][path.replace("{records}", plural).replace("{record}", f"{{{kind}}}")]
            assert set(methods) <= set(there), path


def test_every_filter_and_field_of_a_body_is_there_with_a_type(document: dict[str, Any]) -> None:
    for path, names in FILTERS.items():
        found = {one["name"]: one["schema"] for one in document["paths"][path]["get"]["parameters"]}
        assert set(names.split()) <= set(found), path
        assert all(one.keys() & {"type", "anyOf", "enum", "$ref"} for one in found.values()), path
    for (method, path), names in BODIES.items():
        body = document["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
        fields = resolved(document, body)["properties"]
        assert set(names.split()) <= set(fields), path
        assert all(one.keys() & {"type", "anyOf", "enum", "$ref"} for one in fields.values()), path


def test_every_event_is_described(document: dict[str, Any]) -> None:
    assert set(document["webhooks"]) == set(EVENTS.split())
    for kind, item in document["webhooks"].items():
        schema = item["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert schema["properties"]["type"] == {"const": kind}
        assert resolved(document, schema["properties"]["data"])["type"] == "object"
    listened = document["components"]["schemas"]["WebhookNew"]["properties"]["events"]["items"]["enum"]
    assert set(listened) == set(EVENTS.split()) - {"test"}


def test_every_route_of_the_api_is_described(office: Office, document: dict[str, Any]) -> None:
    described = {
        (method.upper(), f"/api/v1{path}") for path, methods in document["paths"].items() for method in methods
    }
    served = {
        (method, re.sub(r"<(\w+)>", r"{\1}", rule))
        for method, rule in routes_of(office.site.app)
        if rule.startswith("/api/v1/") and rule != "/api/v1/openapi.json"
    }

    assert described == served


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "$ref" in node:
                found: Any = document
                for part in node["$ref"].removeprefix("#/").split("/"):
                    found = found[part]
            for one in node.values():
                walk(one)
        elif isinstance(node, list):
            for one in node:
                walk(one)

    walk(document)


def test_unset_fields_of_a_change_have_no_default(document: dict[str, Any]) -> None:
    change = document["components"]["schemas"]["DealChange"]

    assert "required" not in change
    assert not any("default" in one for one in change["properties"].values())
    assert change["additionalProperties"] is False


def test_docs_are_readable_and_stand_alone(office: Office) -> None:
    page = office.site.app.test_client().get("/api/docs")

    assert page.status_code == 200
    assert "GET /messages/{message}" in page.text
    assert "Authorization: Bearer" in page.text
