"""Signed mails that something happened to: one number gives one case, the same each time.

    case = mutated(17)
    check_signatures(case.raw, case.zone(), NOW)

The keys are made anew in each run, so what is random about a case is all but its signature octets. Moments
are long past or far ahead, so that no clock matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from tests.kit.mail_changes import CHANGES
from tests.kit.mails import a_message
from tests.kit.resolver import ZoneResolver
from tests.kit.signing import SIGNED, PrivateKey, Signer, ed25519_key, rsa_key, small_rsa_key

PAST: Final = ("1500000000", "0", "1", "00001400000000")
AHEAD: Final = ("4000000000", "999999999999", "9999999999999999")
FORMS: Final = ("relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple", "relaxed", "simple", "-")
BODIES: Final = (
    "Hello Carl,\nhere is the offer.\n",
    "One.\n\nTwo  words. \n\t tab\n",
    "",
    "\n\n\n",
    "x\n\n\n\n",
    " \n \n",
    ".dot\n..dots\n",
    "naïve café\n" * 20,
)
KEY_TAGS: Final = (
    "", "", "", "", "t=s", "t=y", "t=y:s", "t=", "h=sha256", "h=sha1", "h=sha1 : sha256", "s=*", "s=email", "s=tlsrpt",
    "s=email:other", "n=note", "g=*", "x=y", "t = s", "v=DKIM1",
)  # fmt: skip
"""Tags that a key record has besides; the last names one twice."""
MORE_FIELDS: Final = ("x-odd", "reply-to", "received", "from", "to", "list-id", "dkim-signature", "")


@dataclass(frozen=True)
class Case:
    """A mail, and what DNS says about its keys: (name, text)."""

    raw: bytes
    records: tuple[tuple[str, str], ...]

    def zone(self) -> ZoneResolver:
        """Answer a resolver that knows the keys."""
        zone = ZoneResolver()
        for name, text in self.records:
            zone.add(name, "TXT", text)
        return zone


@cache
def _signers() -> tuple[Signer, ...]:
    keys: dict[str, PrivateKey] = {
        "ed": ed25519_key(),
        "rsa": rsa_key(),
        "rsa1": rsa_key(1024),
        "small": small_rsa_key(1000),
    }
    weights = {"ed": 9, "rsa": 4, "rsa1": 1, "small": 1}
    domains = (*["seller.example"] * 4, *["mail.seller.example"] * 2, "co.uk")
    return tuple(
        Signer(domain, selector=name, key=key)
        for name, key in keys.items()
        for domain in domains
        for _ in range(weights[name])
    )


def mutated(number: int) -> Case:
    """Answer the case of that number."""
    chance = Random(number)
    raw = _letter(chance)
    records = {}
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        base = chance.choice(_signers())
        signer = Signer(base.domain, base.selector, base.key, chance.choice(KEY_TAGS))
        raw = _signed(chance, signer, raw)
        records[signer.name] = _record(chance, signer.record)
    for _ in range(chance.choice((0, 0, 1, 1, 1, 2, 3, 4))):
        raw = chance.choice(CHANGES)(chance, raw)
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"  # RFC 5321 §4.1.1.4: mail that came by SMTP always ends so
    return Case(raw, tuple(records.items()))


def _letter(chance: Random) -> bytes:
    extra = {"X-Odd": chance.choice((" a", "\t a \r\n  b", "", "a\r\n\t\r\n b", "é"))}
    if chance.random() < 0.3:
        extra["Received"] = "from a by b;\r\n\tyesterday"
    subject = chance.choice(("Offer", "An  offer of\r\n many words", "Für Sie"))
    return a_message(subject=subject, text=chance.choice(BODIES), extra=extra)


def _signed(chance: Random, signer: Signer, raw: bytes) -> bytes:
    fields, form, tags = _fields(chance), chance.choice(FORMS), _tags(chance, signer)
    if form == "-":
        form, tags["c"] = "simple/simple", "-"  # RFC 6376 §3.5: what a signature without c= means
    tags["h"] = chance.choice((":", ":", ":", " : ", ":\r\n\t", " \r\n :")).join(fields)
    return signer.sign(raw, fields=fields, canonical=form, **tags)


def _fields(chance: Random) -> tuple[str, ...]:
    names = list(SIGNED)
    if chance.random() < 0.3:
        chance.shuffle(names)
    if chance.random() < 0.1:
        names.remove(chance.choice(names))
    names += [chance.choice(MORE_FIELDS) for _ in range(chance.choice((0, 0, 1, 3)))]
    return tuple(name.title() if chance.random() < 0.2 else name for name in names if name)


def _tags(chance: Random, signer: Signer) -> dict[str, str]:
    """Answer tags besides the usual ones, of every kind that RFC 6376 §3.5 knows."""
    offers: Sequence[tuple[float, str, Sequence[str]]] = (
        (0.15, "t", (*PAST, *PAST, AHEAD[0], AHEAD[1], "x")),
        (0.15, "x", (*AHEAD, *AHEAD, PAST[0], "-1")),
        (0.08, "l", ("0", "1", "5", "100000")),
        (0.15, "i", _identities(signer.domain)),
        (0.08, "q", ("dns/txt", "dns/txt", "dns", "dns/txt:x")),
        (0.1, "z", ("From:a@b|To:c=3Bd", "x")),
        (0.03, "v", ("2", "", "1 ")),
        (0.03, "a", ("rsa-sha1", "rsa-sha256", "ed25519-sha256", "dsa-sha256")),
        (0.03, "d", ("seller.example", "SELLER.example", "example", "sel ler.example", "seller.example.")),
        (0.03, "s", ("rsa", "ED", "a..b", "none")),
        (0.1, "zz", ("unknown",)),
    )
    return {name: chance.choice(values) for odds, name, values in offers if chance.random() < odds}


def _identities(domain: str) -> Sequence[str]:
    return (
        f"@{domain}",
        f"r@{domain}",
        f"r@sub.{domain}",
        f"r@x{domain}",
        "r@bank.example",
        domain,
        domain.upper(),
        "",
    )


def _record(chance: Random, record: str) -> str:
    """Now and then, write the key record otherwise."""
    if chance.random() > 0.15:
        return record
    head, _, key = record.partition("p=")
    return chance.choice(
        (
            record.replace("; ", ";"),
            record.replace("; ", " ;\t ").replace("p=", "p = "),
            record + ";",
            record + ";;",
            f"{head}p={key[:40]} {key[40:]}",
            f"p={key}; " + head.rstrip("; "),
            f"p={key}" if "rsa" in head else f"k=ed25519; p={key}",
            record.replace("DKIM1", "dkim1"),
            record.replace("k=rsa", "k=ed25519"),
            record.replace("p=", "p=A"),
            f"{head}p=",
            f"{head}",
            f"{head}p={key[:-8]}",
            "v=spf1 -all",
            "",
        )
    )
