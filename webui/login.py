"""Every page before one is signed in: to import them is to hang their routes on the blueprint."""

from __future__ import annotations

from typing import Final

from webui import login_invited, login_passkey, login_password, login_provider
from webui.login_frame import login

PAGES: Final = (login_password, login_passkey, login_provider, login_invited)

__all__ = ["login"]
