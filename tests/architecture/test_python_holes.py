"""Known holes of the Python found (SECURITY 7): each stands behind a defence of our own, whatever the version.

The first tests show that the defence holds; the last that nothing goes around it.
"""

from __future__ import annotations

from email.errors import HeaderWriteError
from email.message import EmailMessage
from email.policy import SMTP, compat32

import pytest

from mail.address import parse_address_list
from mail.generate import UnsafeMessage, to_bytes
from mail.message import ParsedMessage
from mail.parse import parse
from mail.shape import author
from tests.architecture.sources import names_in, product_files
from tests.kit.worst import FIELDS, VALUES


def _injected() -> EmailMessage:
    message = EmailMessage(policy=compat32)
    message["From"] = "anna@northwind.example"
    message["Subject"] = "Offer\nBcc: everybody@example.com"
    return message


def test_cve_2026_1299_the_generator_writes_no_field_of_somebody_else() -> None:
    try:
        written = _injected().as_bytes(policy=SMTP)
    except HeaderWriteError:
        written = b""  # Python >= 3.13.12 refuses by itself.
    assert written == b"" or b"\r\nBcc: everybody@example.com\r\n" in written
    with pytest.raises(UnsafeMessage):
        to_bytes(_injected())


@pytest.mark.timeout(30)
@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("field", FIELDS)
def test_gh_136063_no_header_field_keeps_us_for_minutes(field: bytes, value: bytes) -> None:
    raw = field + b": " + value + b"\r\n\r\nHello\r\n"
    assert author(raw) == ""
    assert isinstance(parse(raw), ParsedMessage)


def test_cve_2023_27043_a_second_address_hides_in_no_name() -> None:
    [address] = parse_address_list('"evil@example.com" <anna@northwind.example>')
    assert address.address == "anna@northwind.example"


# What the standard library reads slowly, or differently from others, and where it may stand with the bounds named.
NAMED_PLACES = {
    "as_bytes": {"mail/generate.py"},
    "as_string": {"ingest/queues.py"},  # of a JSON value in SQL
    "BytesGenerator": set(),
    "Generator": set(),
    "DecodedGenerator": set(),
    "HeaderRegistry": {"mail/shape.py"},  # the second reading of From, of at most 2,048 octets
    "message_from_bytes": set(),
    "message_from_string": set(),
    "message_from_file": set(),
    "message_from_binary_file": set(),
    "BytesParser": set(),
    "BytesFeedParser": set(),
    "FeedParser": set(),
    "HTMLParser": set(),  # SECURITY M4
    "parseaddr": set(),
    "getaddresses": set(),
    "imaplib": set(),  # CVE-2025-15366: a line break in a folder name becomes a command of its own
}
"""Name to the files that may use it; `email.generator.Generator` and `collections.abc.Generator` share a name."""
_OTHER_MEANINGS = {("Generator", "collections.abc")}


@pytest.mark.parametrize("name", NAMED_PLACES)
def test_the_library_is_used_in_named_places_alone(name: str) -> None:
    users = {
        path
        for path in product_files()
        if any(used == name and (name, module) not in _OTHER_MEANINGS for used, module in names_in(path))
    }
    assert users == NAMED_PLACES[name]


def test_no_structured_policy_reads_a_mail() -> None:
    users = {path for path in product_files() if ("default", "email.policy") in names_in(path)}
    assert users == set()
