"""The admin pages of senders: what waits, addresses of teams, confirming anew, proved domains; the API beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import update

from db.models import SenderDomain
from net.zone_server import ZoneServer, quoted
from tests.kit.http import Browser, open_site
from tests.webui.conftest import Office
from tests.webui.test_confirm import HOME, link_in, mailed, state

PAGE = "/admin/senders"
VALUE = re.compile(r'value="(smartbcc=[0-9a-f]{32})"')


def sender_id(office: Office, address: str) -> str:
    listed = office.ada.api.get("approved-senders")["data"]
    return str(next(one["id"] for one in listed if one["address"] == address))


@contextmanager
def admin_asking(office: Office, dns: ZoneServer) -> Iterator[Browser]:
    """Give the admin's browser on pages that ask this DNS server."""
    settings = office.site.settings.model_copy(update={"dns_servers": (dns.address,)})
    site = open_site(settings, office.site.database)
    yield site.adopt(office.ada.made, office.ada.email).browser()
    site.close()


def confirmed(office: Office) -> str:
    """Let the rep ask and confirm where an admin has to approve too; the id of the address."""
    office.ada.api.patch("company", {"sender_approval": "admin"})
    browser = office.rep.browser()
    browser.post("/settings/senders", address=HOME)
    link = link_in(mailed(office))
    assert "An admin still has to approve it" in browser.get(link).text
    assert browser.post(link, link).status_code == 303
    return sender_id(office, HOME)


def test_an_admin_approves_what_was_confirmed_and_all_of_its_mail_is_let_in(office: Office) -> None:
    held = office.held(from_=HOME, to=office.rep.made.personal_bcc_address)
    number = confirmed(office)
    assert (state(office), office.rep.api.get(f"inbound/{held}")["status"]) == ("confirmed", "held")
    browser = office.ada.browser()
    page = browser.get(PAGE).text
    assert "Its owner has confirmed it" in page
    assert office.rep.api.call("POST", f"approved-senders/{number}/approve", {}).status_code == 403
    assert browser.post(f"{PAGE}/{number}/approve").status_code == 303
    assert browser.post(f"{PAGE}/{number}/approve").status_code == 409
    office.work()
    assert (state(office), office.rep.api.get(f"inbound/{held}")["status"]) == ("approved", "filed")
    words = browser.get("/admin/audit?kind=users").text
    for said in (f"approved the address {HOME}", f"confirmed the address {HOME} by its link", "asked for the address"):
        assert said in words


def test_the_api_approves_and_rejects(office: Office) -> None:
    number = confirmed(office)
    assert office.ada.api.post(f"approved-senders/{number}/reject", {})["state"] == "rejected"
    assert office.ada.api.call("POST", f"approved-senders/{number}/approve", {}).status_code == 409
    asked = office.rep.api.post("approved-senders", {"address": HOME})
    refused = office.ada.api.call("POST", f"approved-senders/{asked['id']}/approve", {})
    assert (refused.status_code, "Nobody has confirmed" in refused.text) == (409, True)
    assert office.stranger.api.call("POST", f"approved-senders/{asked['id']}/approve", {}).status_code == 404


def test_a_teams_address_is_asked_for_and_confirmed_by_an_admin(office: Office) -> None:
    team = office.ada.api.post("teams", {"name": "Sales", "user_ids": [office.rep.api.get("me")["id"]]})
    browser = office.ada.browser()
    given = {"address": "sales@elsewhere.example", "whose": f"team {team['id']}"}
    assert browser.post(PAGE, **given).status_code == 303
    page = browser.get(PAGE).text
    assert "For the team <bdi>Sales</bdi>" in page
    assert f"{PAGE}/{sender_id(office, 'sales@elsewhere.example')}/code" in page
    link = link_in(mailed(office, "sales@elsewhere.example"))
    assert office.rep.browser().get(link).status_code == 403
    assert "the team" in browser.get(link).text
    assert browser.post(link, link).status_code == 303
    (shown,) = [one for one in office.rep.api.get("approved-senders")["data"] if one["team_id"]]
    assert (shown["team_id"], shown["user_id"], shown["state"]) == (team["id"], None, "approved")
    for wrong in ({"address": "x@y.example", "whose": "nobody"}, {"address": "nobody", "whose": given["whose"]}, given):
        assert browser.post(PAGE, **wrong).status_code == 422
    by_api: dict[str, Any] = {"address": "team@elsewhere.example", "team_id": team["id"]}
    assert office.rep.api.call("POST", "approved-senders", by_api).status_code == 403
    assert office.ada.api.post("approved-senders", by_api)["team_id"] == team["id"]


def test_an_admin_has_one_confirmed_anew_and_takes_one_back(office: Office) -> None:
    browser = office.ada.browser()
    office.rep.browser().post("/settings/senders", address=HOME)
    link = link_in(mailed(office))
    office.rep.browser().post(link, link)
    number = sender_id(office, HOME)
    assert "what comes from there is held" in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/{number}/verify-again").status_code == 303
    assert (state(office), link_in(mailed(office)) != link) == ("requested", True)
    assert browser.post(f"{PAGE}/{number}/again").status_code == 303
    # The third mail of a day was the last.
    answer = browser.post(f"{PAGE}/{number}/again")
    assert (answer.status_code, "try again tomorrow" in answer.text) == (422, True)
    assert browser.post(f"{PAGE}/{number}/revoke").status_code == 303
    assert state(office) == "revoked"


def test_a_domain_is_proved_by_dns_and_its_addresses_are_approved_at_once(office: Office) -> None:
    place = f"{PAGE}/domains"
    with closing(ZoneServer({})) as dns, admin_asking(office, dns) as browser:
        assert browser.post(place, domain="gmail.com").status_code == 422
        assert browser.post(place, domain="elsewhere.example").status_code == 303
        value = VALUE.search(browser.get(place).text)
        assert value
        (number,) = re.findall(rf"{place}/([a-z2-7]+)/check", browser.get(place).text)
        assert browser.post(f"{place}/{number}/check").status_code == 303
        assert "There is no TXT record at this name yet" in browser.get(place).text
        assert browser.post(f"{place}/{number}/check").status_code == 409
    for person, name in ((office.rep, "a"), (office.colleague, "b")):
        person.browser().post("/settings/senders", address=f"{name}@elsewhere.example")
    zone = {("_smartbcc.elsewhere.example", "TXT"): [quoted(value[1])]}
    with office.site.database.write() as session:
        of_company = SenderDomain.company_id == office.ada.viewer.company_id
        session.execute(update(SenderDomain).where(of_company).values(checked_at=None))
    with closing(ZoneServer(zone)) as dns, admin_asking(office, dns) as browser:
        browser.post(f"{place}/{number}/check")
        page = browser.get(place).text
        assert ">proved<" in page
        assert "Approve all that wait here: 2" in page
        assert browser.post(f"{place}/{number}/approve").status_code == 303
    listed = {one["address"]: one["state"] for one in office.ada.api.get("approved-senders")["data"]}
    assert (listed["a@elsewhere.example"], listed["b@elsewhere.example"]) == ("approved", "approved")
    assert office.ada.browser().post(f"{place}/{number}/remove").status_code == 303
    assert "No domain yet" in office.ada.browser().get(place).text
