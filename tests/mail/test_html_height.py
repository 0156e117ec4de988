"""How tall a page will be is guessed near enough; the browser tests hold guesses against Chromium."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.html import sanitise
from mail.html_height import FONT, LINE, height_of
from mail.html_tree import tree_of

ONE = FONT * LINE


def height(html: str, width: float = 700, *, pictures: bool = False) -> float:
    cleaned = sanitise(html, lambda content_id: f"cid:{content_id}", lambda address: address)
    return height_of(cleaned, width, pictures=pictures)


def test_lines_are_counted() -> None:
    assert height("") == 0
    assert height("<div>one</div>") == ONE
    assert height("one<br>two<br><br>four") == pytest.approx(4 * ONE)
    assert height("<div>one</div><div>&nbsp;</div><div><br></div>") == pytest.approx(3 * ONE)
    assert height("<pre>one\n\nthree</pre>") == pytest.approx(3 * ONE + 15)
    assert height("word " * 400) == pytest.approx(22 * ONE, rel=0.1)
    assert height("word " * 400, 350) == pytest.approx(2 * height("word " * 400), rel=0.05)
    assert height("言葉" * 200) == pytest.approx(2 * height("ab" * 200), rel=0.1)


def test_cells_stand_side_by_side() -> None:
    cell = f"<td width=100>{'word ' * 40}</td>"
    row = height(f"<table><tr>{cell}{cell}{cell}</tr></table>")
    assert row == height(f"<table><tr>{cell}</tr></table>")
    assert height(f"<table><tr>{cell}</tr><tr>{cell}</tr></table>") == pytest.approx(2 * row)
    assert height("<table height=400><tr height=10><td>x</table>") == 400


def test_what_is_hidden_takes_no_place() -> None:
    assert height("<div style='display:none'>x</div><div style='max-height:0;overflow:hidden'>x</div>") == 0
    assert height("<span style='display:none'>x</span><p style='display:none'>x") == 0


def test_pictures_count_as_far_as_they_are_shown() -> None:
    remote = "<img src=https://p.example/a.png width=500 height=300>"
    assert height(remote) == height(remote, pictures=True) == 300
    assert height("<img src=https://p.example/a.png alt=Logo>") == ONE
    assert height("<img src=https://p.example/a.png width=500>", pictures=True) == 200
    assert height("<img src=cid:a width=500>") == 200


def test_boxes_have_edges() -> None:
    box = "padding:10px 5px 20px;margin:0 0 7px"
    assert height(f"<div style='{box}'>x</div>") == pytest.approx(ONE + 37)
    assert height("<div style='padding:4pt;padding-top:10px'>x</div>") == pytest.approx(ONE + 10 + 16 / 3)
    assert height("<div style='height:50%;font-size:30px'>x</div>") == pytest.approx(2 * ONE)


@given(st.text(alphabet=st.sampled_from("<>/abptdr=\"' %0px;:!-\n"), max_size=100), st.floats(1, 2000))
def test_any_page_has_some_height(html: str, width: float) -> None:
    assert height(f"<table><tr><td>{html}", width) >= 0
    assert height_of(html, width, pictures=True) >= 0


def test_a_deep_page_is_cut() -> None:
    assert height_of("<div>" * 5000 + "x", 700, pictures=False) >= 0
    assert len(tree_of("<b>x</b>" * 100).children) == 100
