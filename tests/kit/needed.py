"""What a test needs of the machine: where it is missing the test is skipped, but never in CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skip the test and say what is missing; in CI, which installs all that is needed, fail it."""
    if os.environ.get("CI"):
        pytest.fail(f"no {what} on this machine")
    pytest.skip(f"no {what} on this machine; as root on Debian `./dev test` installs it")
