"""What is said of a sender who could be taken for somebody else (SECURITY P10, P11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from languages.speech import _
from linking import likeness
from linking.letter import Letter
from mail.address import domain_of
from mail.direction import isolated
from mail.message import Address
from webui.call import Call
from webui.shown import address, readable_domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The warning in words; `is_domain`: the address itself deceives, not the name alone."""

    words: str
    is_domain: bool


def likenesses_of(call: Call, letters: Sequence[Letter]) -> dict[int, Likeness]:
    """Answer the warnings about the senders of letters, by letter; one without a warning has no entry."""
    shown = {one.id: one.from_ for one in letters}
    found = likeness.find_likenesses(call.session, call.viewer, letters)
    return {number: _in_words(one, sender) for number, one in found.items() if (sender := shown[number])}


def _in_words(found: likeness.Likeness, sender: Address) -> Likeness:
    if found.domain:
        said = _("The sender's domain is {domain}, which looks like {known} and is not. Ask before you act on it.")
        domain = readable_domain(domain_of(sender.address))
        return Likeness(words=said.format(domain=domain, known=readable_domain(found.domain)), is_domain=True)
    said = _("{name} is the name of a colleague, but {address} is not one of their addresses.")
    words = said.format(name=isolated(found.colleague), address=address(sender.address))
    return Likeness(words=words, is_domain=False)
