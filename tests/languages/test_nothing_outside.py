"""No text of ours is outside of the catalogues: in no template, and in nothing that a refusal or a toast says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.kit.python_words import handed_out
from tests.kit.template_words import said_outside

ROOT: Final = Path(__file__).resolve().parents[2]
TEMPLATES: Final = sorted(
    path for package in ("webui", "outbox") for path in (ROOT / package / "templates").rglob("*.*")
)
MODULES: Final = sorted(
    path
    for package in ("accounts", "db", "ingest", "linking", "outbox", "webui")
    for path in (ROOT / package).rglob("*.py")
)
ALLOWED: Final = frozenset(
    {
        *("smartbcc", "smartbcc · smartbcc", "alt='smartbcc'", "Smart Bcc"),  # the name of the program
        *(
            "TXT",
            "MX",
            "UTC",
            "HELO",
            "MAIL FROM",
            "RCPT TO",
            "SPF",
            "DKIM",
            "DMARC",
            "ARC",
        ),  # what protocols call things
        *("'Google'", "'Escape'"),  # the name of a house, and of a key
    }
)
ENGLISH: Final = frozenset({"docs.html"})
"""The reference of the API speaks English, as its paths do."""


def test_no_template_says_anything_itself() -> None:
    spoken = [path for path in TEMPLATES if path.name not in ENGLISH]
    assert len(spoken) > 100
    found = list(_listed(spoken, said_outside))
    assert not found, "\n" + "\n".join(found)


def test_nothing_is_refused_or_answered_unsaid() -> None:
    assert len(MODULES) > 300
    found = list(_listed(MODULES, handed_out))
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello there</p>", [(1, "Hello there")]),
        ("<p>{{ _('Hello there') }}, {{ name }}</p>", []),
        ("{% trans %}<b>Hello</b>\nthere{% endtrans %}\n<i>you</i>", [(3, "you")]),
        ('<a title="Read it" href="x y">{{ icon("mail") }}</a>', [(1, "title='Read it'")]),
        ('<a title="{{ _("Read it") }}"><code>make it</code><bdi>{{ x }}</bdi></a>', []),
        ("{{ empty('Nothing here', _('Say so.'), 'scroll-text') }}", [(1, "'Nothing here'")]),
        ('<input type="submit" value="Send"><input value="Send it">', [(1, "value='Send'")]),
    ],
)
def test_words_of_a_template_are_found(tmp_path: Path, source: str, found: list[tuple[int, str]]) -> None:
    path = tmp_path / "page.html"
    path.write_text(source, encoding="utf-8")
    assert list(said_outside(path)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('raise Conflict("It is gone.")', [(1, "'It is gone.'")]),
        ('raise Conflict(_("It is gone."))', []),
        ('raise Conflict(f"{name} is gone.")', [(1, "'… is gone.'")]),
        ('raise Invalid({"name": _("no {what}").format(what=", ".join(A_B))})', []),
        ("raise Invalid({field: GONE})", [(1, "GONE: say it by _(GONE)")]),
        ('done("Gone.", "held.show")', [(1, "'Gone.'")]),
        ('log.info("It is gone.")', []),
    ],
)
def test_words_of_a_module_are_found(tmp_path: Path, source: str, found: list[tuple[int, str]]) -> None:
    path = tmp_path / "module.py"
    path.write_text(source, encoding="utf-8")
    assert list(handed_out(path)) == found


def _listed(paths: Iterable[Path], finder: Callable[[Path], Iterator[tuple[int, str]]]) -> Iterator[str]:
    for path in paths:
        for line, text in finder(path):
            if text.strip("·,.:;()… ") not in ALLOWED:
                yield f"{path.relative_to(ROOT).as_posix()}:{line}: {text}"
