"""What reading a mail costs, beside the standard library in the same run: `python -m bench.parse [--times N]`.

Printed is the time of the processor in milliseconds, the best and the median of N, for mails of 10 kB and 1 MB. Ours
reads everything that is shown and filed by: addresses, text, new text, forwards, files, calendars. The library is
asked for what it offers of the same: addresses, subject, date, text and the octets of every file.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from email.message import EmailMessage, Message
from email.policy import Policy
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, Final

from mail.parse import parse
from tests.kit.mails import File, a_message

LINE: Final = "We have looked at the chairs, and forty of them would fit the room with the large table.\n"
QUOTE: Final = "\nOn Wed, 4 Mar 2026 at 10:20, Carl Customer <carl@customer.example> wrote:\n"


def mails() -> Mapping[str, bytes]:
    """Answer a mail as people write it, and the same with a photo, a long quote and HTML."""
    quoted = "".join(f"> {LINE}" for _ in range(20))
    page = "".join(f"<p>{LINE}</p>" for _ in range(20))
    small = a_message(text=LINE * 60 + QUOTE + quoted, html=page)
    long_page = "".join(f"<p>{LINE}</p>" for _ in range(1_000))
    photo = File("photo.jpg", bytes(range(256)) * 2_400, "image/jpeg")
    large = a_message(text=LINE * 300 + QUOTE + quoted * 10, html=long_page, attachments=[photo])
    return {"10 kB": small, "1 MB": large}


def by_library(raw: bytes, policy: Policy[Any]) -> object:
    """Answer what the library offers of what `mail.parse` reads."""
    read: Message[Any, Any] = email.message_from_bytes(raw, policy=policy)
    people = getaddresses([str(value) for name in ("From", "To", "Cc") for value in read.get_all(name, [])])
    date = parsedate_to_datetime(str(read["Date"]))
    return people, date, str(read["Subject"]), [_content(part) for part in read.walk() if not part.is_multipart()]


def _content(part: Message[Any, Any]) -> object:
    if isinstance(part, EmailMessage):
        return part.get_content()
    octets = part.get_payload(decode=True)
    if part.get_content_maintype() != "text" or not isinstance(octets, bytes):
        return octets
    return octets.decode(part.get_content_charset() or "utf-8", "replace")


READERS: Final[Mapping[str, Callable[[bytes], object]]] = {
    "mail.parse": parse,
    "policy.default": lambda raw: by_library(raw, email.policy.default),
    "compat32": lambda raw: by_library(raw, email.policy.compat32),
}


def measure(read: Callable[[bytes], object], raw: bytes, times: int) -> list[float]:
    """Answer milliseconds of the processor for each reading, the first one left out."""
    read(raw)
    spent: list[float] = []
    for _ in range(times):
        gc.collect()
        began = time.process_time()
        read(raw)
        spent.append((time.process_time() - began) * 1000)
    return spent


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50)
    times = parser.parse_args().times
    for size, raw in mails().items():
        print(f"{size} ({len(raw):,} octets)")
        for name, read in READERS.items():
            spent = measure(read, raw, times)
            print(f"  {name:15} best {min(spent):7.2f} ms   median {statistics.median(spent):7.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
