"""Find every text of ours in the source, and bring the catalogues up to date with it.

    ./dev run python -m languages.extract

It writes `catalogues/messages.pot` and merges it into each catalogue: what is new stands there without a translation,
what is gone is gone. A test fails while the .pot lags behind or a catalogue has a gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from languages.catalogue import DIRECTORY, TEMPLATE, path_of
from languages.language import OFFERED, SOURCE

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGES: Final = (
    "accounts",
    "config",
    "db",
    "imapsync",
    "ingest",
    "languages",
    "linking",
    "mail",
    "mailauth",
    "net",
    "outbox",
    "webui",
)
PYTHON_KEYWORDS: Final = {
    "_": None,
    "marked": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
TEMPLATE_KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
LEFT_OUT: Final = tuple(
    f'"{name}' for name in ("POT-", "PO-", "Generated-By", "Last-Tr", "Report-", "Project-Id", "Language-Team")
)
HEADER: Final = "# Texts of smartbcc; written by languages.extract, translated by people."
JINJA: Final = {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.i18n,jinja2.ext.do"}


def extracted() -> Catalog:
    """Answer every text with the files that say it."""
    found = Catalog(charset="utf-8", fuzzy=False, header_comment=HEADER)
    for path in _sources():
        name = path.relative_to(ROOT).as_posix()
        for message, comments, context in _texts(path):
            found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def as_text(catalogue: Catalog) -> str:
    """Answer a catalogue as its file, without dates and line numbers, so that only what changed differs."""
    written = BytesIO()
    write_po(
        written, catalogue, sort_output=True, omit_header=False, width=120, include_lineno=False, ignore_obsolete=True
    )
    kept = (line for line in written.getvalue().decode().splitlines() if not line.startswith(LEFT_OUT))
    return "\n".join(kept) + "\n"


def merged(language: str, template: Catalog) -> Catalog:
    """Answer the catalogue of a language with exactly the texts of the template."""
    path = path_of(language)
    before = Catalog(locale=language, charset="utf-8", fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            before = read_po(file, locale=language)
    before.header_comment = HEADER
    before.update(template, no_fuzzy_matching=True)
    before.obsolete.clear()
    return before


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        folder = ROOT / package
        yield from sorted(folder.rglob("*.py"))
        yield from sorted(path for path in folder.rglob("templates/**/*") if path.suffix in (".html", ".txt"))


def _texts(path: Path) -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    is_python = path.suffix == ".py"
    for _line, message, comments, context in extract_from_file(
        "python" if is_python else "jinja2.ext:babel_extract",
        str(path),
        keywords=PYTHON_KEYWORDS if is_python else TEMPLATE_KEYWORDS,
        comment_tags=("TRANSLATORS:",),
        options={} if is_python else JINJA,
        strip_comment_tags=True,
    ):
        yield message, comments, context


def main() -> None:
    """Write the template and the catalogues."""
    DIRECTORY.mkdir(exist_ok=True)
    template = extracted()
    TEMPLATE.write_text(as_text(template), encoding="utf-8")
    for language in OFFERED:
        if language != SOURCE:
            path_of(language).write_text(as_text(merged(language, template)), encoding="utf-8")


if __name__ == "__main__":
    main()
