"""The way out in words, without a password: where mail goes, or why it does not."""

from __future__ import annotations

from config.kinds import DIRECT
from config.settings import Settings
from languages.speech import _
from outbox.smarthost import parse_smarthost


def smarthost_name(settings: Settings) -> str | None:
    """Answer `host:port` of the smarthost, None where there is none."""
    if settings.smarthost_url in ("", DIRECT):
        return None
    return parse_smarthost(settings.smarthost_url).name


def is_off(settings: Settings) -> bool:
    """Tell whether outgoing mail waits because the operator named no way out."""
    return not settings.smarthost_url


def way_out(settings: Settings) -> str:
    """Say how mail leaves."""
    if is_off(settings):
        return _("None: SMARTHOST_URL is off.")
    name = smarthost_name(settings)
    if name:
        return _("Through {name}.").format(name=name)
    return _("Directly to the mail servers of each recipient's domain.")
