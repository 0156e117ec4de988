"""All that stands beside a letter, put together for the one who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import request

from linking.letter import Letter
from linking.mail_with import MailWith, mail_with
from linking.open_records import DealShown, deals_by_id, open_for
from webui.auth import local_path
from webui.call import Call
from webui.side.always import Always, always_of, subject_of_letter
from webui.side.guests import Guest, guests_of
from webui.side.party import Party, party_of
from webui.talk import Talk

FEW: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """`deals` by id are those that are linked, `open_ones` those that are not but are open for the same people.

    `changing` is the link that another record shall take the place of; `stay` the page to which forms lead back.
    """

    party: Party | None = None
    mail: MailWith = field(default_factory=MailWith)
    deals: Mapping[int, DealShown] = field(default_factory=dict)
    open_ones: tuple[DealShown, ...] = ()
    always: Mapping[int, Always] = field(default_factory=dict)
    guests: tuple[Guest, ...] = ()
    changing: int | None = None
    stay: str = ""


def panel_of(call: Call, letter: Letter, talk: Talk, here: str) -> Panel:
    """Answer the panel; nothing in it rests on what the viewer may not see."""
    party = party_of(call, letter)
    linked = {one.target_id for one in letter.links}
    deals = deals_by_id(call.session, call.viewer, linked)
    open_ones = open_for(call.session, call.viewer, party.people if party else ())
    subject = subject_of_letter(call, party, open_ones)
    return Panel(
        party=party,
        mail=_other_mail(call, letter, talk, party),
        deals=deals,
        open_ones=tuple(one for one in open_ones if one.id not in linked),
        always=always_of(call, letter, subject, deals),
        guests=guests_of(call, letter),
        changing=_changing(call, letter),
        stay=local_path(request.args["stay"]) if "stay" in request.args else here,
    )


def _other_mail(call: Call, letter: Letter, talk: Talk, party: Party | None) -> MailWith:
    """Answer mail with the same party, but for what stands around the letter anyway."""
    if party is None:
        return MailWith()
    around = {letter.id, *(one.id for one in (*talk.before, *talk.after))}
    return mail_with(call.session, call.viewer, party.keys, FEW, but=around, now=call.now, read_raw=call.read_raw)


def _changing(call: Call, letter: Letter) -> int | None:
    number = call.backend.sealer.unseal("link", request.args.get("change", ""))
    return number if number in {one.id for one in letter.links} else None
