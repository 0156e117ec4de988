"""Reply: what we say to an SMTP command (RFC 5321 §4.2, enhanced status codes of RFC 3463)."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply; `when` is for the operator's table, `closes` ends the session after it.

    `enhanced` is empty where RFC 2034 §3 and §4 have none: the greeting, the answers to HELO and EHLO,
    and 3yz. `counts` marks a bad command, of which a session has a limited number.
    """

    code: int
    enhanced: str
    text: str
    when: str = ""
    closes: bool = False
    counts: bool = False

    @property
    def line(self) -> str:
        """Answer the whole line, without its end."""
        return " ".join(part for part in (str(self.code), self.enhanced, self.text) if part)

    @property
    def is_permanent(self) -> bool:
        """Tell whether it refuses for good."""
        return self.code >= 500

    @property
    def accepts(self) -> bool:
        """Tell whether the command did what it asked."""
        return self.code < 400

    def naming(self, name: str) -> Reply:
        """Answer this reply with the name put into its text."""
        return replace(self, text=self.text.format(name))

    def __bytes__(self) -> bytes:
        return self.line.encode("ascii") + b"\r\n"
