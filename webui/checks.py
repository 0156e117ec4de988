"""What this server checked about a sender, explained: SPF, DKIM, DMARC and ARC, a sentence each (RFC 8601)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from languages.speech import _, marked
from linking.letter import Letter
from webui.shown import plain

PROVES: Final = "pass"
UNTOLD: Final = marked("This could not be told.")
MEANINGS: Final[Mapping[tuple[str, str], str]] = {
    ("SPF", "pass"): marked("The server that brought the mail may send for {domain}."),
    ("SPF", "fail"): marked("{domain} says that this server may not send for it."),
    ("SPF", "softfail"): marked("{domain} says that this server is probably not one of its own."),
    ("SPF", "neutral"): marked("{domain} says nothing about this server."),
    ("SPF", "none"): marked("No list of servers was published, or there was none to ask for."),
    ("DKIM", "pass"): marked("{domain} signed the mail, and nothing that it signed was changed since."),
    ("DKIM", "fail"): marked("A signature of {domain} does not fit the mail that came."),
    ("DKIM", "none"): marked("Nobody signed the mail."),
    ("DMARC", "pass"): marked("What passed above belongs to the domain in From, {domain}."),
    ("DMARC", "fail"): marked("Nothing that passed above belongs to the domain in From, {domain}."),
    ("DMARC", "none"): marked("The domain in From does not say what is to be done with mail that nothing proves."),
    ("ARC", "pass"): marked("Who passed the mail on says what was true before: {domain}."),
    ("ARC", "fail"): marked("What was said by those who passed the mail on does not fit it."),
    ("ARC", "none"): marked("Nobody who passed the mail on says anything about it."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: its name and result as mail servers write them, and what that means."""

    name: str
    result: str
    means: str

    @property
    def passed(self) -> bool:
        """Tell whether it proves something."""
        return self.result == PROVES


def checks_of(letter: Letter) -> tuple[Check, ...]:
    """Answer the checks in the order in which they build on each other."""
    proof = letter.authentication
    signed: list[Mapping[str, Any]] = proof["dkim"] or [{"result": "none", "domain": ""}]
    return (
        _check("SPF", proof["spf"]["result"], proof["spf"]["domain"]),
        *(_check("DKIM", one["result"], one["domain"]) for one in signed),
        _check("DMARC", proof["dmarc"]["result"], proof["dmarc"]["domain"]),
        _check("ARC", proof["arc"]["result"], ", ".join(proof["arc"]["sealers"])),
    )


def _check(name: str, result: str | None, domain: str | None) -> Check:
    said = str(result or "none")
    means = _(MEANINGS.get((name, said), UNTOLD)).format(domain=plain(domain, 253) or "?")
    return Check(name=name, result=said, means=means)
