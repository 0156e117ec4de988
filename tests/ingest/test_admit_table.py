"""Whose a mail becomes, or who may let it in (RULES R3, R8a, R9, R9b, R11, R14, R14a, R23)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from db.session import Database
from ingest.authenticate import Tools
from ingest.plan import Plan
from mailauth.results import Verdict
from tests.kit.mails import File, a_message
from tests.kit.proofs import Signatures, a_proof
from tests.kit.thinking import Office

RITA = "rita@seller.example"
STRANGER = "sven@stranger.example"
BLOCK = """See below.

---------- Forwarded message ---------
From: Carl <carl@customer.example>
Date: Tue, 3 Mar 2026 at 09:00
Subject: Chairs
To: Rita <rita@seller.example>

Could you send us an offer for forty chairs, please?
"""


@dataclass(frozen=True)
class World:
    office: Office
    rita: Any
    otto: Any
    rick: Any


@pytest.fixture
def world(database: Database) -> World:
    office = Office(database)
    return World(
        office,
        office.user(RITA, name="Rita Rep"),
        office.user("otto@seller.example", name="Otto"),
        office.user("rick@seller.example", role="read_only"),
    )


Arrive = Callable[[World], Plan]


def by_smtp(**mail: Any) -> Arrive:
    return lambda world: world.office.deliver(a_message(**mail)).plan


def at_personal(**mail: Any) -> Arrive:
    return lambda world: world.office.deliver(a_message(**mail), to=[world.rita.personal_bcc_address]).plan


def unproved(publishes: bool, **mail: Any) -> Arrive:
    def arrive(world: World) -> Plan:
        proof = a_proof(mail["from_"], Verdict.UNPROVED, publishes=publishes)
        return world.office.deliver(a_message(**mail), proof=proof).plan

    return arrive


def uploaded(signs: bool = False, **mail: Any) -> Arrive:
    def arrive(world: World) -> Plan:
        world.office.tools = Tools(authenticate=Signatures(frozenset({"seller.example"}) if signs else frozenset()))
        return world.office.deliver(a_message(**mail), origin="upload", owner=world.rita).plan

    return arrive


def _lf_upload(world: World) -> Plan:
    signs = Signatures(frozenset({"seller.example"}), only_crlf=True)
    world.office.tools = Tools(authenticate=signs)
    raw = a_message().replace(b"\r\n", b"\n")
    return world.office.deliver(raw, origin="upload", owner=world.rita).plan


def to_box(**mail: Any) -> Arrive:
    return lambda world: world.office.deliver(a_message(to=world.office.bcc_address, **mail)).plan


def to_box_and_carl(world: World) -> Plan:
    return world.office.deliver(a_message(to=["carl@customer.example", world.office.bcc_address])).plan


TABLE = {
    # what arrives: (status, reason, whose, kind and direction of its letters)
    "a_bcc_copy_of_a_user": (by_smtp(), "filed R9.approved", "rita", ["copy outgoing"]),
    "the_box_stands_in_to": (to_box_and_carl, "filed R9.approved", "rita", ["visible outgoing dropbox_visible"]),
    "another_user_at_a_personal_address": (
        at_personal(from_="Otto <otto@seller.example>"),
        "filed R9.approved",
        "otto",
        ["copy outgoing"],
    ),
    "a_proved_stranger": (by_smtp(from_=STRANGER), "held R9.not_approved", None, []),
    "a_proved_stranger_at_a_personal_address": (at_personal(from_=STRANGER), "held R8a.outsider", "rita", []),
    "an_address_of_our_domain_with_a_users_name": (
        by_smtp(from_="Rita Rep <r.rep@seller.example>"),
        "held R9.not_approved",
        "rita",
        [],
    ),
    "a_users_name_from_elsewhere": (by_smtp(from_="Rita Rep <rita@gmail.com>"), "held R9.not_approved", None, []),
    "a_read_only_user_has_no_address": (by_smtp(from_="rick@seller.example"), "held R9.not_approved", None, []),
    "a_domain_that_publishes_nothing": (unproved(publishes=False, from_=RITA), "held R9.unprovable", "rita", []),
    "what_the_door_would_have_refused": (unproved(publishes=True, from_=RITA), "held R9.refused", "rita", []),
    "a_note": (to_box(text="Call Carl."), "filed R9.approved", "rita", ["note note"]),
    "a_forward": (to_box(text=BLOCK, subject="Fwd: Chairs"), "filed R9.approved", "rita", ["forward incoming"]),
    "two_attached_originals": (
        to_box(
            text="Both of them.",
            attachments=[
                File("1.eml", a_message(from_="carl@customer.example", to=RITA), "message/rfc822"),
                File("2.eml", a_message(from_=RITA, subject="Other"), "message/rfc822"),
            ],
        ),
        "filed R9.approved",
        "rita",
        ["forward incoming", "forward outgoing"],
    ),
    "a_customers_forward_stays_the_customers": (
        uploaded(from_="carl@customer.example", to=RITA, text=BLOCK),
        "filed R14a.uploaded",
        "rita",
        ["copy incoming"],
    ),
    "internal_mail": (by_smtp(to="otto@seller.example"), "discarded R23.internal", "rita", []),
    "automatic": (
        by_smtp(extra={"Auto-Submitted": "auto-replied"}),
        "filed R9.approved",
        "rita",
        ["automatic outgoing"],
    ),
    "an_upload_of_a_customers_mail": (
        uploaded(from_="carl@customer.example", to=RITA),
        "filed R14a.uploaded",
        "rita",
        ["copy incoming"],
    ),
    "an_upload_of_ours_that_still_verifies": (
        uploaded(signs=True, from_=RITA),
        "filed R14a.uploaded",
        "rita",
        ["copy outgoing"],
    ),
    "an_upload_with_bare_line_feeds_is_checked_as_it_was_sent": (
        _lf_upload,
        "filed R14a.uploaded",
        "rita",
        ["copy outgoing"],
    ),
    "an_upload_in_our_name_without_proof": (
        uploaded(from_=RITA),
        "filed R14a.uploaded",
        "rita",
        ["copy incoming unproved"],
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_whose_it_becomes(world: World, name: str) -> None:
    arrive, end, whose, letters = TABLE[name]
    plan = arrive(world)
    row = world.office.inbound(plan.inbound.id)
    owners = {None: None, "rita": world.rita.user_id, "otto": world.otto.user_id}
    assert (f"{row.status} {row.reason}", row.owner_id) == (end, owners[whose])
    assert (row.held_until is not None) is (row.status == "held")
    assert [" ".join([one.kind, one.direction, *one.marks]) for one in plan.letters] == letters


def test_an_unproved_upload_links_and_asks_nothing(world: World) -> None:
    world.office.contact(world.rita, "carl@customer.example")
    told = world.office.deliver(a_message(), origin="upload", owner=world.rita)
    assert world.office.links(told.message_ids[0]) == {}
    assert world.office.questions(told.message_ids[0]) == {}


def test_internal_mail_is_kept_where_the_company_wants_it(world: World) -> None:
    world.office.decides(internal_mail="keep")
    told = world.office.deliver(a_message(to="otto@seller.example"))
    assert [one.direction for one in told.plan.letters] == ["internal"]


def test_a_record_address_places_even_internal_mail(world: World) -> None:
    deal = world.office.record(world.rita, "deal", title="Chairs")
    told = world.office.deliver(a_message(to="otto@seller.example"), to=[deal.bcc_address])
    assert world.office.links(told.message_ids[0]) == {deal.id: "R20.record_address"}


def test_a_record_address_that_the_sender_may_not_see_is_as_if_it_were_universal(world: World) -> None:
    secret = world.office.record(world.otto, "deal", title="Secret", visibility="owner")
    plain = world.office.deliver(a_message())
    told = world.office.deliver(a_message(text="Another.\n"), to=[secret.bcc_address])
    assert world.office.links(told.message_ids[0]) == {}
    assert [step.rule for step in told.plan.all_steps()] == [step.rule for step in plain.plan.all_steps()]


def test_a_recipient_whom_the_signature_does_not_cover_is_not_matched(world: World) -> None:
    carl = world.office.contact(world.rita, "carl@customer.example")
    dora = world.office.contact(world.rita, "dora@customer.example")
    raw = a_message(cc="dora@customer.example")
    told = world.office.deliver(raw, proof=a_proof(RITA, signed=("from", "to", "date")))
    assert set(world.office.links(told.message_ids[0])) == {carl}
    assert world.office.copies(told.message_ids[0])[0].marks == ["cc_unproved", "subject_unproved"]
    assert dora not in world.office.links(told.message_ids[0])
