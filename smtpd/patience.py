"""When a client has taken too long (SECURITY S7); seconds of the event loop's clock, which comes as an argument."""

from __future__ import annotations

from typing import Final

from smtpd.limits import Limits

LOOK_AGAIN_SECONDS: Final = 1.0
LAST_WORDS_SECONDS: Final = 5.0


class Patience:
    """One for a session. `deadline` is when what we wait for now must have come."""

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits = limits
        self._session_end = now + limits.session_seconds
        self._last_input = self._data_began = now
        self.deadline = now + limits.greeting_delay + limits.command_seconds

    def heard(self, now: float) -> None:
        """Take note that something came."""
        self._last_input = now

    def await_command(self, now: float, *, hurried: bool = False) -> None:
        """Wait for a whole command: single octets do not lengthen it; `hurried` under stress."""
        self.deadline = min(now + self._seconds(hurried=hurried), self._session_end)

    def hurry(self, now: float) -> None:
        """Count what was waited for already as if it had been hurried from the start."""
        self.deadline = min(self.deadline, max(now, self._last_input + self._limits.stressed_seconds))

    def session_is_over(self, now: float) -> bool:
        """Tell whether the session has had its time, however busy it is."""
        return now >= self._session_end

    def await_data(self, now: float) -> None:
        """Wait for a mail."""
        self._data_began = self._last_input = now

    def await_last_words(self, now: float) -> None:
        """Wait until the client takes our last reply."""
        self.deadline = now + LAST_WORDS_SECONDS

    def await_goodbye(self, now: float) -> None:
        """Wait until the client closes too."""
        self.deadline = now + self._limits.linger_seconds

    def data_ends(self, now: float, received: int, *, hurried: bool = False) -> float:
        """Answer when a mail of which so much came is given up, or looked at again."""
        silent = self._last_input + self._seconds(hurried=hurried)
        return min(self._slow_ends(now, received, hurried=hurried), silent, self._session_end)

    def _seconds(self, *, hurried: bool) -> float:
        usual = self._limits.command_seconds
        return min(usual, self._limits.stressed_seconds) if hurried else usual

    def _slow_ends(self, now: float, received: int, *, hurried: bool) -> float:
        limits, elapsed = self._limits, now - self._data_began
        grace, least = limits.data_grace_seconds, limits.data_octets_per_second
        if hurried:
            grace, least = min(grace, limits.stressed_seconds), max(least, limits.stressed_octets_per_second)
        if elapsed < grace:
            return self._data_began + grace
        return self._data_began if received < elapsed * least else now + LOOK_AGAIN_SECONDS
