"""What the inputs cost that were made to be slow: `python -m bench.worst [--all]`.

Printed is the time of the processor beside its bound, the slowest first: SECURITY (section 8, items 25
to 27) gives a mail that passes the shape gate, and each check of it, a second; a whole mail of any
bytes may take two to read. Ends with 1 where one is over its bound.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from mail.envelope import Envelope
from mail.from_field import read_from_field
from mail.html import sanitise
from mail.parse import parse
from mail.shape import check_shape
from mailauth.canonical import relaxed_body, relaxed_field, simple_body
from mailauth.dkim import check_signatures, without_b
from mailauth.spf import check_spf
from tests.kit import worst
from tests.kit.mails import a_message
from tests.kit.resolver import ZoneResolver
from tests.kit.signing import Signer

CHECK_MS: Final = 1000
MAIL_MS: Final = 2000
NAMED: Final = ("20,000 recipients", "20,000 parameters", "1,500 levels", "100,000 parts")
"""Mails of SECURITY section 8, items 25 to 27."""
SHOWN: Final = 20
NOW: Final = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Worst:
    """An input and what reads it; `make` is not measured."""

    name: str
    bound_ms: int
    make: Callable[[], Callable[[], object]]

    def measure(self) -> float:
        """Answer milliseconds of the processor."""
        read = self.make()
        gc.collect()
        began = time.process_time()
        read()
        return (time.process_time() - began) * 1000


def inputs() -> Iterator[Worst]:
    """Answer all of them."""
    yield from _mails()
    yield from _gate()
    yield from _signatures()
    yield from _spf()


def _mails() -> Iterator[Worst]:
    for name, mail in worst.MAILS.items():
        bound = CHECK_MS if name in NAMED else MAIL_MS
        yield Worst(f"parse: {name}", bound, partial(_parse_mail, mail))
    for name, page in worst.PAGES.items():
        yield Worst(f"parse HTML: {name}", MAIL_MS, partial(_parse_page, page))
        yield Worst(f"clean HTML: {name}", MAIL_MS, partial(_clean_page, page))


def _parse_mail(mail: Callable[[], bytes]) -> Callable[[], object]:
    return partial(parse, mail())


def _parse_page(page: Callable[[], str]) -> Callable[[], object]:
    return partial(parse, worst.text(page().encode(), b"text/html"))


def _clean_page(page: Callable[[], str]) -> Callable[[], object]:
    return partial(sanitise, page(), lambda content_id: f"cid:{content_id}")


def _gate() -> Iterator[Worst]:
    good = a_message()
    yield _check("gate: large body", partial(check_shape, good + worst.LARGE_BODY))
    for value in worst.AUTHORS:
        yield _check(f"gate: author {value[:12]!r}", partial(check_shape, b"From: " + value + b"\r\n\r\n"))
    for unit in worst.FROM_UNITS:
        yield _check(f"From: {unit!r} repeated", partial(read_from_field, unit * 30_000))
    for field in worst.FIELDS:
        for value in worst.VALUES:
            raw, name = field + b": " + value + b"\r\n\r\nHello\r\n", f"{field.decode()}: {value[:12]!r}"
            yield _check(f"gate: {name}", partial(check_shape, raw))
            yield _check(f"parse: {name}", partial(parse, raw))


def _signatures() -> Iterator[Worst]:
    signer = Signer("seller.example")
    zone, mail = ZoneResolver(signer.line()), a_message()
    for value in worst.SIGNATURES:
        raw = (b"DKIM-Signature:" + value + b"\r\n") * 4 + mail
        yield _check(f"DKIM: {value[:24]!r}", partial(check_signatures, raw, zone, NOW))
    for body in worst.SPACES:
        yield _check(f"canonical: {body[:8]!r}", partial(_canonicalise, body))


def _canonicalise(body: bytes) -> None:
    relaxed_body(body)
    simple_body(body)
    without_b(b" v=1; b" + body)
    relaxed_field(b"X", body)


def _spf() -> Iterator[Worst]:
    envelope = Envelope(
        reverse_path="rita@s.example",
        forward_paths=(),
        helo="mx.s.example",
        peer="192.0.2.10",
        tls=False,
        received_at=NOW,
    )
    for terms in worst.SPF_TERMS:
        zone = worst.spf_zone(terms)
        yield _check(f"SPF: {terms[:20]!r}", partial(check_spf, envelope, ZoneResolver(zone)))


def _check(name: str, read: Callable[[], object]) -> Worst:
    return Worst(name, CHECK_MS, lambda: read)


def main() -> int:
    """Measure and print; answer 1 where one is over its bound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="print each, not the slowest alone")
    options = parser.parse_args()
    measured = sorted(((one.measure(), one) for one in inputs()), key=lambda pair: -pair[0])
    over = [one for ms, one in measured if ms > one.bound_ms]
    for ms, one in measured if options.all else measured[: max(SHOWN, len(over))]:
        print(f"{ms:8.1f} ms of {one.bound_ms}{'  OVER' if ms > one.bound_ms else '      '}  {one.name}")
    print(f"{len(measured)} inputs, {len(over)} over the bound")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
