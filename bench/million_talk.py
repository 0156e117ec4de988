"""Conversations of a large installation: who writes to whom about what, and in which words."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final

from bench.million_people import People, address_of, name_of
from db.search_words import words_written

VOCABULARY: Final = 30_000
SENTENCES: Final = 20_000
OFTEN: Final = {"half": 2, "alpha": 10, "beta": 11, "gamma": 100, "delta": 1000, "uncommon": 20_000}
"""Words that stand in every so many-th letter, beside those of a vocabulary in which few are frequent."""
SHARINGS: Final = ("shared",) * 12 + ("team",) + ("private",) * 7
LENGTHS: Final = (1,) * 10 + (2, 2, 3, 3, 4, 4, 5, 7, 12, 20)
AT_WORK: Final = 8
"""Conversations that a user has going at a time."""
OF_OTHERS: Final = 0.05
"""Part of the conversations with a contact that is a colleague's."""
STRANGERS: Final = 0.06
"""Part of the conversations with people who are no contacts."""
ABOUT_DEAL: Final = 0.7


@dataclass(slots=True, kw_only=True)
class Talk:
    """A conversation that goes on; `targets` are the records it is about, `left` the letters that will come."""

    id: int
    owner: int
    sharing: str
    name: str
    address: str
    subject: str
    targets: tuple[int, ...]
    left: int
    sent: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Words:
    """Something written, and its words as the search knows them."""

    text: str
    words: tuple[str, ...]


class Speech:
    """Makes texts of a vocabulary in which few words are frequent."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._sentences = [self._sentence() for _ in range(SENTENCES)]

    def letter(self, number: int) -> Words:
        """Answer the text of a letter, with the words that stand in every so many-th."""
        said = self._chance.choices(self._sentences, k=self._chance.choice((1, 2, 2, 3)))
        also = " ".join(word for word, every in OFTEN.items() if number % every == 0)
        if also:
            said.append(Words(f"{also}.", tuple(words_written(also))))
        return Words("\n".join(one.text for one in said), tuple(word for one in said for word in one.words))

    def subject(self) -> str:
        """Answer two to four words."""
        return " ".join(self._word() for _ in range(self._chance.choice((2, 3, 4)))).capitalize()

    def _sentence(self) -> Words:
        text = " ".join(self._word() for _ in range(self._chance.choice((8, 10, 12, 14))))
        return Words(f"{text.capitalize()}.", tuple(words_written(text)))

    def _word(self) -> str:
        number = int(VOCABULARY * self._chance.random() ** 3)
        return f"{'aeiou'[number % 5]}{'bdfgklmnprstv'[number // 5 % 13]}{'aeiou'[number // 65 % 5]}{number // 325}"


class Talks:
    """The conversations of all users; of a few contacts comes a large part of the mail."""

    def __init__(self, people: People, speech: Speech, chance: random.Random) -> None:
        self._people = people
        self._speech = speech
        self._chance = chance
        self._going: list[list[Talk]] = [[] for _ in people.users]

    def next(self, user: int, new_id: int) -> tuple[Talk, bool]:
        """Answer in which conversation of this user the next letter is, and whether it begins it."""
        going = self._going[user]
        began = len(going) < AT_WORK
        if began:
            going.append(self._new(user, new_id))
        place = len(going) - 1 if began else self._chance.randrange(AT_WORK)
        talk = going[place]
        talk.left -= 1
        if talk.left == 0:
            going.pop(place)
        return talk, began

    def _new(self, user: int, new_id: int) -> Talk:
        chance, people = self._chance, self._people
        of = chance.randrange(len(people.users)) if chance.random() < OF_OTHERS else user
        contact = int(people.contacts // len(people.users) * chance.random() ** 3) * len(people.users) + of
        is_stranger = chance.random() < STRANGERS
        return Talk(
            id=new_id,
            owner=user,
            sharing="private" if is_stranger else chance.choice(SHARINGS),
            name=name_of(contact),
            address=f"stranger{contact}@nowhere.example" if is_stranger else address_of(contact),
            subject=self._speech.subject(),
            targets=() if is_stranger else self._targets(contact),
            left=chance.choice(LENGTHS),
        )

    def _targets(self, contact: int) -> tuple[int, ...]:
        deal = self._people.deal_id(contact)
        about = (deal,) if deal and self._chance.random() < ABOUT_DEAL else ()
        return (self._people.contact_id(contact), *about)
