"""Room: how many octets of large mails one process may hold at once, over all its sessions."""

from __future__ import annotations

from typing import Final

SCARCE: Final = 0.8
FREE_OCTETS: Final = 64 * 1024
"""Of each mail: an ordinary one is taken however much room large ones hold; a thousand sessions make 64 MB of it."""


class Room:
    """Counted by one event loop; a mail holds what was kept of it until it is stored or refused."""

    def __init__(self, octets: int) -> None:
        self._octets = octets
        self.held = 0

    @property
    def is_scarce(self) -> bool:
        """Tell whether most of it is taken."""
        return self.held >= SCARCE * self._octets

    def take(self, octets: int) -> bool:
        """Take so many, or nothing and answer False."""
        if self.held + octets > self._octets:
            return False
        self.held += octets
        return True

    def give_back(self, octets: int) -> None:
        """Give back what was taken."""
        self.held -= octets
