"""Viewer: who asks; every read and every change of tenant data carries one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a user may do in the company; `read_only` reads and changes nothing of others."""

    ADMIN = "admin"
    MEMBER = "member"
    READ_ONLY = "read_only"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A user of a company, and the role that he has now."""

    company_id: int
    user_id: int
    role: Role

    @property
    def is_admin(self) -> bool:
        """Tell whether this is an admin, who sees records but never private mail (RULES R31)."""
        return self.role is Role.ADMIN

    @property
    def may_write(self) -> bool:
        """Tell whether this user may change records, links and copies."""
        return self.role is not Role.READ_ONLY
