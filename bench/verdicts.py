"""Verdicts a second, ours beside libopendkim's, on the same mails in the same process in turn.

    python -m bench.verdicts [--seconds 2]

`ours` is the whole verdict (shape, From twice, DKIM, SPF, DMARC, ARC), with DNS answers at hand; `ours, DKIM`
is what libopendkim does too: every signature checked, its key record at hand; it reads the key from a file,
both read and parse the header. `ours, arrived` is a verdict whose body was hashed while it came.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from bench.opendkim import NOTHING_TO_VERIFY, OK, PACKAGE, OpenDkim, open_dkim
from mail.envelope import Envelope
from mailauth.arriving import ArrivingBody, header_part
from mailauth.dkim import check_signatures
from mailauth.results import Verdict
from mailauth.verdict import authenticate
from tests.kit.mails import a_message
from tests.kit.resolver import ZoneResolver
from tests.kit.signing import PEER, Signer, ed25519_key, rsa_key, sender_zone

NOW: Final = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
SIZES: Final = {"10 kB": 10_000, "1 MB": 1_000_000}
AIMS_MS: Final = {"10 kB": 0.4, "1 MB": 8.0}
LINE: Final = "All work and no play makes a mail of the usual length and of a usual shape.\n"
SIGNERS: Final = (
    Signer("seller.example"),
    Signer("seller.example", selector="s2", key=rsa_key(serial=1)),
    Signer("seller.example", selector="s3", key=rsa_key(serial=2)),
)
ENVELOPE: Final = Envelope(
    reverse_path="rita@seller.example",
    forward_paths=("all@bcc.example",),
    helo="mail.seller.example",
    peer=PEER,
    tls=True,
    received_at=NOW,
)


@dataclass(slots=True)
class Measured:
    """One way of judging one mail; `ms` are its times."""

    name: str
    judge: Callable[[], object]
    ms: list[float] = field(default_factory=list)

    def once(self) -> None:
        """Judge and note the time."""
        began = time.perf_counter()
        self.judge()
        self.ms.append((time.perf_counter() - began) * 1000)

    def __str__(self) -> str:
        p99 = sorted(self.ms)[int(len(self.ms) * 0.99)]
        p50 = statistics.median(self.ms)
        return f"{self.name:16} {1000 / statistics.mean(self.ms):8.0f}/s  p50 {p50:7.3f} ms  p99 {p99:7.3f} ms"


def ways(raw: bytes, zone: ZoneResolver, peer: OpenDkim | None) -> Iterator[Measured]:
    """Answer who judges this mail; each is tried once, so that no wrong verdict is measured."""
    signed = raw.startswith(b"DKIM-Signature")
    if authenticate(raw, ENVELOPE, zone, now=NOW).verdict is not Verdict.PROVED:
        raise RuntimeError("our verdict is wrong")
    arriving = ArrivingBody()
    arriving.feed(raw)
    hashes = arriving.hashes()
    yield Measured("ours", lambda: authenticate(raw, ENVELOPE, zone, now=NOW))
    if hashes is not None:
        head = header_part(raw)
        yield Measured("ours, arrived", lambda: authenticate(head, ENVELOPE, zone, now=NOW, body_hashes=hashes))
    yield Measured("ours, DKIM", lambda: check_signatures(raw, zone, NOW))
    if peer is not None:
        if peer.verify(raw) != (OK if signed else NOTHING_TO_VERIFY):
            raise RuntimeError("libopendkim's verdict is wrong")
        yield Measured("libopendkim", lambda: peer.verify(raw))


def main() -> None:
    """Measure and print, with a word where a median of ours is over its aim."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each size and number of signatures")
    seconds = parser.parse_args().seconds
    zone = ZoneResolver(sender_zone("seller.example") + "".join(signer.line() for signer in SIGNERS))
    with open_dkim([(signer.name, signer.record) for signer in SIGNERS]) as peer:
        if peer is None:
            print(f"libopendkim is not installed (Debian: apt-get install {PACKAGE}): measured without it")
        for size, octets in SIZES.items():
            for signatures in (0, 1, 3):
                _measure(size, _mail(octets, signatures), signatures, zone, peer, seconds)
        _measure("Ed25519, 10 kB", _ed25519(zone), 1, zone, None, seconds)


def _measure(size: str, raw: bytes, signatures: int, zone: ZoneResolver, peer: OpenDkim | None, seconds: float) -> None:
    """Judge in turn until the time is up; print what it took."""
    measured = list(ways(raw, zone, peer))
    ends_at = time.perf_counter() + seconds
    while time.perf_counter() < ends_at:
        for one in measured:
            one.once()
    aim = AIMS_MS.get(size)
    over = aim is not None and statistics.median(measured[0].ms) > aim
    print(f"{size}, {signatures} signatures" + (f" (aim {aim} ms{': OVER' if over else ''})" if aim else ""))
    for one in measured:
        print(f"  {one}")


def _mail(octets: int, signatures: int) -> bytes:
    raw = a_message(subject="A mail to be judged", text=LINE * (octets // len(LINE)))
    for signer in SIGNERS[:signatures]:
        raw = signer.sign(raw)
    return raw


def _ed25519(zone: ZoneResolver) -> bytes:
    signer = Signer("seller.example", selector="ed", key=ed25519_key())
    zone.add(signer.name, "TXT", signer.record)
    return signer.sign(_mail(SIZES["10 kB"], 0))


if __name__ == "__main__":
    main()
