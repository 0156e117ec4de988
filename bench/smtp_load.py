"""Load any SMTP server: N connections that stay open, one mail after the other on each.

    python -m bench.smtp_load --port 2525 --sender rita@seller.example --recipient all@bcc.example

Prints accepted mails a second, and how long one took from MAIL to the reply after the dot. The mails
are the files of `--directory`, each sent once, or made here with distinct Message-IDs.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import uvloop

LINE: Final = b"All work and no play makes a mail of the usual length and of a usual shape. \r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where mails go; `keep` False opens a connection for each mail."""

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]
    keep: bool = True


@dataclass(slots=True)
class Result:
    """What came of a load; seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Accepted mails a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, percent: float) -> float:
        """Answer a latency in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000 if ordered else 0.0

    def __str__(self) -> str:
        line = (
            f"{len(self.latencies)} accepted in {self.seconds:.2f} s: {self.rate:.0f}/s, "
            f"p50 {self.percentile(50):.1f} ms, p99 {self.percentile(99):.1f} ms, worst {self.percentile(100):.1f} ms"
        )
        return f"{line}; {len(self.refusals)} refused, first: {self.refusals[0]}" if self.refusals else line


class Client:
    """One connection; pipelines where the server offers it."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._pipelines = False

    async def open(self) -> None:
        """Connect and say EHLO."""
        self._reader, self._writer = await asyncio.open_connection(self._target.host, self._target.port)
        await self._reply()
        self._writer.write(b"EHLO load.example\r\n")
        self._pipelines = "PIPELINING" in await self._reply()

    async def close(self) -> None:
        """Say goodbye."""
        self._writer.write(b"QUIT\r\n")
        await self._reply()
        self._writer.close()
        await self._writer.wait_closed()

    async def send(self, carried: bytes) -> str:
        """Send one mail, dots stuffed already and with its end; answer the last reply."""
        commands = [f"MAIL FROM:<{self._target.sender}>\r\n".encode()]
        commands += [f"RCPT TO:<{recipient}>\r\n".encode() for recipient in self._target.recipients]
        replies = await self._say([*commands, b"DATA\r\n"])
        if not replies[-1].startswith("354"):
            self._writer.write(b"RSET\r\n")
            await self._reply()
            return next((reply for reply in replies if reply[0] in "45"), replies[-1])
        self._writer.write(carried)
        await self._writer.drain()
        return await self._reply()

    async def _say(self, commands: Sequence[bytes]) -> list[str]:
        if self._pipelines:
            self._writer.write(b"".join(commands))
            return [await self._reply() for _ in commands]
        replies = []
        for command in commands:
            self._writer.write(command)
            replies.append(await self._reply())
        return replies

    async def _reply(self) -> str:
        lines = []
        while True:
            line = (await self._reader.readuntil(b"\r\n")).decode("ascii", "replace").rstrip()
            lines.append(line)
            if line[3:4] != "-":
                return "\n".join(lines)


async def load(target: Target, mails: Iterator[bytes], connections: int) -> Result:
    """Send all mails over so many connections; `mails` are contents, each sent once."""
    result = Result()
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_work(target, mails, result))
    result.seconds = time.perf_counter() - began
    return result


async def _work(target: Target, mails: Iterator[bytes], result: Result) -> None:
    client = Client(target)
    await client.open()
    for content in mails:
        carried = stuff(content)
        began = time.perf_counter()
        reply = await client.send(carried)
        if reply.startswith("250"):
            result.latencies.append(time.perf_counter() - began)
            result.replies.append(reply)
        else:
            result.refusals.append(reply)
        if not target.keep:
            await client.close()
            client = Client(target)
            await client.open()
    await client.close()


def stuff(content: bytes) -> bytes:
    """Answer the octets that carry a content (RFC 5321 §4.5.2)."""
    carried = content.replace(b"\r\n.", b"\r\n..")
    if carried.startswith(b"."):
        carried = b"." + carried
    return carried + (b".\r\n" if carried.endswith(b"\r\n") else b"\r\n.\r\n")


def made_mails(count: int, octets: int, sender: str) -> Iterator[bytes]:
    """Make mails of about that size."""
    body = LINE * max(1, (octets - 200) // len(LINE))
    for number in range(count):
        head = f"From: Load <{sender}>\r\nTo: carl@customer.example\r\nSubject: Load {number}\r\n"
        yield f"{head}Message-ID: <{time.time_ns()}.{number}@load.example>\r\n\r\n".encode() + body


def mails_of(directory: Path) -> Iterator[bytes]:
    """Answer the contents of the files of a directory, by name."""
    for path in sorted(directory.iterdir()):
        yield path.read_bytes()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Load an SMTP server.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--sender", required=True)
    parser.add_argument("--recipient", action="append", required=True)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--octets", type=int, default=10_000)
    parser.add_argument("--directory", type=Path)
    parser.add_argument("--new-connections", action="store_true", help="a connection for each mail")
    given = parser.parse_args()
    target = Target(
        host=given.host,
        port=given.port,
        sender=given.sender,
        recipients=tuple(given.recipient),
        keep=not given.new_connections,
    )
    made = made_mails(given.mails, given.octets, given.sender)
    mails = mails_of(given.directory) if given.directory else made
    print(uvloop.run(load(target, mails, given.connections)))


if __name__ == "__main__":
    main()
