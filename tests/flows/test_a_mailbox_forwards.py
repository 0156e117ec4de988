"""A rep lets his mailbox forward here: Gmail asks, he says yes, and what customers write is filed by itself."""

from __future__ import annotations

import pytest

from tests.kit.mails import a_message
from tests.kit.running import stored_id
from tests.kit.sales import REP, STRANGER, SalesWorld

pytestmark = pytest.mark.slow
REWRITTEN = "anna+caf_=anna-x=bcc.northwind.example@gmail.com"
"""As Gmail writes the reverse-path anew when it forwards: it says nothing about who wrote the mail."""


def test_forwarded_mail_is_refused_asked_about_and_filed(world: SalesWorld) -> None:
    anna, address = world.northwind, world.northwind.personal_bcc_address
    enquiry = a_message(from_=STRANGER, to=REP, subject="Enquiry", text="Do you sell tables?\n")
    signed = world.signed(enquiry, "contoso.example")
    refused = world.running.send(signed, REWRITTEN, address)
    assert (refused.code, refused.text[:6]) == (550, "5.7.1 ")

    asks = a_message(
        from_="Gmail Team <forwarding-noreply@google.com>",
        to=address,
        subject="(#417739015) Gmail Forwarding Confirmation - Receive Mail from anna@gmail.com",
        text="Confirmation code: 417739015\n",
    )
    confirmation = world.running.send(world.signed(asks, "google.com"), "x@google.com", address)
    shown = anna.api.decided(stored_id(confirmation))
    assert (shown["status"], shown["message_ids"]) == ("filed", [])
    assert "Gmail asks" in shown["sentence"]

    anna.api.call("PATCH", "me", {"forwards_here": True})
    assert anna.api.get("me")["forwards_here"] is True
    filed = anna.api.decided(stored_id(world.running.send(signed, REWRITTEN, address)))
    message = anna.api.get(f"messages/{filed['message_ids'][0]}")
    assert (message["direction"], message["from"]["address"]) == ("incoming", STRANGER)
    assert message["authentication"]["verdict"] == "proved"

    held = anna.api.decided(stored_id(world.running.send(enquiry, REWRITTEN, address)))
    assert held["status"] == "held"
    assert STRANGER in held["sentence"]
