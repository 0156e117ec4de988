"""What a mail of ours is."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Only `composed` ever goes to an outside party (RULES R39).

    `confirmation` goes to an address that a user named as his own (R10), `answer` to who asked the robot (R51).
    """

    NOTICE = "notice"
    CONFIRMATION = "confirmation"
    ANSWER = "answer"
    COMPOSED = "composed"
