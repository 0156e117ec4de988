"""A new user's walk on the real server: invited, signed in, a mail sent, found, answered for, made private."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.kit.browsing import Browsing
from tests.kit.hand import Mouse
from tests.kit.mails import a_message
from tests.kit.sales import CUSTOMER, SalesWorld, sales_world

pytestmark = pytest.mark.slow
BEA = "bea@northwind.example"
WORDS = "plum harbour seventeen kites"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SalesWorld]:
    """`serve` with a company in which Maria has two open deals."""
    with sales_world(tmp_path_factory.mktemp("walk") / "data") as made:
        made.running.start()
        contact, _ = made.customer_with_deal(CUSTOMER)
        made.northwind.api.post("deals", {"title": "Tables", "contact_ids": [contact["id"]]})
        yield made


def test_from_the_invitation_to_a_private_mail_in_under_twelve_clicks(world: SalesWorld, browsing: Browsing) -> None:
    invited = world.running.json("user", "add", BEA, "--name", "Bea Lind", "--role", "member")
    page = browsing.open(world.running.base_url)
    page.context.grant_permissions(CLIPBOARD)
    mouse = Mouse(page)

    page.goto(invited["invite_url"])
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    page.keyboard.type(WORDS)
    page.get_by_label("The same again").fill(WORDS)
    mouse.use(page.get_by_role("button", name="Set password and go on"))

    mouse.use(page.get_by_role("button", name="Copy: Bcc address"))
    expect(page.get_by_text("Copied").first).to_be_visible()
    address = page.evaluate("() => navigator.clipboard.readText()")
    mail = a_message(from_=f"Bea Lind <{BEA}>", to=CUSTOMER, subject="Our offer", text="40 chairs at 89 EUR.\n")
    assert world.running.send(world.signed(mail, "northwind.example"), BEA, address).accepted

    expect(page.locator("[data-row]")).to_contain_text("Our offer")
    mouse.use(page.locator("[data-row]").get_by_role("link", name="question open"))
    mouse.use(page.get_by_role("button", name="Garden chairs"))
    expect(page.get_by_text("No open questions")).to_be_visible()

    mouse.use(page.get_by_role("link", name="Deals", exact=True).first)
    mouse.use(page.locator("#main").get_by_role("link", name="Garden chairs"))
    mouse.use(page.locator("#main").get_by_role("link", name="Our offer"))
    mouse.use(page.get_by_role("button", name="Make private"))
    expect(page.get_by_text("Your copy is private")).to_be_visible()

    assert mouse.clicks < 12
    letters = world.northwind.api.get("messages?q=offer")["data"]
    assert letters == []
