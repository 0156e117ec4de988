"""A rep puts the address in Bcc; a moment later the mail stands on the contact and the deal."""

from __future__ import annotations

import pytest

from tests.kit.mails import a_message
from tests.kit.running import stored_id
from tests.kit.sales import CUSTOMER, OTHER_REP, REP, STRANGER, SalesWorld

pytestmark = pytest.mark.slow


def test_bcc_copy_stands_on_contact_and_deal(world: SalesWorld) -> None:
    contact, deal = world.customer_with_deal("maria@fabrikam.example")
    raw = world.signed(
        a_message(from_=REP, to=CUSTOMER, subject="Offer", text="40 chairs at 89 EUR\n"), "northwind.example"
    )

    inbound = world.northwind.api.decided(stored_id(world.running.send(raw, REP, world.northwind.bcc_address)))

    assert inbound["status"] == "filed"
    (message_id,) = inbound["message_ids"]
    message = world.northwind.api.get(f"messages/{message_id}")
    assert message["subject"] == "Offer"
    assert message["direction"] == "outgoing"
    assert message["authentication"]["verdict"] == "proved"
    assert {(link["type"], link["target_id"]) for link in message["links"]} == {
        ("contact", contact["id"]),
        ("deal", deal["id"]),
    }
    assert all(link["sentence"] for link in message["links"])
    listed = world.northwind.api.get(f"messages?deal_id={deal['id']}")["data"]
    assert [one["id"] for one in listed] == [message_id]
    assert world.northwind.api.call("GET", f"messages/{message_id}/raw").body == raw


def test_reply_joins_the_thread_and_keeps_its_deal(world: SalesWorld) -> None:
    _, deal = world.customer_with_deal("piet@fabrikam.example")
    first = a_message(
        from_=REP,
        to="piet@fabrikam.example",
        subject="Plan",
        text="The plan of the year\n",
        message_id="<plan@northwind.example>",
    )
    reply = a_message(
        from_=REP,
        to="piet@fabrikam.example",
        subject="Re: Plan",
        text="One more thing about it\n",
        message_id="<plan2@northwind.example>",
        in_reply_to="<plan@northwind.example>",
    )
    filed = [
        world.northwind.api.decided(
            stored_id(world.running.send(world.signed(raw, "northwind.example"), REP, world.northwind.bcc_address))
        )
        for raw in (first, reply)
    ]

    messages = [world.northwind.api.get(f"messages/{row['message_ids'][0]}") for row in filed]
    assert messages[0]["thread_id"] == messages[1]["thread_id"]
    thread = world.northwind.api.get(f"threads/{messages[0]['thread_id']}")
    assert len(thread["messages"]) == 2
    assert deal["id"] in {link["target_id"] for link in messages[1]["links"]}


def test_forged_mail_is_refused_in_the_session(world: SalesWorld) -> None:
    raw = a_message(from_=REP, to=CUSTOMER, subject="New bank account", text="Please pay elsewhere\n")

    answer = world.running.send(raw, "mallory@forger.example", world.northwind.bcc_address)

    assert answer.code == 550
    assert answer.text.startswith("5.7.26 ")


def test_proved_stranger_is_held_and_filed_on_release(world: SalesWorld) -> None:
    raw = world.signed(a_message(from_=STRANGER, to=CUSTOMER, subject="Catalogue", text="Ours\n"), "contoso.example")

    inbound_id = stored_id(world.running.send(raw, STRANGER, world.northwind.bcc_address))
    held = world.northwind.api.decided(inbound_id)
    assert held["status"] == "held"
    assert STRANGER in held["sentence"]

    world.northwind.api.post(f"inbound/{inbound_id}/release", {"user_id": world.northwind.user_id})
    filed = world.northwind.api.decided(inbound_id)
    assert filed["status"] == "filed"
    message = world.northwind.api.get(f"messages/{filed['message_ids'][0]}")
    assert message["read"] is False


def test_same_bytes_to_the_same_recipients_get_the_first_id(world: SalesWorld) -> None:
    raw = world.signed(a_message(from_=REP, to=CUSTOMER, subject="Twice", text="Sent again\n"), "northwind.example")

    first, again = (stored_id(world.running.send(raw, REP, world.northwind.bcc_address)) for _ in range(2))

    assert first == again
    world.northwind.api.decided(first)
    assert [row["id"] for row in world.northwind.api.get("inbound")["data"]].count(first) == 1


def test_recipients_of_two_companies_are_taken_one_after_the_other(world: SalesWorld) -> None:
    other = world.company("Tailspin Toys", OTHER_REP, "tailspin.example")
    raw = world.signed(a_message(from_=REP, to=CUSTOMER, subject="Both", text="For both\n"), "northwind.example")

    answer = world.running.send(raw, REP, world.northwind.bcc_address, other.bcc_address)

    assert (answer.code, answer.text[:6]) == (452, "4.5.3 ")
    assert world.running.send(raw, REP, world.northwind.bcc_address).accepted
    stored_id(world.running.send(raw, REP, other.bcc_address))
