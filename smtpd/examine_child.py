"""A process that examines large mails, so that no thread of the receiver holds the interpreter for long.

It reads from standard input and answers on standard output until the input ends, which also happens
when the receiver dies. A request is a line of JSON {"envelope", "received_at", "now", "sealers", "size"} and
the mail; an answer is a line of JSON {"fault", "proof"}.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final

from ingest.envelopes import envelope_from_json, envelope_to_json
from mail.envelope import Envelope
from mail.shape import ShapeFault
from mailauth.stored import from_stored, to_stored
from mailauth.trust import NOBODY, Trust
from net.resolver import DnsResolver, Resolver
from smtpd.examine import Examined, examine

CHUNK: Final = 1 << 20
GIVES_WAY: Final = 10
"""Niceness: the receiver's event loop comes first."""


def request_line(raw: bytes, envelope: Envelope, now: datetime, trust: Trust = NOBODY) -> bytes:
    """Answer the line that goes before a mail."""
    request = {
        "envelope": envelope_to_json(envelope),
        "received_at": envelope.received_at.isoformat(),
        "now": now.isoformat(),
        "sealers": sorted(trust.sealers),
        "size": len(raw),
    }
    return json.dumps(request).encode() + b"\n"


def read_answer(line: bytes) -> Examined:
    """Answer what a child found; raises ValueError where the line is none of its answers."""
    answer = json.loads(line)
    fault = ShapeFault(answer["fault"]) if answer["fault"] else None
    return Examined(fault, from_stored(answer["proof"]))


def answer_line(examined: Examined) -> bytes:
    """Answer the line that a child writes."""
    return json.dumps({"fault": examined.fault, "proof": to_stored(examined.proof)}).encode() + b"\n"


def serve(requests: BinaryIO, answers: BinaryIO, resolver: Resolver) -> None:
    """Answer every request until there is no more."""
    while line := requests.readline():
        request = json.loads(line)
        raw = _read(requests, request["size"])
        envelope = envelope_from_json(request["envelope"], datetime.fromisoformat(request["received_at"]))
        now, trust = datetime.fromisoformat(request["now"]), Trust(frozenset(request["sealers"]))
        answers.write(answer_line(examine(raw, envelope, resolver, now, trust)))
        answers.flush()


def _read(requests: BinaryIO, size: int) -> bytes:
    """Read without ever holding the mail twice; a mail cut short is the end of the receiver."""
    content = BytesIO()
    while (left := size - content.tell()) and (chunk := requests.read(min(left, CHUNK))):
        content.write(chunk)
    if content.tell() < size:
        sys.exit(0)
    return content.getvalue()


def main(arguments: list[str]) -> None:
    """Serve on the standard streams; the arguments are DNS servers."""
    # The receiver ends us by closing our input; a signal to the whole group is for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(GIVES_WAY)
    serve(sys.stdin.buffer, sys.stdout.buffer, DnsResolver(tuple(arguments)))


if __name__ == "__main__":
    main(sys.argv[1:])
