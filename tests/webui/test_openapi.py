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
    ("ApprovedSender", "state"): ["requested", "confirmed", "approved", "rejected", "revoked"],
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
