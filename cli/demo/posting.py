"""Hands the demo's mails over by SMTP, and says where each went in the product's own sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from cli.demo.populating import Populated
from cli.demo.server import ask
from cli.demo.waiting import ask_until
from cli.demo.writing import Mail
from config.settings import Settings
from outbox.transport import Answer, submit

FILE_SECONDS: Final = 20
UNDECIDED: Final = ("received", "processing")
WEIGHT: Final = ("deal", "project", "lead", "contact", "organization")
"""What a reader wants to know first."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail and the server's reply to it."""

    mail: Mail
    answer: Answer


def post(mail: Mail, settings: Settings, populated: Populated) -> Posted:
    """Hand one mail over, the Bcc address in the envelope alone."""
    forward_path = populated.destination(mail.letter.via, mail.letter.author)
    host, _, port = settings.smtp_listen[0].partition(":")
    answer = submit(mail.content, mail.reverse_path, [forward_path], host=host, port=int(port), helo="client.example")
    return Posted(mail, answer)


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells what became of mails, as their authors see it."""

    settings: Settings
    populated: Populated

    def told(self, posted: Posted) -> Iterator[str]:
        """Answer the lines about one mail."""
        answer = posted.answer
        yield posted.mail.letter.title
        if not answer.accepted:
            yield f"  Refused: {answer.code} {answer.text}"
            return
        # A stranger has no login: the admin sees what is nobody's.
        token = self.populated.tokens.get(posted.mail.letter.author) or next(iter(self.populated.tokens.values()))
        inbound = self._decided(token, answer.text.rsplit(" ", 1)[-1])
        if inbound is None:
            yield "  not decided yet"
            return
        letters = [ask(self.settings, token, f"messages/{one}") for one in inbound["message_ids"]]
        for letter in letters:
            yield f"  {_about(letter) or _fate(inbound)}"
            yield f"  {self.settings.base_url}/m/{letter['id']}"
        if not letters:
            yield f"  {_fate(inbound)}"

    def _decided(self, token: str, inbound_id: str) -> dict[str, Any] | None:
        def decided() -> dict[str, Any] | None:
            inbound = ask(self.settings, token, f"inbound/{inbound_id}")
            return None if inbound["status"] in UNDECIDED else inbound

        return ask_until(decided, FILE_SECONDS)


def _fate(inbound: dict[str, Any]) -> str:
    status, sentence = str(inbound["status"]).capitalize(), str(inbound["sentence"])
    return sentence if sentence.startswith(status) else f"{status}: {sentence}"


def _about(letter: dict[str, Any]) -> str:
    """Answer what is asked about the letter, or else its weightiest link."""
    steps = [str(one["sentence"]) for one in letter["decisions"] if one["step"] == "link"]
    if letter["question"]:
        return steps[-1]
    links = sorted(letter["links"], key=lambda link: WEIGHT.index(link["type"]))
    return str(links[0]["sentence"]) if links else ""
