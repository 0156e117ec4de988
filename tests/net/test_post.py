"""Posting to an address that a user named: judged, bounded, never led elsewhere (SECURITY I6)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

import pytest

from net.guard import Guard
from net.post import KEPT_OCTETS, Poster, PostFailed
from tests.kit.hook_server import HookServer
from tests.kit.resolver import ZoneResolver

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
OPENED = Poster(Guard(ZoneResolver(), (LOOPBACK,)))
CLOSED = Poster(Guard(ZoneResolver("inner.example A 10.0.0.1")))


@pytest.fixture
def outside() -> Iterator[HookServer]:
    with HookServer() as server:
        yield server


def test_body_and_fields_arrive(outside: HookServer) -> None:
    assert OPENED.post(outside.url("/ok"), b"{}", (("webhook-id", "msg_1"),)).status == 204

    (posted,) = outside.posted
    assert posted.body == b"{}"
    assert posted.fields["webhook-id"] == "msg_1"


def test_a_redirect_is_an_answer_and_not_followed(outside: HookServer) -> None:
    assert OPENED.post(outside.url(f"/to/{outside.url('/ok')}"), b"{}", ()).status == 307
    assert len(outside.posted) == 1


def test_of_a_huge_answer_the_beginning_is_read(outside: HookServer) -> None:
    answer = OPENED.post(outside.url("/big"), b"{}", ())
    assert (answer.status, len(answer.body)) == (200, KEPT_OCTETS)


def test_a_slow_answer_is_not_waited_for(outside: HookServer) -> None:
    with pytest.raises(PostFailed, match="too long"):
        OPENED.post(outside.url("/hold"), b"{}", (), seconds=0.2)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "https://127.0.0.1/x",
        "https://[::1]/",
        "https://localhost/",
        "https://inner.example/",
        "https://169.254.169.254/latest/meta-data",
        "http://8.8.8.8/plain",
        "https://8.8.8.8:25/",
    ],
)
def test_what_is_inside_and_what_is_not_https_is_refused(url: str) -> None:
    with pytest.raises(PostFailed, match="not allowed"):
        CLOSED.post(url, b"{}", ())


@pytest.mark.parametrize("url", ["file:///etc/passwd", "https://user@outside.example/", "https://a.example\\@b/", ""])
def test_what_is_no_address_fails(url: str) -> None:
    with pytest.raises(PostFailed):
        CLOSED.post(url, b"{}", ())
