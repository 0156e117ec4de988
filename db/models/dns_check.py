"""DnsCheck: what DNS said about a name when it was last asked."""

from __future__ import annotations

from sqlalchemy import PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, JsonValue, MaybeText, Text, Time


class DnsCheck(Base):
    """Directory table: `name` is the record's name, `kind` what it is for, such as `mx` or `dkim`.

    `said` are the texts that were found. `failed`: why DNS could not be asked, NULL where it answered. `facts` is
    what more had to be asked to judge them, such as the look-ups that an SPF record causes.
    """

    __tablename__ = "dns_check"
    __table_args__ = (PrimaryKeyConstraint("name", "kind"),)
    name: Mapped[Text]
    kind: Mapped[Text]
    said: Mapped[JsonValue]
    facts: Mapped[JsonValue]
    failed: Mapped[MaybeText]
    checked_at: Mapped[Time]
