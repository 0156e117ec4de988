"""A reply in pieces: nothing is lost, nothing new is folded, and text and HTML say the same of it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.html_text import html_to_text
from mail.message import Address
from mail.opening import Openings
from mail.quote import Piece, Role, new_of, new_text, pieces_of

AUTHOR = Address("Carl Customer", "carl@x.example")
NEW_LINES = (
    "Hello Rita,",
    "the lamps are here, thank you.",
    "Shall we meet on 4 March at 10:20?",
    "It costs 3 > 2 euro: fine.",
    "- one blue lamp",
    "From here it is not far.",
    "We agreed on this:",
    "明日お電話します。",
)
QUOTED_LINES = ("Dear Carl,", "when do you need the lamps?", "Best wishes", "Rita", "Vom Montag an.")
INTRODUCTIONS = (
    "On Wed, Mar 4, 2026 at 10:20 AM Rita <rita@y.example> wrote:",
    "Am 04.03.26 um 10:20 schrieb Rita <rita@y.example>:",
    "Le mer. 4 mars 2026 à 10:20, Rita <rita@y.example> a écrit :",
    "2026年3月4日(水) 10:20 Rita <rita@y.example>:",
)
BLOCKS = (
    ("From: Rita <rita@y.example>", "Sent: Wednesday, March 4, 2026 10:20", "To: Carl", "Subject: Lamps"),
    ("Von: Rita <rita@y.example>", "Gesendet: Mittwoch, 4. März 2026 10:20", "An: Carl", "Betreff: Lampen"),
    ("寄件者: Rita <rita@y.example>", "寄件日期: 2026年3月4日 10:20", "收件者: Carl", "主旨: Lamps"),
)
SIGNATURES = (("-- ", "Carl", "Customer Ltd"), ("Sent from my iPhone",), ("Best regards", "Carl Customer"), ())
paragraph = st.lists(st.sampled_from(NEW_LINES), min_size=1, max_size=3)
quotation = st.lists(st.sampled_from(QUOTED_LINES), min_size=1, max_size=4)


@dataclass(frozen=True, slots=True)
class Reply:
    """New paragraphs and quotations in turn, then a signature; `block` quotes the rest without marks."""

    paragraphs: list[list[str]]
    quotations: list[list[str]]
    introduction: str
    signature: tuple[str, ...]
    block: tuple[str, ...] = ()

    @property
    def new(self) -> list[str]:
        return [line for lines in self.paragraphs for line in lines]

    def text(self) -> str:
        lines = [self.introduction] if self.quotations else []
        for number, new in enumerate(self.paragraphs):
            if number < len(self.quotations):
                lines += [f"> {line}" for line in self.quotations[number]] + [""]
            lines += [*new, ""]
        lines += self.signature
        if self.block:
            lines += ["", *self.block, "", *QUOTED_LINES]
        return "\n".join(lines)

    def html(self) -> str:
        parts = [_line(self.introduction)] if self.quotations else []
        for number, new in enumerate(self.paragraphs):
            if number < len(self.quotations):
                parts.append(f"<blockquote>{''.join(map(_line, self.quotations[number]))}</blockquote>")
            parts += [*map(_line, new), "<div><br></div>"]
        parts += map(_line, self.signature)
        if self.block:
            parts += ["<hr>", *map(_line, self.block), "<p></p>", *map(_line, QUOTED_LINES)]
        return f"<html><body>{''.join(parts)}</body></html>"


def _line(line: str) -> str:
    return f"<div>{escape(line)}</div>"


between = st.builds(
    lambda turns, introduction, signature: Reply(
        [new for new, _ in turns], [old for _, old in turns], introduction, signature
    ),
    st.lists(st.tuples(paragraph, quotation), min_size=1, max_size=4),
    st.sampled_from(INTRODUCTIONS),
    st.sampled_from(SIGNATURES),
)
above = st.builds(
    lambda new, signature, block: Reply(new, [], "", signature, block),
    st.lists(paragraph, min_size=1, max_size=3),
    st.sampled_from(SIGNATURES),
    st.sampled_from(BLOCKS),
)


def pieces(text: str) -> tuple[Piece, ...]:
    return pieces_of(Openings(text), AUTHOR)


def said(text: str) -> list[str]:
    return [line.strip() for line in new_of(pieces(text)).split("\n") if line.strip()]


@given(st.one_of(between, above))
def test_new_text_quotes_and_signature_are_all_of_the_text(reply: Reply) -> None:
    text = reply.text()
    assert "\n".join(piece.text for piece in pieces(text)) == text


@given(st.one_of(between, above))
def test_what_is_new_is_shown_and_nothing_else(reply: Reply) -> None:
    assert said(reply.text()) == reply.new


@given(st.one_of(between, above))
def test_text_and_html_are_folded_alike(reply: Reply) -> None:
    assert said(html_to_text(reply.html())) == said(reply.text())


WORDS = st.sampled_from([*NEW_LINES, *SIGNATURES[0], *INTRODUCTIONS, *BLOCKS[0], "", "> x", "_" * 30, "--", "> " * 30])


@given(st.lists(WORDS, max_size=20), st.text(alphabet=" >-_:\n\xa0a", max_size=40))
def test_nothing_of_any_text_is_lost(lines: list[str], rest: str) -> None:
    text = "\n".join([*lines, rest])
    assert "\n".join(piece.text for piece in pieces(text)) == text


@pytest.mark.parametrize(
    ("line", "below", "is_new"),
    [
        ("> The shop in the old town answers that the blue lamps, of which there", "were five, are sold", False),
        ("> The shop in the old town answers that the blue lamps are sold again.", "fine for me", True),
        ("> The shop in the old town asks whether you can come on Monday, or so:", "Monday is fine", True),
        ("> Shall we meet and", "yes", True),
        ("> The shop in the old town answers that the blue lamps, of which there", "Were sold, I thought", True),
    ],
)
def test_line_between_quoted_ones(line: str, below: str, is_new: bool) -> None:
    found = new_text(Openings(f"Hello\n\n{line}\n{below}\n> and so on"))
    assert (below in found) is is_new


def test_rule_below_the_last_words_is_folded() -> None:
    assert pieces(f"Yes.\n\n{'-' * 40}\n") == (
        Piece(Role.NEW, "Yes."),
        Piece(Role.SIGNATURE, ""),
        Piece(Role.QUOTE, f"{'-' * 40}\n"),
    )
