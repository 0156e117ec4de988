"""Fetching as a stranger: bounded in time, size and hops, with every hop judged (SECURITY W3)."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from net.fetch import LARGEST, USER_AGENT, Fetcher, FetchFailed
from net.guard import Guard
from tests.kit.certificate import write_certificate
from tests.kit.picture_server import PNG, PictureServer
from tests.kit.resolver import ZoneResolver

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
CLOSED = Fetcher(Guard(ZoneResolver()))


def fetcher(zone: str = "", tls: ssl.SSLContext | None = None) -> Fetcher:
    return Fetcher(Guard(ZoneResolver(zone), (LOOPBACK,)), tls)


@pytest.fixture
def outside() -> Iterator[PictureServer]:
    with PictureServer() as server:
        yield server


def test_a_picture_comes_and_nothing_of_us_goes(outside: PictureServer) -> None:
    url = outside.url("/ok.png?a=1&b=ü x#part", host="pictures.example")
    assert fetcher("pictures.example A 127.0.0.1").get(url, accept="image/png") == PNG

    ((path, header),) = outside.asked
    assert path == "/ok.png?a=1&b=%C3%BC%20x"
    assert header == {
        "Host": f"pictures.example:{outside.port}",
        "User-Agent": USER_AGENT,
        "Accept": "image/png",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def test_cookies_of_one_answer_do_not_go_with_the_next_request(outside: PictureServer) -> None:
    one = fetcher()
    for path in ("/ok.png", "/ok.png", f"/to/{outside.url('/ok.png')}"):
        one.get(outside.url(path))
    assert not any("Cookie" in header or "Referer" in header for _, header in outside.asked)


def test_redirects_are_followed_three_times(outside: PictureServer) -> None:
    paths = ["/ok.png"]
    for _ in range(4):
        paths.append(f"/to/{outside.url(paths[-1])}")
    assert fetcher().get(outside.url(paths[3])) == PNG
    for path in (paths[4], "/loop", "/to/", "/to/ftp://127.0.0.1/x", "/to/file:///etc/passwd", "/to/data:image/png,x"):
        with pytest.raises(FetchFailed):
            fetcher().get(outside.url(path))


def test_a_redirect_inwards_is_not_followed(outside: PictureServer) -> None:
    """The first host is opened, the second is not: 127.0.0.2 stands for anything inside."""
    narrow = Guard(ZoneResolver("rebind.example A 127.0.0.2"), (ipaddress.ip_network("127.0.0.1/32"),))
    for host in ("127.0.0.2", "rebind.example", "0x7f000001", "[::1]", "localhost.", "2130706433"):
        target = f"http://{host}:{outside.port}/secret"
        if host == "localhost.":
            continue  # it is 127.0.0.1, which is opened here
        with pytest.raises(FetchFailed):
            Fetcher(narrow).get(outside.url(f"/to/{target}"))
    assert not any("secret" in path and not path.startswith("/to/") for path in outside.paths)


def test_a_name_that_turns_inwards_between_look_and_connection_does_not_matter(outside: PictureServer) -> None:
    class Rebinding(ZoneResolver):
        """Answers an address outside first and one inside ever after."""

        def addresses(self, name: str, family: int) -> tuple[str, ...]:
            first = not self.queries
            self.queries.append((name, str(family)))
            return () if family == 6 else ("127.0.0.1",) if first else ("127.0.0.2",)

    zone = Rebinding()
    opened = (ipaddress.ip_network("127.0.0.1/32"),)
    assert Fetcher(Guard(zone, opened)).get(outside.url("/ok.png", host="rebind.example")) == PNG
    assert zone.queries == [("rebind.example", "4"), ("rebind.example", "6")]
    with pytest.raises(FetchFailed):  # a redirect asks anew and is judged anew
        Fetcher(Guard(zone, opened)).get(outside.url("/ok.png", host="rebind.example"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://8.8.8.8/",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "//8.8.8.8/x.png",
        "/x.png",
        "http:///x.png",
        "http://user:pw@8.8.8.8/x.png",
        "http://8.8.8.8@127.0.0.1/x.png",
        "http://8.8.8.8\\@127.0.0.1/x.png",
        "http://127.0.0.1#@8.8.8.8/",
        "http://8.8.8.8:22/",
        "http://8.8.8.8:8080/",
        "http://8.8.8.8:99999/",
        "http://8.8.8.8:x/",
        "http://127.0.0.1:80/",
        "http://[::ffff:127.0.0.1]/",
        "http://0x7f.1/",
        "https://169.254.169.254/latest/meta-data/",
        "http://a\x00.example/",
        "http://xn--a.example/",
        "http://[::1/",
        "http://exam\u2100ple.example/",
    ],
)
def test_no_socket_is_opened_for_what_is_not_outside(url: str) -> None:
    with pytest.raises(FetchFailed):
        CLOSED.get(url, seconds=1)


def test_a_line_break_in_an_address_never_reaches_the_wire(outside: PictureServer) -> None:
    assert fetcher().get(outside.url("/ok.png?\r\nX-Evil:\t1")) == PNG
    ((path, header),) = outside.asked
    assert path == "/ok.png?X-Evil:1"
    assert "X-Evil" not in header


@pytest.mark.parametrize("form", ["big", "chunked"])
def test_size_is_bounded(outside: PictureServer, form: str) -> None:
    assert len(fetcher().get(outside.url(f"/{form}/{LARGEST}"))) == LARGEST
    with pytest.raises(FetchFailed):
        fetcher().get(outside.url(f"/{form}/{LARGEST + 1}"))


@pytest.mark.parametrize("path", ["/cut", "/zipped", "/status/404", "/status/206", "/status/500", "/endless-header"])
def test_answers_that_are_not_what_they_should_be(outside: PictureServer, path: str) -> None:
    with pytest.raises(FetchFailed):
        fetcher().get(outside.url(path))


@pytest.mark.parametrize("path", ["/drip", "/hold"])
def test_time_is_bounded_as_a_whole(outside: PictureServer, path: str) -> None:
    with pytest.raises(FetchFailed):
        fetcher().get(outside.url(path), seconds=0.2)


def test_nobody_answers(outside: PictureServer) -> None:
    gone = outside.url("/ok.png", host="127.0.0.1").replace(str(outside.port), "1")
    with pytest.raises(FetchFailed):
        fetcher().get(gone)


def test_certificates_are_verified_against_the_name(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path, "pictures.example")
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cafile=str(certificate))
    zone = "pictures.example A 127.0.0.1\nother.example A 127.0.0.1"
    with PictureServer(serving) as outside:
        with pytest.raises(FetchFailed):
            fetcher(zone).get(outside.url("/ok.png", host="pictures.example"))
        with pytest.raises(FetchFailed):
            fetcher(zone, trusting).get(outside.url("/ok.png", host="other.example"))
        assert outside.paths == []
