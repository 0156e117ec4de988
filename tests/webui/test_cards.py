"""vCards and QR codes of our addresses."""

from __future__ import annotations

import struct

import pytest

from webui.cards import mecard, qr_png, vcard

ADDRESS = "anna-abcdefghjkmnpqrstuvwxyz234@bcc.northwind.example"


def unfolded(card: bytes) -> list[str]:
    """Answer the content lines as RFC 6350 §3.2 tells to read them."""
    return card.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_a_card_is_vcard_4_with_a_name_and_an_address() -> None:
    lines = unfolded(vcard("Northwind Bcc", ADDRESS, "Put me into Bcc"))
    assert lines[:2] == ["BEGIN:VCARD", "VERSION:4.0"]
    assert lines[-1] == "END:VCARD"
    assert {"FN:Northwind Bcc", f"EMAIL:{ADDRESS}", "NOTE:Put me into Bcc"} < set(lines)
    assert vcard("Northwind Bcc", ADDRESS) == vcard("Northwind Bcc", ADDRESS)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Lopez, Maria; Sales", r"FN:Lopez\, Maria\; Sales"),
        ("a\\b", r"FN:a\\b"),
        ("two\r\nlines", r"FN:two\nlines"),
        ("x\nEND:VCARD", r"FN:x\nEND:VCARD"),
        ("a\x00b\x1b", "FN:ab"),
        ("", f"FN:{ADDRESS}"),
    ],
)
def test_text_is_escaped(name: str, shown: str) -> None:
    lines = unfolded(vcard(name, ADDRESS))
    assert shown in lines
    assert len(lines) == 6


@pytest.mark.parametrize("name", ["x" * 400, "ü" * 200, "株式会社" * 60, "👩‍💼" * 40, "שלום " * 50])
def test_lines_are_folded_between_characters(name: str) -> None:
    card = vcard(name, ADDRESS)
    lines = card.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
    assert f"FN:{name}" in unfolded(card)


def test_mecard_escapes_what_separates() -> None:
    assert mecard("Lopez; Maria: x", ADDRESS).startswith("MECARD:N:Lopez\\; Maria\\: x;EMAIL:anna-")


def test_a_code_is_a_square_png() -> None:
    image = qr_png(mecard("Northwind", ADDRESS))
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", image[16:24])
    assert width == height > 200
