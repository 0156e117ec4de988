"""The PROXY protocol, whole, in pieces and broken."""

from __future__ import annotations

import pytest

from smtpd.proxy_header import SIGNATURE, BadHeader, Header, read_header

V4 = bytes([192, 0, 2, 7, 198, 51, 100, 9, 0x12, 0x34, 0, 25])
V6 = bytes.fromhex("20010db8000000000000000000000007" + "20010db8000000000000000000000009") + V4[8:]
NETNS = b"\x30\x00\x04blue"


def _binary(command: int, family: int, body: bytes) -> bytes:
    return SIGNATURE + bytes([0x20 | command, family]) + len(body).to_bytes(2) + body


GOOD = {
    "line 4": (b"PROXY TCP4 192.0.2.7 198.51.100.9 4660 25\r\n", "192.0.2.7"),
    "line 6": (b"PROXY TCP6 2001:db8::7 2001:db8::9 4660 25\r\n", "2001:db8::7"),
    "line unknown": (b"PROXY UNKNOWN\r\n", ""),
    "line unknown with more": (b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", ""),
    "binary 4": (_binary(1, 0x11, V4), "192.0.2.7"),
    "binary 6": (_binary(1, 0x21, V6), "2001:db8::7"),
    "binary with more": (_binary(1, 0x11, V4 + NETNS), "192.0.2.7"),
    "binary local": (_binary(0, 0, b""), ""),
    "binary unix": (_binary(1, 0x31, bytes(216)), ""),
    "binary unspecified": (_binary(1, 0, b""), ""),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_header_is_read_however_it_is_cut(name: str) -> None:
    header, address = GOOD[name]
    for cut in range(len(header)):
        assert read_header(header[:cut]) is None, cut
    assert read_header(header) == Header(address, len(header))
    assert read_header(header + b"EHLO client.example\r\n") == Header(address, len(header))


@pytest.mark.parametrize(
    "start",
    [
        b"EHLO client.example\r\n",
        b"E",
        b"PROXX",
        b"PROXY TCP4 192.0.2.7 198.51.100.9 4660\r\n",
        b"PROXY TCP4 2001:db8::7 2001:db8::9 4660 25\r\n",
        b"PROXY TCP4 192.0.2.7 198.51.100.9 4660 66000\r\n",
        b"PROXY TCP4 192.0.2.700 198.51.100.9 4660 25\r\n",
        b"PROXY TCP4 192.0.2.7 198.51.100.9 4660 25\n",
        b"PROXY TCP5 192.0.2.7 198.51.100.9 4660 25\r\n",
        b"PROXY " + b"x" * 200,
        SIGNATURE + b"\x11\x11\x00\x0c" + V4,
        SIGNATURE + b"\x22\x11\x00\x0c" + V4,
        SIGNATURE + b"\x21\x11\xff\xff",
        _binary(1, 0x11, V4[:-1]),
        _binary(1, 0x21, V4),
    ],
)
def test_anything_else_is_a_fault(start: bytes) -> None:
    with pytest.raises(BadHeader):
        read_header(start)
