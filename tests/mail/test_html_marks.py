"""What a reader is told about a page: misleading links, pictures on the network, trackers (SECURITY W2, W14, R36)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.html import sanitise
from mail.html_height import height_of
from mail.html_marks import mark
from mail.html_tokens import tokens
from tests.kit.worst import PAGES
from tests.mail.test_html import ACTIVE, HOSTILE, REMOTE

MARKUP = st.text(alphabet=st.sampled_from("<>/abiu=\"' &;:#x!-\n\u202e."), max_size=80)


def show(host: str) -> str:
    """Show one honest host in letters and every other in A-labels, as the pages do."""
    return {"xn--mller-kva.example": "müller.example"}.get(host, host)


def link(text: str, href: str, more: str = "") -> str:
    page = mark(f'<p><a {more} href="{href}">{text}</a></p>', show).html
    return sanitise(page, lambda _: None)


MISLEADING = [
    ("https://shop.example/login", "https://evil.example/shop.example", "evil.example"),
    ("shop.example", "https://shop.example.evil.example/", "shop.example.evil.example"),
    ("WWW.Shop.Example", "http://evil.example", "evil.example"),
    ("www.shop.example/path?x=1", "http://evil.example", "evil.example"),
    ("Log in at https://shop.example now", "http://evil.example", "evil.example"),
    ("<b>shop</b>.example", "http://evil.example", "evil.example"),
    ("s\u200bhop.exam\u00adple", "http://evil.example", "evil.example"),
    ("shop&#46;example", "http://evil.example", "evil.example"),
    ("<bdo dir=rtl>shop.example</bdo>", "http://evil.example", "evil.example"),
    ("shоp.example", "https://shop.example/", "shop.example"),
    ("click here", "https://shop.example@evil.example/", "evil.example"),
    ("click here", "https://xn--80ak6aa92e.example/", "xn--80ak6aa92e.example"),
    ("click here", "https://аррӏе.example/", "xn--80ak6aa92e.example"),
    ("maria@shop.example", "https://evil.example/", "evil.example"),
    ("<img alt='https://shop.example' src='https://t.example/a.png'>", "https://evil.example/", "evil.example"),
    ("maria@shop.example", "mailto:eve@evil.example", "eve@evil.example"),
    ("http://10.0.0.1/", "http://10.0.0.2/", "10.0.0.2"),
    ("click here", "http://10.0.0.2/", "10.0.0.2, a number"),
    ("click here", "http://167772162/", "167772162, a number"),
    ("click here", "http://0x7f.1/", "0x7f.1, a number"),
    ("click here", "http://[::1]/", "::1, a number"),
    ("https://shop.example/", "https://evil.example\\@shop.example/", "evil.example"),
    ("https://shop.example/", "https://evil%2eexample/", "evil.example"),
    ("https://shop.example/", "https://ｅvil。example/", "evil.example"),
    ("https://shop.example:443@evil.example", "https://other.example", "other.example"),
    ("https://shop.example/", "http:///evil.example/", "evil.example"),
    ("https:///shop.example/", "https://evil.example/", "evil.example"),
    ("https:\\\\shop.example/", "https://evil.example/", "evil.example"),
    ("click here", "HTTP:////shop.example@evil.example/", "evil.example, not to what stands before the @"),
    ("click here", "https:///10.0.0.2/", "10.0.0.2, a number"),
    ("click here", "mailto:%E2%80%AEelpmaxe@evil.example", "elpmaxe@evil.example"),
    ("click here", "mailto:maria@shop.example%0a%0deve@evil.example", "maria@shop.example eve@evil.example"),
]
PLAIN = [
    ("shop.example", "https://www.shop.example/a"),
    ("https://www.shop.example", "http://shop.example"),
    ("https://shop.example/a", "https://track.shop.example/?u=https://evil.example"),
    ("blog.shop.example", "https://shop.example/"),
    ("Müller.example", "https://xn--mller-kva.example/"),
    ("müller", "https://müller.example/"),
    ("click here", "https://evil.example/"),
    ("report.pdf", "https://files.example/report.pdf"),
    ("2.5", "https://files.example/"),
    ("e.g. this", "https://files.example/"),
    ("maria@shop.example", "mailto:Maria@shop.example?subject=Hi"),
    ("+49 30 1234", "tel:+49301234"),
    ("", "https://evil.example/"),
    ("a.b " * 500, "https://evil.example/"),
]


@pytest.mark.parametrize(("text", "href", "host"), MISLEADING)
def test_a_link_that_misleads_says_where_it_leads(text: str, href: str, host: str) -> None:
    shown = link(text, href)
    verb = "Writes to" if href.startswith("mailto:") else "Leads to"
    assert f'class="misleading" title="{verb} {host}' in shown


@pytest.mark.parametrize(
    "text",
    [
        "<table><tr><td>https://shop.example/login<a href='https://other.example/'></a></td></tr></table>",
        "<table><tr><td><a href='https://other.example/'>x</a></td></tr></table> https://shop.example/login",
        "<table><tr><td><a href='https://other.example/'>https://shop.example</a></td></tr></table>",
        "<b> </b>" * 500 + "\n" * 500 + "shop.example",
    ],
)
def test_a_link_in_a_cell_of_a_link_hides_nothing(text: str) -> None:
    page = mark(f'<a href="https://evil.example/">{text}</a>', show).html
    assert 'class="misleading" title="Leads to evil.example"' in sanitise(page, lambda _: None)


def test_a_mail_brings_no_mark_of_its_own() -> None:
    shown = link("click here", "https://evil.example/", 'class="misleading" title="Leads to shop.example"')
    assert "misleading" not in shown
    shown = link("click here", "https://evil.example/", 'title="a class="')
    assert 'href="https://evil.example/"' in shown


@pytest.mark.parametrize(("text", "href"), PLAIN)
def test_an_ordinary_link_is_left_alone(text: str, href: str) -> None:
    assert "misleading" not in link(text, href, "title='Our offer'")


def test_every_link_says_where_it_leads_in_words_of_ours() -> None:
    assert 'title="Leads to other.example"' in link("click here", "https://other.example/a", "title='Our offer'")
    assert 'title="Writes to eve@evil.example"' in link("write to us", "mailto:eve@evil.example", "title='Our offer'")
    assert "Leads to" not in link("call us", "tel:+49301234")


@pytest.mark.parametrize("href", ["mailto:%E2%80%AEelpmaxe@evil.example", "mailto:a@x.example%0ab", "mailto:%D7%A9@x"])
def test_what_is_told_is_one_line_that_nothing_turns(href: str) -> None:
    told = link("click here", href).partition('title="')[2].partition('"')[0]
    assert told.startswith("Writes to ")
    assert not re.search("[\u0000-\u001f\u202a-\u202e]", told)
    assert "\u2068" in told or told.isascii()


def test_a_title_of_the_sender_does_not_hide_the_truth() -> None:
    shown = link("click here", "https://evil.example", "title='https://shop.example' class='x'")
    assert shown.count("title=") == 1
    assert 'title="Leads to evil.example"' in shown


def test_text_of_a_link_runs_the_way_it_is_written() -> None:
    shown = link("\u202emoc.lapyap\u202c", "https://x.example/")
    assert "\u202e" not in shown
    shown = link("<bdo dir=rtl>moc.lapyap</bdo>", "https://x.example/")
    assert "bdo" not in shown
    assert "\u202e" in mark("<p>\u202eabc</p>", show).html
    assert "override" not in link(
        "<span style='unicode-bidi:bidi-override;direction:rtl'>x</span>", "https://x.example"
    )


def test_pictures_are_counted_and_trackers_taken_out() -> None:
    page = mark(
        "<img src=https://p.example/a.png width=600><img src='https://p.example/a.png'><img src=http://p.example/b.png>"
        "<img src=https://t.example/open.gif width=1 height=1 alt=x>"
        "<img src=https://t.example/hidden.gif style='display:none'>"
        "<img src=cid:logo><img src=data:image/png;base64,AA==><img src=/relative.png><img alt=none>"
        "<template><img src=https://p.example/never.png></template><!-- <img src=https://p.example/no.png> -->",
        show,
    )
    assert (page.pictures, page.trackers) == (2, ("t.example", "t.example"))
    shown = sanitise(page.html, lambda one: f"data:{one}", lambda address: f"/images/{address[8:]}")
    assert "t.example" not in shown
    assert shown.count("/images/") == 3
    assert 'src="data:logo"' in shown
    assert "https://p.example" not in shown


def test_what_is_too_complex_is_shown_as_text_all_the_same() -> None:
    page = mark("<div>" * 300 + "deep & <b>x <img src=https://p.example/a.png>", show)
    assert (page.pictures, page.trackers) == (0, ())
    assert sanitise(page.html, lambda _: None) == "<pre>deep &amp; x</pre>"


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_active_is_left_where_a_page_is_marked_and_its_pictures_come(html: str) -> None:
    for one in (html, f"<a href=https://evil.example>https://shop.example {html}</a>"):
        shown = sanitise(mark(one, show).html, lambda _: None, lambda address: f"/images/{len(address)}")
        assert not ACTIVE.search(shown)
        assert not REMOTE.search(shown)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_was_made_to_be_slow_is_marked_and_measured(name: str) -> None:
    page = mark(PAGES[name](), show)
    assert height_of(page.html, 620, pictures=True) >= 0
    assert "<script" not in page.html


@given(MARKUP)
def test_a_cleaned_page_is_put_together_as_it_was(html: str) -> None:
    cleaned = sanitise(html, lambda _: None)
    again = "".join(f"<{'/' * one.closing}{one.name}{one.text}>" if one.name else one.text for one in tokens(cleaned))
    assert again == cleaned


@given(MARKUP)
def test_marking_is_done_once(html: str) -> None:
    once = mark(f"<a href='https://evil.example'>shop.example {html}</a>", show).html
    final = sanitise(once, lambda _: None)
    assert sanitise(mark(once, show).html, lambda _: None) == final
