"""A mail's HTML in its sandboxed frame: pictures by one click through us, nothing else from anywhere (RULES R35)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from net.fetch import Fetcher
from net.guard import Guard
from tests.kit.browsing import Browsing
from tests.kit.http import Person
from tests.kit.mails import a_message
from tests.kit.picture_server import PictureServer
from tests.kit.resolver import ZoneResolver
from tests.kit.served import Served
from tests.kit.worlds import World
from webui.images import EXTENSION, Proxy

pytestmark = pytest.mark.slow
ANNA = "anna@larchmont.example"
MARIA = "maria@fabrikam.example"
TEXT = "We sent the chairs on Monday, and the tables will follow as soon as the oil has dried. "
PAGES = {
    "letter": f"<p>Dear Anna,</p><p>{TEXT * 3}</p><p>Kind regards<br>Maria</p><img src=cid:logo width=120 height=40>",
    "outlook": "<div>"
    + "".join(f"<p style='margin:0;font:11pt Calibri'>{line}</p>" for line in ("Hello,", "&nbsp;", TEXT * 4, "&nbsp;"))
    + "</div>",
    "invoice": "<h2>Invoice 17</h2><table width='100%' cellpadding=6>"
    + "".join(f"<tr><td>{n}</td><td>Chair, model {n}</td><td align=right>{n}9.00 EUR</td></tr>" for n in range(1, 13))
    + "</table>",
    "newsletter": "<table width=600 align=center style='background:#f4f4f4'><tr><td style='padding:24px'>"
    f"<h1 style='margin:0 0 12px'>Spring is here</h1><img alt='Garden' width=552 height=220>{TEXT * 2}"
    f"<table><tr><td width=268 style='padding:8px'>{TEXT * 2}</td><td width=268 style='padding:8px'>{TEXT}</td></tr>"
    "</table></td></tr></table>",
}


class Desk:
    """Anna reads what Maria sent her."""

    def __init__(self, served: Served, world: World, outside: PictureServer) -> None:
        self.served, self.world, self.outside = served, world, outside
        self.anna: Person = served.site.adopt(world.house.anna, ANNA)

    def mail(self, html: str) -> str:
        """Take a mail in; answer the path of its page."""
        raw = a_message(from_=MARIA, to=ANNA, html=html, text="")
        filed = self.world.mail(raw, owner=self.world.house.anna)
        assert filed
        return f"/m/{self.served.site.sealer.seal('message', filed.message_id)}"


@pytest.fixture(scope="module")
def desk(served: Served) -> Iterator[Desk]:
    """A company of its own, and a web server outside that the proxy may reach."""
    site = served.site
    before = site.app.extensions[EXTENSION]
    zone = ZoneResolver("pictures.example A 127.0.0.1\ntracker.example A 127.0.0.1")
    site.app.extensions[EXTENSION] = Proxy(Fetcher(Guard(zone, (ipaddress.ip_network("127.0.0.1/32"),))))
    with (
        World(site.database, site.settings, private=True, domain="larchmont.example") as world,
        PictureServer() as outside,
    ):
        yield Desk(served, world, outside)
    site.app.extensions[EXTENSION] = before


def read(browsing: Browsing, desk: Desk, path: str) -> Page:
    page = browsing.open(desk.served.base_url, cookie=desk.served.cookie(desk.anna))
    page.goto(path)
    page.locator("iframe").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    return page


def test_pictures_come_by_one_click_through_us_without_a_cookie(browsing: Browsing, desk: Desk) -> None:
    picture, tracker = desk.outside.url("/a.png", "pictures.example"), desk.outside.url("/t.gif", "tracker.example")
    path = desk.mail(
        f"<h1>Offer</h1><img src='{picture}' width=200 height=80 alt=Garden>"
        f"<img src='{tracker}' width=1 height=1><p style='background:url({tracker})'>x</p>"
    )
    desk.outside.asked.clear()
    page = read(browsing, desk, path)
    assert desk.outside.asked == []

    with page.expect_response("**/images/*") as got:
        page.get_by_role("link", name="Show pictures").click()
        page.locator("iframe").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert got.value.status == 200
    assert "cookie" not in got.value.request.all_headers()
    assert desk.outside.paths == ["/a.png"]


def test_the_true_host_of_a_misleading_link_is_seen(browsing: Browsing, desk: Desk) -> None:
    page = read(browsing, desk, desk.mail("<table><tr><td><a href='https://evil.example/'>https://bank.example</a>"))
    link = page.frame_locator("iframe").get_by_role("link")
    assert link.get_attribute("title") == "Leads to evil.example"
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    assert link.get_attribute("target") == "_blank"


@pytest.mark.parametrize(
    "style",
    [
        "display:inline-block;width:20px;height:16px;overflow:hidden",
        "display:block;max-width:20px;overflow:hidden;white-space:nowrap",
        "float:left;width:20px;height:16px;overflow:hidden",
        "visibility:hidden",
        "font-size:0",
    ],
)
def test_no_style_of_a_mail_hides_where_a_misleading_link_leads(browsing: Browsing, desk: Desk, style: str) -> None:
    shown = "<span style='visibility:visible;font-size:15px'>bank.example</span>"
    html = f"<table><tr><td><p><a href='https://evil.example/' style='{style}'>{shown}</a></p></td></tr></table>"
    page = read(browsing, desk, desk.mail(html))
    link = page.frame_locator("iframe").locator("a")
    words = link.locator("span").bounding_box()
    box = link.bounding_box()
    assert words
    assert box
    assert box["width"] > words["width"] + 60
    assert link.evaluate("one => getComputedStyle(one, '::after').visibility") == "visible"


@pytest.mark.parametrize("name", PAGES)
def test_the_frame_is_about_as_tall_as_its_page(browsing: Browsing, desk: Desk, name: str) -> None:
    page = read(browsing, desk, desk.mail(PAGES[name] + "<table><tr><td></td></tr></table>"))
    frame = page.locator("iframe").bounding_box()
    body = page.frame_locator("iframe").locator("body").bounding_box()
    assert frame
    assert body
    assert body["height"] - 8 <= frame["height"] <= body["height"] * 1.35 + 96, (name, frame, body)
