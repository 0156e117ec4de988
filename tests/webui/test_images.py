"""Pictures on the network by one click through the sealed proxy (RULES R35, SECURITY W2, W3)."""

from __future__ import annotations

import ipaddress
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts.user_change import change_user
from net.fetch import Fetcher
from net.guard import Guard
from tests.kit.http import Person
from tests.kit.picture_server import KINDS, PNG, PictureServer
from tests.kit.resolver import ZoneResolver
from tests.webui.conftest import CUSTOMER, REP, Office
from webui.image_link import LIFETIME, LONGEST_URL, STEP, ImageLink, good_until
from webui.images import EXTENSION, PLACES, Proxy

SOURCE = re.compile(r'src="(/images/[^"]+)"')
NOTHING = b"There is no picture here.\n"


@pytest.fixture
def outside() -> Iterator[PictureServer]:
    with PictureServer() as server:
        yield server


@pytest.fixture
def proxy(office: Office) -> Proxy:
    """The proxy, with loopback opened and a zone of our own."""
    zone = ZoneResolver("pictures.example A 127.0.0.1\nrebind.example A 10.0.0.1")
    made = Proxy(Fetcher(Guard(zone, (ipaddress.ip_network("127.0.0.1/32"),))))
    office.site.app.extensions[EXTENSION] = made
    return made


def frame(office: Office, html: str, reader: Person | None = None, query: str = "?images=1") -> str:
    """Answer the frame of a letter with this HTML, as its owner or another gets it."""
    filed = office.mail(owner=office.rep, from_=CUSTOMER, to=REP, html=html)
    browser = (reader or office.rep).browser()
    return browser.get(f"/m/{office.seal('message', filed.message_id)}/frame{query}").text


def sources(page: str) -> list[str]:
    return [unescape(one) for one in SOURCE.findall(page)]


def fetch(office: Office, path: str) -> TestResponse:
    """Ask as the sandboxed frame does: without a cookie."""
    client: FlaskClient = office.site.app.test_client()
    return client.get(path)


def link(
    office: Office, url: str, person: Person | None = None, message_id: int = 0, until: timedelta = LIFETIME
) -> str:
    who = (person or office.rep).viewer
    made = ImageLink(company_id=who.company_id, user_id=who.user_id, message_id=message_id, url=url)
    with office.site.database.read() as session:
        sealed = made.seal(office.site.keys, office.site.database.now(session) + until)
    return f"/images/{sealed}"


def is_nothing(answer: TestResponse) -> bool:
    return (answer.status_code, answer.data, answer.mimetype) == (404, NOTHING, "text/plain")


def test_nothing_is_asked_for_until_the_reader_does(office: Office, proxy: Proxy, outside: PictureServer) -> None:
    html = f"<p>Hi</p><img src='{outside.url('/a.png')}' alt=Offer width=300>"
    page = frame(office, html, query="")
    assert "127.0.0.1" not in page
    assert "/images/" not in page
    assert 'alt="Offer"' in page
    (message,) = office.rep.api.get("messages")["data"]
    assert office.rep.api.get(f"messages/{message['id']}")["html"].count("src=") == 0
    assert outside.asked == []


def test_one_click_shows_pictures_through_us(office: Office, proxy: Proxy, outside: PictureServer) -> None:
    html = f"<img src='{outside.url('/a.png?id=7&x=1', host='pictures.example')}' srcset='{outside.url('/b.png')} 2x'>"
    page = frame(office, html)
    (path,) = sources(page)
    answer = fetch(office, path)

    assert (answer.status_code, answer.data, answer.mimetype) == (200, PNG, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in answer.headers
    assert outside.paths == ["/a.png?id=7&x=1"]
    assert not {"Cookie", "Referer", "X-Forwarded-For"} & set(outside.asked[0][1])


def test_the_frame_may_ask_the_proxy_alone(office: Office, proxy: Proxy, outside: PictureServer) -> None:
    filed = office.mail(owner=office.rep, from_=CUSTOMER, to=REP, html=f"<img src='{outside.url('/a.png')}'>")
    path = f"/m/{office.seal('message', filed.message_id)}/frame"
    browser = office.rep.browser()
    without, with_them = (browser.get(path + query).headers for query in ("", "?images=1"))
    assert "img-src data:;" in without["Content-Security-Policy"]
    assert "img-src data: http://localhost/images/;" in with_them["Content-Security-Policy"]
    for headers in (without, with_them):
        assert "sandbox allow-popups" in headers["Content-Security-Policy"]
        assert "allow-scripts" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"


def test_trackers_and_what_hides_in_styles_never_come(office: Office, proxy: Proxy, outside: PictureServer) -> None:
    url = outside.url("/open.gif")
    page = frame(
        office,
        f"<body background='{url}'><img src='{url}' width=1 height=1><img src='{url}?2' style='display:none'>"
        f"<table background='{url}'><tr><td style='background:url({url})'>x</td></tr></table>"
        f"<style>p{{background:url({url})}}</style><video poster='{url}'></video><svg><image href='{url}'/></svg>",
    )
    assert sources(page) == []
    assert "open.gif" not in page


def test_only_dots_pass_whatever_they_are_called(office: Office, proxy: Proxy, outside: PictureServer) -> None:
    page = frame(office, "".join(f"<img src='{outside.url(f'/type/{kind}')}'>" for kind in KINDS))
    answers = {kind: fetch(office, path) for kind, path in zip(KINDS, sources(page), strict=True)}
    shown = {kind: one.mimetype for kind, one in answers.items() if not is_nothing(one)}
    assert shown == {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


def test_whatever_goes_wrong_is_told_alike(office: Office, proxy: Proxy, outside: PictureServer) -> None:
    inner = "http://10.0.0.1/secret"
    urls = [
        inner,
        "http://rebind.example/",
        "http://nobody.example/",
        "http://[::1]/",
        outside.url("/status/500"),
        outside.url("/big/5242881"),
        outside.url(f"/to/{inner}"),
        outside.url("/type/svg"),
    ]
    page = frame(office, "".join(f"<img src='{url}'>" for url in urls))
    paths = sources(page)
    assert len(paths) == len(urls)
    answers = [fetch(office, path) for path in (*paths, "/images/made-up", f"{paths[0][:-2]}AA", "/images/a.b")]
    assert all(map(is_nothing, answers))
    assert len({tuple(sorted((k, v) for k, v in one.headers if k != "Date")) for one in answers}) == 1


def test_a_link_serves_as_long_as_its_reader_sees_the_letter(
    office: Office, proxy: Proxy, outside: PictureServer
) -> None:
    contact = office.customer()
    deal = office.deal(contact)
    filed = office.mail(html=f"<img src='{outside.url('/a.png')}'>")
    message = office.seal("message", filed.message_id)
    office.rep.api.post(f"messages/{message}/links", {"type": "deal", "target_id": deal["id"]})
    path = f"/m/{message}/frame?images=1"
    (own,) = sources(office.rep.browser().get(path).text)
    (others,) = sources(office.colleague.browser().get(path).text)
    assert fetch(office, own).status_code == fetch(office, others).status_code == 200

    office.rep.api.patch(f"messages/{message}", {"sharing": "private"})
    assert fetch(office, own).status_code == 200
    assert is_nothing(fetch(office, others))

    with office.site.database.write() as session:
        now = office.site.database.now(session)
        change_user(session, office.ada.viewer, office.rep.viewer.user_id, {"state": "deactivated"}, now)
    asked = len(outside.asked)
    assert is_nothing(fetch(office, own))
    assert len(outside.asked) == asked


def test_a_link_is_good_for_one_letter_one_reader_and_a_day(
    office: Office, proxy: Proxy, outside: PictureServer
) -> None:
    filed = office.mail(owner=office.rep, from_=CUSTOMER, to=REP, html="<p>x")
    url = outside.url("/a.png")
    assert fetch(office, link(office, url, message_id=filed.message_id)).status_code == 200
    for path in (
        link(office, url, message_id=filed.message_id, until=timedelta(0)),
        link(office, url, message_id=filed.message_id + 1),
        link(office, url, office.colleague, filed.message_id),
        link(office, url, office.ada, filed.message_id),
        link(office, url, office.stranger, filed.message_id),
    ):
        assert is_nothing(fetch(office, path))
    assert len(outside.asked) == 1


def test_links_of_some_hours_end_together_and_last_for_most_of_a_day() -> None:
    begun = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
    assert {good_until(begun + timedelta(minutes=minutes)) for minutes in range(0, 360, 7)} == {begun + LIFETIME}
    last = begun + STEP - timedelta(seconds=1)
    assert good_until(last) - last > LIFETIME - STEP


def test_an_address_that_is_too_long_for_a_link_has_none(office: Office, proxy: Proxy) -> None:
    long = f"https://pictures.example/{'x' * LONGEST_URL}"
    just = long[:LONGEST_URL]
    (path,) = sources(frame(office, f"<img src='{long}'><img src='{just}'>"))
    assert len(f"GET {path} HTTP/1.1\r\n") < 4094


def test_so_many_at_once_and_no_more(office: Office, proxy: Proxy, outside: PictureServer) -> None:
    (path,) = sources(frame(office, f"<img src='{outside.url('/hold')}'>"))
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(fetch(office, path).status_code)) for _ in range(PLACES)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert outside.waiting.acquire(timeout=20)

    refused = fetch(office, path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert office.rep.browser().get("/inbox").status_code == 200
    outside.release.set()
    for thread in threads:
        thread.join(20)
    assert answers == [200] * PLACES
    assert fetch(office, path).status_code == 200
