"""Hands one mail to one SMTP server and says what it answered; the only home of smtplib."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The remote's last reply: basic code and text (enhanced code included)."""

    code: int
    text: str

    @property
    def accepted(self) -> bool:
        """Say whether the mail is theirs now (2yz)."""
        return 200 <= self.code < 300


def submit(
    content: bytes,
    reverse_path: str,
    forward_paths: Sequence[str],
    *,
    host: str,
    port: int,
    helo: str,
    seconds: float = 30,
) -> Answer:
    """Play one mail transaction; raise OSError where the connection fails.

    The first refusal ends the transaction and is the answer.
    """
    with smtplib.SMTP(host, port, local_hostname=helo, timeout=seconds) as client:
        client.ehlo()
        for code, text in _dialogue(client, content, reverse_path, forward_paths):
            answer = Answer(code=code, text=text.decode("ascii", "replace"))
            if not 200 <= code < 400:
                break
        return answer


def _dialogue(
    client: smtplib.SMTP, content: bytes, reverse_path: str, forward_paths: Sequence[str]
) -> Sequence[tuple[int, bytes]]:
    replies = [client.mail(reverse_path)]
    if replies[-1][0] != 250:
        return replies
    for path in forward_paths:
        replies.append(client.rcpt(path))
        if replies[-1][0] not in (250, 251):
            return replies
    try:
        replies.append(client.data(content))
    except smtplib.SMTPDataError as refused:
        text = refused.smtp_error
        replies.append((refused.smtp_code, text if isinstance(text, bytes) else text.encode()))
    return replies
