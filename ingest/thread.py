"""Step 6: which conversation it belongs to, as its owner sees it (RULES R28)."""

from __future__ import annotations

from dataclasses import replace

from ingest.letter import Letter
from ingest.reader import Reader
from linking.connecting import Node
from linking.decision import Step
from linking.nodes import line_of
from linking.rule import Rule
from mail.message import Automatic
from mail.subject import base_subject

NEW_LETTER = 0
"""Stands for a letter that has no id yet."""


def thread(look: Reader, letter: Letter) -> Letter:
    """Find the letters that it joins and the choices made on them."""
    conversation = look.conversation(
        letter.owner_id,
        node_of(letter),
        audience=letter.sharing,
        before_copy=letter.kept.copy_id if letter.kept else None,
    )
    rule = Rule(conversation.rule or Rule.FIRST)
    if rule is Rule.ANSWERS and letter.message.automatic is Automatic.DSN:
        rule = Rule.REPORTS_ON
    step = Step(
        step="thread",
        outcome="first" if rule is Rule.FIRST else "joined",
        rule=rule,
        args={"letters": len(conversation.letters)},
        letter=letter.inner_path,
    )
    return replace(letter, conversation=conversation, steps=(*letter.steps, step))


def node_of(letter: Letter) -> Node:
    """Answer what R28 reads of a letter."""
    message = letter.message
    return Node(
        id=NEW_LETTER,
        own=message.message_id,
        in_reply_to=frozenset(message.in_reply_to),
        references=frozenset(message.references),
        base_subject=base_subject(message.subject).casefold(),
        parties=frozenset(one.key for one in (*letter.parties.outside, *letter.parties.ignored)),
        line=line_of(message.in_reply_to, message.references),
    )
