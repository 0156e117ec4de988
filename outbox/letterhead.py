"""Letterhead: what every mail of ours says of the house that sends it."""

from __future__ import annotations

from dataclasses import dataclass

from config.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """`base_url` begins every link, without a slash at its end; `mail_domain` stands in our From; `hostname` in ids."""

    base_url: str
    mail_domain: str
    hostname: str


def letterhead_of(settings: Settings) -> Letterhead:
    """Take from the settings what the operator decided."""
    return Letterhead(
        base_url=settings.base_url.rstrip("/"), mail_domain=settings.mail_domain[0], hostname=settings.own_name
    )
