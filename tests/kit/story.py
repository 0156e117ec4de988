"""A story in which Anna's secrets touch everything that colleagues see: threads, contacts, deals, letters."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from accounts.policies import Sharing
from accounts.teams import make_team
from linking.answering import Dismissed, answer_question
from linking.sharing import CopyChanges, change_copy
from linking.unresolved import list_questions
from tests.kit.company import MAIL_DOMAIN
from tests.kit.drawings import a_picture
from tests.kit.mails import DATE, File, a_message
from tests.kit.worlds import CANARY, World

ANNA, BERT = "Anna <anna@northwind.example>", "Bert <bert@northwind.example>"
MARIA, OTTO, NEW = "Maria <maria@fabrikam.example>", "Otto <otto@contoso.example>", "Nina <nina@new.example>"
TEXT: Final = "Here is the offer for forty garden chairs, as we said on the phone.\n"
SECRET: Final = f"{TEXT}And this is between us: {CANARY}.\n"
FOOTERS: Final = {"none": "", "other": "footer of a list\n", "secret": f"footer of a gateway {CANARY}\n"}


def tell_story(world: World) -> None:
    """Let everything happen, with Anna's secrets or without."""
    make_records(world)
    same_letter_twice(world)
    footers(world)
    bridges(world)
    choices(world)
    strangers(world)
    by_bcc(world)
    same_bytes(world)
    deeds(world)


def make_records(world: World) -> None:
    """A team, contacts, deals and an organisation; one deal is Anna's alone. Bert and Ada share what they upload."""
    people = (world.anna.user_id, world.house.rosa.user_id)
    world.act(lambda session, at: make_team(session, world.ada, "Sales", people, at))
    for user in (world.house.bert, world.house.ada):
        world.prefer(user, sharing_default={"imap": "shared"})
    maria = world.record("maria", world.house.bert, "contact", name="Maria", addresses=["maria@fabrikam.example"])
    otto = world.record("otto", world.house.anna, "contact", name="Otto", addresses=["otto@contoso.example"])
    world.record("fabrikam", world.house.bert, "organization", name="Fabrikam", domains=["fabrikam.example"])
    world.record("chairs", world.house.bert, "deal", title="Chairs", contact_ids=[maria])
    world.record("tables", world.house.bert, "deal", title="Tables", contact_ids=[otto])
    world.record("quiet", world.house.anna, "deal", title="Quiet", contact_ids=[otto], visibility="owner")


def same_letter_twice(world: World) -> None:
    """Anna has the letter first; Bert's copy of it makes the same letter."""
    files = [File("chairs.pdf", b"%PDF"), File("chairs.png", a_picture(), "image/png")]
    raw = letter(MARIA, [ANNA, BERT], "<twice@fabrikam.example>", "Twice", attachments=files)
    world.secret(raw, owner=world.house.anna)
    world.mail(raw, owner=world.house.bert)
    later = letter(BERT, MARIA, "<later@northwind.example>", "Later")
    world.mail(later)
    world.secret(later, owner=world.house.anna)


def footers(world: World) -> None:
    """Witnesses of one letter whose texts differ by what gateways added."""
    orders = ("secret", "none", "other"), ("none", "secret", "other"), ("other", "secret", "none")
    for number, order in enumerate(orders):
        for witness in order:
            raw = letter(
                MARIA, [ANNA, BERT], f"<foot{number}@fabrikam.example>", f"Foot {number}", TEXT + FOOTERS[witness]
            )
            if witness == "secret":
                world.secret(raw, owner=world.house.anna)
            else:
                world.mail(raw, owner=world.house.bert if witness == "other" else world.house.ada)


def bridges(world: World) -> None:
    """A secret letter stands between two that others see, and names letters that nobody has."""
    world.mail(letter(BERT, MARIA, "<a@northwind.example>", "Bridge"))
    world.secret(
        letter(MARIA, ANNA, "<between@fabrikam.example>", "Re: Bridge", SECRET, in_reply_to="<a@northwind.example>"),
        owner=world.house.anna,
    )
    world.mail(letter(BERT, MARIA, "<c@northwind.example>", "Far", in_reply_to="<between@fabrikam.example>"))
    world.mail(letter(BERT, MARIA, "<d@northwind.example>", "Far", references=["<gone@x.example>"]))
    world.secret(
        letter(ANNA, OTTO, "<e@northwind.example>", "Far", SECRET, references=["<gone@x.example>", "<lost@x.example>"]),
        owner=world.house.anna,
    )


def choices(world: World) -> None:
    """What Anna chose by hand on a secret letter is no evidence for anybody's next one, her shared ones included."""
    world.mail(letter(BERT, OTTO, "<choice1@northwind.example>", "Choice"))
    secret = world.secret(
        letter(
            OTTO, ANNA, "<choice2@contoso.example>", "Re: Choice", SECRET, in_reply_to="<choice1@northwind.example>"
        ),
        owner=world.house.anna,
    )
    if secret:
        world.link(world.anna, secret, "chairs", "deal")
    world.mail(letter(BERT, OTTO, "<choice3@northwind.example>", "Re: Choice", in_reply_to="<choice2@contoso.example>"))
    world.mail(letter(ANNA, OTTO, "<choice4@northwind.example>", "Re: Choice", in_reply_to="<choice2@contoso.example>"))


def strangers(world: World) -> None:
    """Questions about an address that nobody knows, and mail that is held."""
    world.secret(letter(NEW, ANNA, "<new1@new.example>", "Hello", SECRET), owner=world.house.anna)
    world.mail(letter(BERT, NEW, "<new2@northwind.example>", "Hello"))
    world.mail(letter("Stranger <s@stranger.example>", MARIA, "<s1@stranger.example>", "Held"))


def same_bytes(world: World) -> None:
    """The same file, uploaded by one after the other."""
    raw = letter(OTTO, [ANNA, BERT], "<bytes@contoso.example>", "Bytes")
    world.secret(raw, owner=world.house.anna)
    world.mail(raw, owner=world.house.ada)
    world.mail(raw, owner=world.house.bert)


def by_bcc(world: World) -> None:
    """Anna keeps what she sends to herself."""
    world.prefer(world.house.anna, sharing_default={"smtp": "private"})
    world.secret(letter(ANNA, MARIA, "<bcc1@northwind.example>", "Bcc", SECRET))
    world.prefer(world.house.anna, sharing_default={"smtp": "shared"})
    world.mail(letter(ANNA, MARIA, "<bcc2@northwind.example>", "Re: Bcc", in_reply_to="<bcc1@northwind.example>"))


def deeds(world: World) -> None:
    """Anna reads, archives, deletes and answers; Bert shares what Anna has too."""
    for place, secret in enumerate(world.secrets):
        changes = CopyChanges(read=True, archived=place % 2 == 0, deleted=place % 3 == 0)
        world.act_secretly(secret, lambda session, one, at, c=changes: change_copy(session, world.anna, one, c, at))
    world.act_secretly(world.secrets[0], lambda session, _, at: _dismiss(world, session, at))
    shared = CopyChanges(sharing=Sharing.SHARED)
    for filed in (world.filed[0], world.filed[-1]):
        world.act(lambda session, at, f=filed: change_copy(session, world.bert, f.message_id, shared, at))


def letter(from_: str, to: str | list[str], message_id: str, subject: str, text: str = TEXT, **more: Any) -> bytes:
    """Write a mail; its Message-ID says when."""
    date = DATE + timedelta(seconds=int.from_bytes(hashlib.sha256(message_id.encode()).digest()[:2]))
    return a_message(from_=from_, to=to, subject=subject, text=text, message_id=message_id, date=date, **more)


def _dismiss(world: World, session: Session, at: datetime) -> None:
    secret = {one.message_id for one in world.secrets if one}
    for question in list_questions(session, world.anna, 50).rows:
        if question.message_id in secret:
            answer_question(session, world.anna, question.id, Dismissed(), at, MAIL_DOMAIN)
