"""What is said of a sender who could be taken for somebody else (SECURITY P10, P11)."""

from __future__ import annotations

from dataclasses import dataclass

from languages.speech import _
from linking.letter import Letter
from linking.likeness import find_likeness
from mail.address import domain_of
from mail.direction import isolated
from webui.call import Call
from webui.shown import address, readable_domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The warning in words; `is_domain`: the address itself deceives, not the name alone."""

    words: str
    is_domain: bool


def likeness_of(call: Call, letter: Letter) -> Likeness | None:
    """Answer the warning about the sender of a letter, None where there is none."""
    found = find_likeness(call.session, call.viewer, letter)
    if found is None or letter.from_ is None:
        return None
    if found.domain:
        said = _("The sender's domain is {domain}, which looks like {known} and is not. Ask before you act on it.")
        domain = readable_domain(domain_of(letter.from_.address))
        return Likeness(words=said.format(domain=domain, known=readable_domain(found.domain)), is_domain=True)
    said = _("{name} is the name of a colleague, but {address} is not one of their addresses.")
    words = said.format(name=isolated(found.colleague), address=address(letter.from_.address))
    return Likeness(words=words, is_domain=False)
