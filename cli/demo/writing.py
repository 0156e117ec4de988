"""Writes a letter of the demo as the bytes that a mail program would hand over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from cli.demo import paper, picture
from cli.demo.domains import Domains
from cli.demo.letters import DemoLetter
from cli.demo.world import DemoWorld
from mail.address import parse_address_list
from mail.generate import to_bytes
from mail.message import Address as NamedAddress

FORGER: Final = "mallory@forger.example"
BOUNDARY: Final = "=_original"


@dataclass(frozen=True, slots=True)
class Mail:
    """What is handed over by SMTP."""

    letter: DemoLetter
    reverse_path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Pen:
    """Knows the people, their keys, and the Message-ID of each letter by its key."""

    world: DemoWorld
    domains: Domains
    bcc_address: str
    message_ids: Mapping[str, str]

    def mail(self, letter: DemoLetter) -> Mail:
        """Answer the letter with its author's signature; a forger has none."""
        author = self._mailbox(letter.author).addr_spec
        if letter.forged:
            return Mail(letter, FORGER, to_bytes(self._message(letter)))
        return Mail(letter, author, self._signed(letter))

    def _signed(self, letter: DemoLetter) -> bytes:
        return self.domains.signed(to_bytes(self._message(letter)), self._mailbox(letter.author).domain)

    def _message(self, letter: DemoLetter) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._mailbox(letter.author)
        message["To"] = [self._mailbox(one) for one in letter.to or (self.bcc_address,)]
        if letter.cc:
            message["Cc"] = [self._mailbox(one) for one in letter.cc]
        message["Subject"] = letter.subject
        message["Date"] = letter.date
        message["Message-ID"] = self.message_ids[letter.key]
        if letter.answers:
            before = [self.message_ids.get(key) or f"<{key}@{_domain(letter.to[0])}>" for key in letter.answers]
            message["In-Reply-To"] = before[-1]
            message["References"] = " ".join(before)
        for name, value in letter.headers.items():
            message[name] = value
        self._fill(message, letter)
        return message

    def _fill(self, message: EmailMessage, letter: DemoLetter) -> None:
        if letter.attached:
            _forward(message, letter.text, self._signed(letter.attached))
            return
        message.set_content(letter.text)
        if letter.html:
            message.add_alternative(letter.html, subtype="html")
            if letter.has_picture:
                *_, html = message.iter_parts()
                html.add_related(
                    picture.bench(),
                    "image",
                    "png",
                    cid="<bench@northwind.example>",
                    disposition="inline",
                    filename="bench.png",
                )
        if letter.paper:
            content = paper.pdf(letter.paper.lines)
            message.add_attachment(content, "application", "pdf", filename=letter.paper.filename)

    def _mailbox(self, word: str) -> Address:
        named = _named(word)
        address = named.address if named else self.world.address(word)
        name = named.name if named else self.world.names.get(address, "")
        return Address(display_name=name, addr_spec=address)


def message_ids(world: DemoWorld, letters: tuple[DemoLetter, ...]) -> dict[str, str]:
    """Answer the Message-ID of each letter by its key, of the originals of forwards too."""
    every = [one for letter in letters for one in (letter, letter.attached) if one]
    return {one.key: f"<{one.key}@{_domain(_author(world, one.author))}>" for one in every}


def _author(world: DemoWorld, word: str) -> str:
    named = _named(word)
    return named.address if named else world.address(word)


def _named(word: str) -> NamedAddress | None:
    """Answer a mailbox that is written out, `Name <address>`; a short word of the world is none."""
    return next(iter(parse_address_list(word)), None) if "<" in word else None


def _forward(message: EmailMessage, text: str, original: bytes) -> None:
    """Attach the original as it is: written anew by the library its signature would no longer verify."""
    words = text.replace("\n", "\r\n")
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = f'multipart/mixed; boundary="{BOUNDARY}"'
    message.set_payload(
        f"--{BOUNDARY}\r\nContent-Type: text/plain\r\n\r\n{words}\r\n"
        f"--{BOUNDARY}\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n"
        f"{original.decode('ascii')}\r\n--{BOUNDARY}--\r\n"
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
