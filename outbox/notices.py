"""Notices: a mail to a user's own login address that says what waits for him (RULES R38)."""

from __future__ import annotations

from outbox.writing import write_mail

__all__ = ["write_mail"]
