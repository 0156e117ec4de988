"""The DNS page: what is expected, what was found, what to do; DNS is asked by a button, never by opening the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.settings import Settings
from net.zone_server import ZoneServer, quoted
from outbox.signing_keys import Signer, published_key
from tests.webui.conftest import Office

HOST = "mail.example.org"
DOMAIN = "bcc.example.org"
ZONE = {
    (DOMAIN, "MX"): [f"10 {HOST}."],
    (HOST, "A"): ["8.8.8.8"],
    (DOMAIN, "TXT"): ['"v=spf1 -all"', '"v=spf1 mx -all"'],
    (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=reject"'],
}


@pytest.fixture(scope="module")
def server() -> Iterator[ZoneServer]:
    """DNS that knows our names."""
    opened = ZoneServer(ZONE)
    yield opened
    opened.close()


@pytest.fixture
def settings(settings: Settings, server: ZoneServer) -> Settings:
    """Settings with names that DNS knows."""
    given = {"hostname": HOST, "mail_domain": (DOMAIN,), "dns_servers": (server.address,)}
    return Settings(**settings.model_dump() | given)


def test_dns_is_asked_by_the_button_and_each_record_says_what_to_do(office: Office) -> None:
    admin = office.ada.browser()
    before = admin.get("/admin/dns").text
    assert "Nobody has looked yet" in before
    assert before.count("not looked yet") == before.count('data-purpose="') > 8
    assert 'data-purpose="dkim"' not in before
    assert "is made when you look" in before

    assert admin.post("/admin/dns/check", "/admin/dns").status_code == 303
    text = admin.get("/admin/dns").text
    with office.site.database.read() as session:
        key = published_key(session, DOMAIN)
    assert key is not None
    assert f'value="{key.name}"' in text
    assert key.value in text.replace("&#43;", "+")
    assert quoted(key.value) in text.replace("&#43;", "+").replace("&#34;", '"'), "as strings, too"
    signer = Signer(office.site.database, office.site.keys, office.site.settings.mail_domain)
    assert signer.key(DOMAIN).published == key
    by_purpose = {one.partition('"')[0]: one for one in text.split('data-purpose="')[1:]}
    assert "right</span>" in by_purpose["mx"]
    assert "right</span>" in by_purpose["dmarc"]
    assert "several such records" in by_purpose["spf"]
    assert "missing</span>" in by_purpose["dkim"]
    assert "not set</span>" in by_purpose["mta_sts"]
    assert "northwind.example" in by_purpose["own_spf"]
    assert text.count("data-copy") >= 2 * text.count('data-purpose="dkim"')


def test_another_company_sees_the_installation_and_its_own_domains_alone(office: Office) -> None:
    office.ada.browser().post("/admin/dns/check", "/admin/dns")
    text = office.stranger.browser().get("/admin/dns").text
    assert DOMAIN in text
    assert "northwind.example" not in text
    assert office.rep.browser().get("/admin/dns").status_code == 403
    assert office.rep.browser().post("/admin/dns/check", "/settings").status_code == 403
