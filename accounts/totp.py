"""Codes of an authenticator (TOTP, RFC 6238 over RFC 4226): six digits, SHA-1, a new one every 30 seconds."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pyotp

ISSUER: Final = "smartbcc"
DIGITS: Final = 6
STEP_SECONDS: Final = 30
DRIFT: Final = 1
"""Steps before and after that count too (RFC 6238 §5.2): clocks differ, and typing takes time."""


def new_secret() -> str:
    """Make a shared secret of 160 bits in base32 (RFC 4226 §4)."""
    return pyotp.random_base32(32)


def provisioning_uri(secret: str, account: str) -> str:
    """Answer the `otpauth:` address that an authenticator reads from a QR code."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(name=account, issuer_name=ISSUER)


def step_of(now: datetime) -> int:
    """Answer the number of the time step."""
    return int(now.timestamp()) // STEP_SECONDS


def find_step(secret: str, code: str, now: datetime) -> int | None:
    """Answer the time step whose code this is, None for a wrong one; compared in constant time."""
    if not is_code(code):
        return None
    maker = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    here = step_of(now)
    right = [
        step
        for step in range(here - DRIFT, here + DRIFT + 1)
        if pyotp.utils.strings_equal(maker.generate_otp(step), code)
    ]
    return right[0] if right else None


def is_code(code: str) -> bool:
    """Tell whether this has the form of a code."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()
