"""What an admin does: invite, give roles, let somebody leave, teams, policies, rules, the log; by mouse and by keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.kit.browsing import Browsing
from tests.kit.hand import Hand
from tests.kit.looking import look
from tests.kit.served import Served
from tests.kit.states import State

pytestmark = pytest.mark.slow


@pytest.fixture
def page(browsing: Browsing, served: Served, company: State) -> Page:
    """A page of Ada's, the admin."""
    return browsing.open(served.base_url, cookie=served.cookie(company.ada))


def test_somebody_is_invited_accepts_and_leaves(
    page: Page, hand: Hand, browsing: Browsing, served: Served, company: State
) -> None:
    email = f"bea@{company.domain}"
    page.goto("/admin/users")
    page.get_by_label("Name", exact=True).fill("Bea Lind")
    page.get_by_label("E-mail address").fill(email)
    hand.use(page.get_by_role("button", name="Invite"))
    link = page.get_by_label("Invitation link", exact=True).input_value()
    found = look(page, "flow-invited")
    assert not found, "\n".join(found)

    guest = browsing.open(served.base_url)
    guest.goto("/invite/" + link.rpartition("/")[2])
    for label in ("Password", "The same again"):
        guest.get_by_label(label, exact=True).fill("plum harbour seventeen kites")
    guest.get_by_role("button", name="Set password and go on").click()
    expect(guest).to_have_url(f"{served.base_url}/inbox")

    page.goto("/admin/users")
    hand.use(page.get_by_role("link", name="Bea Lind"))
    hand.use(page.get_by_role("link", name="Deactivate"))
    hand.use(page.get_by_role("button", name="Deactivate Bea Lind"))
    expect(page.locator(".adm-users > li", has_text="Bea Lind")).to_contain_text("left")
    guest.goto("/inbox")
    expect(guest.get_by_role("heading", name="Sign in")).to_be_visible()
    browsing.allow(410)
    guest.goto("/invite/" + link.rpartition("/")[2])
    expect(guest.get_by_role("heading", level=1)).to_be_visible()

    hand.use(page.locator("[data-toast]").get_by_role("button", name="Undo"), "z")
    expect(page.locator("[data-toast]")).not_to_contain_text("is deactivated")
    page.goto("/admin/users")
    expect(page.locator(".adm-users > li", has_text="Bea Lind")).not_to_contain_text("left")


def test_role_is_given(page: Page, hand: Hand, company: State) -> None:
    page.goto("/admin/users")
    hand.use(page.get_by_role("link", name="Bert"))
    page.get_by_label("What they may do").select_option("read_only")
    hand.use(page.get_by_role("button", name="Save"))
    expect(page.locator("[data-toast]")).to_be_visible()
    page.goto("/admin/users")
    expect(page.locator("li", has_text="Bert")).to_contain_text("read only")


def test_team_is_made_changed_deleted_and_brought_back(page: Page, hand: Hand, company: State) -> None:
    page.goto("/admin/teams")
    page.get_by_label("Name", exact=True).fill("North")
    page.get_by_label("Anna", exact=True).check()
    hand.use(page.get_by_role("button", name="Make the team"))
    expect(page.locator("[data-toast]")).to_be_visible()
    rows = page.locator("ul.rows > li")
    page.goto("/admin/teams")
    expect(rows).to_contain_text("1 member")

    hand.use(page.get_by_role("link", name="North"))
    expect(page.get_by_role("heading", name="North", exact=True)).to_be_visible()
    page.get_by_label("Bert", exact=True).check()
    hand.use(page.get_by_role("button", name="Save"))
    expect(page.locator("[data-toast]")).to_be_visible()
    page.goto("/admin/teams")
    expect(rows).to_contain_text("2 members")
    hand.use(page.get_by_role("link", name="North"))
    hand.use(page.get_by_role("button", name="Delete", exact=True))
    expect(page.get_by_text("No team yet")).to_be_visible()
    hand.use(page.locator("[data-toast]").get_by_role("button", name="Undo"), "z")
    expect(page.locator("#main")).to_contain_text("North")
    page.goto("/admin/teams")
    expect(rows).to_contain_text("North")


def test_policy_rule_and_domain_are_kept_and_stand_in_the_log(page: Page, hand: Hand, company: State) -> None:
    page.goto("/admin/policies")
    page.locator("input[name=unapproved_senders][value=refuse]").check()
    hand.use(page.get_by_role("button", name="Save"))
    expect(page.locator("[data-toast]")).to_be_visible()
    page.reload()
    expect(page.locator("input[name=unapproved_senders][value=refuse]")).to_be_checked()

    page.goto("/admin/never-store")
    page.locator("fieldset input[type=radio]").first.check()
    page.get_by_label("Address, domain or words").fill("lawyer.example")
    hand.use(page.get_by_role("button", name="Add the rule"))
    expect(page.locator("ul.rows > li")).to_have_count(1)

    page.goto("/admin/domains")
    page.get_by_label("Domain", exact=True).fill("other.example")
    hand.use(page.get_by_role("button", name="Add", exact=True))
    expect(page.locator("ul.rows")).to_contain_text("other.example")
    hand.use(page.get_by_role("button", name="Remove other.example"))
    expect(page.locator("ul.rows > li")).to_have_count(1)

    page.goto("/admin/audit")
    expect(page.locator(".adm-log > li").first).to_be_visible()
    assert page.locator(".adm-log > li").count() >= 4
    with page.expect_download():
        hand.use(page.get_by_role("link", name="Export CSV"))


def test_member_finds_no_admin_page(browsing: Browsing, served: Served, company: State) -> None:
    member = browsing.open(served.base_url, cookie=served.cookie(company.anna))
    browsing.allow(403)
    member.goto("/inbox")
    expect(member.get_by_role("link", name="Admin")).to_have_count(0)
    assert (member.goto("/admin/users") or pytest.fail("no answer")).status == 403
    found = look(member, "error-forbidden")
    assert not found, "\n".join(found)
