"""The header with which a proxy begins a connection (The PROXY protocol, versions 1 and 2, by HAProxy).

A proxy of ours always sends one; whatever else comes first from there is a fault.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import struct
from dataclasses import dataclass
from typing import Final

SIGNATURE: Final = b"\r\n\r\n\x00\r\nQUIT\n"
"""§2.2: chosen so that no other protocol begins so."""
LONGEST_LINE: Final = 107
"""§2.1, with its CR LF."""
LONGEST_HEADER: Final = 4096
"""Octets of addresses and TLVs behind the first 16; ours need a few hundred."""
_FIXED: Final = struct.Struct("!12sBBH")
_LINE: Final = re.compile(rb"PROXY (?:(TCP4|TCP6) (\S+) (\S+) (\d{1,5}) (\d{1,5})|UNKNOWN[^\r\n]*)\r\n")
_VERSION_2: Final = 0x20
_LOCAL, _PROXY = 0, 1
_ADDRESS_OCTETS: Final = {0x11: (4, 12), 0x21: (16, 36)}
"""TCP over IPv4 and over IPv6: octets of one address, and of both with their ports (§2.2)."""


class BadHeader(Exception):
    """What came is no header of this protocol."""


@dataclass(frozen=True, slots=True)
class Header:
    """`address`: the client's, "" where the proxy speaks for itself; `octets`: how long the header is."""

    address: str
    octets: int


def read_header(start: bytes) -> Header | None:
    """Answer the header at the start of a connection, None where more of it must come; raise BadHeader."""
    if start[: len(SIGNATURE)] == SIGNATURE[: len(start)]:
        return _read_binary(start) if len(start) >= _FIXED.size else None
    return _read_line(start)


def take_header(own: socket.socket, start: bytearray) -> Header | None:
    """Take the header, or what is there of it, from a socket that does not block; what follows stays there.

    `start` is what was taken before. Raises BadHeader, also where the connection ended, and OSError.
    """
    try:
        waiting = own.recv(_FIXED.size + LONGEST_HEADER, socket.MSG_PEEK)
    except BlockingIOError:
        return None
    if not waiting:
        raise BadHeader
    header = read_header(bytes(start) + waiting)
    start += own.recv(header.octets - len(start) if header else len(waiting))
    return header


def _read_line(start: bytes) -> Header | None:
    end = start.find(b"\n", 0, LONGEST_LINE)
    if end < 0:
        if len(start) >= LONGEST_LINE or not b"PROXY "[: len(start)] == start[:6]:
            raise BadHeader
        return None
    found = _LINE.fullmatch(start[: end + 1])
    if found is None:
        raise BadHeader
    if found[1] is None:
        return Header("", end + 1)
    source, _ = (_text_address(one, 4 if found[1] == b"TCP4" else 6) for one in found.group(2, 3))
    if any(int(port) > 65535 for port in found.group(4, 5)):
        raise BadHeader
    return Header(source, end + 1)


def _text_address(octets: bytes, version: int) -> str:
    try:
        address = ipaddress.ip_address(octets.decode("ascii"))
    except ValueError:
        raise BadHeader from None
    if address.version != version:
        raise BadHeader
    return str(address)


def _read_binary(start: bytes) -> Header | None:
    _, version_and_command, family, length = _FIXED.unpack_from(start)
    command = version_and_command & 0x0F
    if version_and_command & 0xF0 != _VERSION_2 or command not in (_LOCAL, _PROXY) or length > LONGEST_HEADER:
        raise BadHeader
    octets = _FIXED.size + length
    if len(start) < octets:
        return None
    if command == _LOCAL:
        return Header("", octets)
    sizes = _ADDRESS_OCTETS.get(family)
    if sizes is None:
        return Header("", octets)  # §2.2: a UNIX socket, or what we do not know: the connection's own address
    if length < sizes[1]:
        raise BadHeader
    packed = start[_FIXED.size : _FIXED.size + sizes[0]]
    return Header(str(ipaddress.ip_address(packed)), octets)
