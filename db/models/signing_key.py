"""SigningKey: what signs our mail of one domain (DKIM, RFC 6376)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Text, Time


class SigningKey(Base):
    """Directory table, one key a domain of the installation.

    `sealed` is the private key (PEM) sealed for its place, `public` the base64 that DNS is to show (`p=`).
    """

    __tablename__ = "signing_key"
    domain: Mapped[Text] = mapped_column(primary_key=True)
    selector: Mapped[Text]
    sealed: Mapped[Text]
    public: Mapped[Text]
    created_at: Mapped[Time]
