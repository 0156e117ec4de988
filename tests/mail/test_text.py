"""From octets and HTML to text: transfer encodings, format=flowed, derived text, new text."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.flowed import unflow
from mail.html_text import html_to_text
from mail.message import Address
from mail.opening import Openings
from mail.quote import new_text
from mail.transfer import BAD_BASE64, UNKNOWN_ENCODING, decode_transfer


@pytest.mark.parametrize(
    ("octets", "encoding", "expected"),
    [
        (b"SGVsbG8=", "base64", (b"Hello", None)),
        (b"SGVs\r\n bG8=\r\n", "base64", (b"Hello", None)),
        (b"SGVsbG8", "base64", (b"Hello", BAD_BASE64)),
        (b"SGVsbG8=SGVsbG8=", "base64", (b"HelloHello", BAD_BASE64)),
        (b"SGVsbG8=S", "base64", (b"Hello", BAD_BASE64)),
        (b"a=3Db=\r\nc  \r\nd", "quoted-printable", (b"a=bc\r\nd", None)),
        (b"a=ZZ=", "quoted-printable", (b"a=ZZ", None)),
        (b"as it is", "8bit", (b"as it is", None)),
        (b"as it is", "x-unknown", (b"as it is", UNKNOWN_ENCODING)),
        (b"noise\nbegin 644 a\n#86)C\n`\nend\nnoise", "x-uuencode", (b"abc", None)),
    ],
)
def test_transfer_encoding(octets: bytes, encoding: str, expected: tuple[bytes, str | None]) -> None:
    assert decode_transfer(octets, encoding) == expected


@given(st.binary(max_size=300))
def test_base64_is_read_back(content: bytes) -> None:
    assert decode_transfer(base64.encodebytes(content), "base64") == (content, None)


@given(st.binary(max_size=200), st.sampled_from(["base64", "quoted-printable", "x-uuencode"]))
def test_no_octets_break_a_transfer_encoding(octets: bytes, encoding: str) -> None:
    decode_transfer(octets, encoding)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        (">one \n>two\n>>three", "> one two\n>> three"),
        (">one \ntwo", "> one \ntwo"),
        (" >not quoted", ">not quoted"),
        ("one \n-- \nAnn", "one \n-- \nAnn"),
        ("last ", "last "),
    ],
)
def test_flowed(text: str, expected: str) -> None:
    assert unflow(text, delete_space=False) == expected


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a <b>b</b>\n  c", "a b c"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a\n  b</pre>c", "a\n  b\nc"),
        ("a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n\n> b\n> \n> > c\n> \nd"),
        ("<html><head><title>t</title><style>p{}</style></head><body>a</body></html>", "a"),
        ("a<script>alert(1)</script>b<!-- c -->d", "abd"),
        ("a &lt; b &amp; c&nbsp;d &euro;", "a < b & c d €"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ('<a title="x > y">a</a>', "a"),
        ("<p><br></p><p>&nbsp;</p><p>a</p>", "a"),
        ("a<hr>b", "a\n\n" + "_" * 32 + "\nb"),
        ("", ""),
    ],
)
def test_html_is_read_as_seen(html: str, text: str) -> None:
    assert html_to_text(html) == text


@given(st.text(alphabet=st.sampled_from("<>/apdivbr=\"' &;!-\n")))
def test_no_html_breaks_the_reading(html: str) -> None:
    html_to_text(html)


def new(text: str, author: Address | None = None) -> str:
    return new_text(Openings(text), author)


@given(
    st.lists(st.sampled_from(["Hello Carl.", "", "The lamps are blue", "  indented", "Two - or three"]), max_size=12)
)
def test_text_that_quotes_nothing_is_new(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert new(text) == text.strip()


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Verzonden vanaf mijn iPhone",
        "Skickat från min iPhone",
        "Wysłane z iPhone'a",
        "Отправлено с iPhone",
        "iPhoneから送信",
        "Get Outlook for iOS<https://aka.example/o>",
    ],
)
def test_words_of_a_phone_are_not_new(line: str) -> None:
    assert new(f"Yes.\n\n{line}\n") == "Yes."


def test_sentence_like_the_words_of_a_phone_is_new() -> None:
    assert new("It was\nsent from my desk, which is closer.") == "It was\nsent from my desk, which is closer."


def test_footer_of_a_list_is_not_new() -> None:
    footer = "_" * 47 + "\nlamps mailing list\nlamps@x.example\nhttps://x.example/listinfo/lamps\n"
    assert new(f"Yes.\n\n{footer}") == "Yes."


@pytest.mark.parametrize(
    "closing", ["Carl", "Best regards,\nCarl Customer\nCustomer Ltd", "Carl Customer | Ltd\n+49 30 123"]
)
def test_own_name_below_is_a_signature(closing: str) -> None:
    author = Address("Carl Customer", "carl@x.example")
    assert new(f"The lamps are here.\n\n{closing}\n", author) == "The lamps are here."


@pytest.mark.parametrize("closing", ["Pat is ill today.", "Customers like Carl are rare, he pays at once and more."])
def test_last_words_of_another_kind_are_new(closing: str) -> None:
    author = Address("Carl Customer", "carl@x.example")
    text = f"The lamps are here.\n\n{closing}"
    assert new(text, author) == text
