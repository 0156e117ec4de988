"""What goes over the wire: gzip where it is taken, as it is where a foreign site could count the octets (BREACH)."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from db.session import open_database
from tests.kit.databases import SqliteTemplate
from tests.kit.http import Site, open_site

PAGE, FILE = "/login", "/static/vendor/htmx.min.js"
FROM_OURS = {"Accept-Encoding": "gzip, br", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(params=["http", "https"])
def site(request: pytest.FixtureRequest, sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Site]:
    """The application behind TLS, and without."""
    settings = sqlite_template.fresh(tmp_path / "data")
    settings = settings.model_copy(update={"base_url": f"{request.param}://localhost"})
    database = open_database(settings)
    opened = open_site(settings, database)
    yield opened
    opened.close()
    database.close()


def got(site: Site, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
    """Answer the whole answer, its file closed."""
    with site.app.test_client().get(path, headers=headers) as answer:
        answer.get_data()
        return answer


def is_https(site: Site) -> bool:
    """Tell which of the two it is."""
    return site.settings.base_url.startswith("https")


def test_pages_and_files_are_compressed_for_our_own_pages(site: Site) -> None:
    for path in (PAGE, FILE):
        plain, packed = got(site, path), got(site, path, FROM_OURS)
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert len(packed.data) * 2 < len(plain.data) == len(gzip.decompress(packed.data)) or path == PAGE
        assert packed.headers["Content-Length"] == str(len(packed.data))
    assert gzip.decompress(got(site, FILE, FROM_OURS).data) == got(site, FILE).data


def test_a_page_that_a_foreign_site_asks_for_has_its_own_length(site: Site) -> None:
    for said in ("cross-site", "same-site", ""):
        asked = {"Accept-Encoding": "gzip"} | ({"Sec-Fetch-Site": said} if said else {})
        packed = got(site, PAGE, asked)
        assert ("Content-Encoding" in packed.headers) is not is_https(site), said
        assert "Sec-Fetch-Site" in packed.headers["Vary"]
        assert got(site, FILE, asked).headers["Content-Encoding"] == "gzip"


def test_the_length_of_a_page_tells_nothing_certain(site: Site) -> None:
    assert len({got(site, PAGE, FROM_OURS).headers["Content-Length"] for _ in range(12)}) > 3


def test_a_file_that_a_browser_has_is_not_sent_again(site: Site) -> None:
    tag = got(site, FILE, FROM_OURS).headers["ETag"]
    assert tag.startswith("W/")
    assert got(site, FILE, {**FROM_OURS, "If-None-Match": tag}).status_code == 304
