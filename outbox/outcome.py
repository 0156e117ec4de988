"""What became of one try, as it is kept: fate, host, code and a line of what was said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from outbox.transport import Answer

LONGEST_REPLY: Final = 500
SIGN_IN_FIRST: Final = 530
"""RFC 4954 §6, RFC 3207 §4: sign in, or begin TLS, first; said at MAIL, and about no mail at all."""
SLOW_DOWN: Final = 421
"""RFC 5321 §4.2.2: the service is not available and closes; busy servers say it to who comes too often."""
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_POLICY: Final = re.compile(r"4\.7\.\d{1,3}\b")
"""RFC 3463 §3.8: security or policy; with a 4, rate limits and greylisting."""


class Fate(StrEnum):
    """How a try may end."""

    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`code` is None where no reply came. `judged`: the reply is about this mail, so that no other host is asked.

    `slow_down`: the destination wants less of us, whatever the mail.
    """

    fate: Fate
    host: str = ""
    code: int | None = None
    reply: str = ""
    judged: bool = False
    slow_down: bool = False


def read_answer(answer: Answer, host: str) -> Outcome:
    """Judge a server's reply: what refuses the mail itself for good is a failure, all else comes again."""
    reply = clean(answer.text)
    about = answer.is_about_the_mail and answer.code != SIGN_IN_FIRST
    if answer.accepted:
        fate = Fate.SENT
    elif about and 500 <= answer.code < 600:
        fate = Fate.FAILED
    else:
        fate = Fate.DEFERRED
    slow = fate is Fate.DEFERRED and (answer.code == SLOW_DOWN or _POLICY.match(reply) is not None)
    return Outcome(fate=fate, host=host, code=answer.code, reply=reply, judged=about, slow_down=slow)


def clean(text: str) -> str:
    """Answer what a stranger's server said as one line that is short and turns nothing around it."""
    return " ".join(_CONTROLS.sub(" ", text).split())[:LONGEST_REPLY]
