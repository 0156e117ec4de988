"""The files of a letter: previews drawn by us, all files in one archive; what is bad is in neither."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest

from db.raw import RawStore
from ingest.scanning import scan_some
from linking.letter import LetterAttachment
from net.scanner import scanner_at
from tests.kit.drawings import a_pdf, a_picture
from tests.kit.mails import File
from tests.kit.scanner_server import EICAR, clamd
from tests.webui.conftest import Office
from webui.letter_files import EXTENSION
from webui.zip_file import PIECE, Names, zipped

NOW = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
PICTURE = a_picture("PNG", (40, 20))


def a_file(name: str, position: int = 0) -> LetterAttachment:
    return LetterAttachment(
        id=position, position=position, filename=name, content_type="text/plain", size=1, inline=False, content_id=None
    )


def opened(pieces: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pieces)) as archive:
        assert archive.testzip() is None
        return {one: archive.read(one) for one in archive.namelist()}


def test_pictures_and_pages_are_shown_as_drawings_of_ours_and_nothing_else_is(office: Office) -> None:
    files = [
        File("photo.bin", PICTURE, "image/png"),
        File("plan.pdf", a_pdf((100, 200), (200, 100)), "application/octet-stream"),
        File("page.png", b"<script>alert(1)</script>", "image/png"),
        File("bad.png", PICTURE + EICAR, "image/png"),
        File("notes.txt", b"notes", "text/plain"),
    ]
    number = office.seal("message", office.mail(subject="Files", attachments=files).message_id)
    raw = RawStore(office.site.database, office.site.settings.data_dir)
    with clamd() as (url, _):
        while scan_some(office.site.database, raw, scanner_at(url)):
            pass
    browser = office.rep.browser()
    ids = {one["filename"]: one["id"] for one in office.rep.api.get(f"messages/{number}")["attachments"]}
    at = f"/m/{number}/attachments"

    small = browser.get(f"{at}/{ids['photo.bin']}/preview?size=small")
    assert (small.status_code, small.content_type, small.data[:4]) == (200, "image/webp", b"RIFF")
    assert PICTURE[8:40] not in small.data
    assert small.headers["X-Content-Type-Options"] == "nosniff"
    assert small.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert (small.headers["Cache-Control"], small.headers["Content-Disposition"]) == ("no-store", "inline")
    for name, page, status in (("plan.pdf", 2, 200), ("plan.pdf", 3, 204), ("page.png", 1, 204), ("bad.png", 1, 404)):
        assert browser.get(f"{at}/{ids[name]}/preview?page={page}").status_code == status, name
    assert browser.get(f"{at}/{ids['bad.png']}/view").status_code == 404
    assert browser.get(f"{at}/{ids['notes.txt']}/preview").status_code == 204

    second = browser.get(f"{at}/{ids['plan.pdf']}/view?page=2").text
    assert "Page 2 of 2" in second
    assert f'href="{at}/{ids["plan.pdf"]}/view" rel="prev"' in second
    assert f'href="{at}/{ids["page.png"]}/view" rel="next"' in second
    assert "no preview of this file" in browser.get(f"{at}/{ids['page.png']}/view").text
    letter = browser.get(f"/m/{number}").text
    assert [letter.count(f"{ids[name]}/view") for name in ids] == [1, 1, 1, 0, 0]

    answer = browser.get(f"{at}.zip")
    inside = opened(answer.data)
    assert answer.content_type == "application/zip"
    assert set(inside) == {"photo.bin", "plan.pdf", "page.png", "notes.txt", "Left out.txt"}
    assert inside["photo.bin"] == PICTURE
    assert b"bad.png" in inside["Left out.txt"]
    plain = office.mail(subject="Without files")
    assert browser.get(f"/m/{office.seal('message', plain.message_id)}/attachments.zip").status_code == 404


def test_who_has_files_drawn_already_is_told_to_come_again_and_nothing_untrue(office: Office) -> None:
    number = office.seal(
        "message", office.mail(subject="Files", attachments=[File("photo.png", PICTURE, "image/png")]).message_id
    )
    (file,) = office.rep.api.get(f"messages/{number}")["attachments"]
    at = f"/m/{number}/attachments/{file['id']}"
    asker = office.rep.viewer.company_id, office.rep.viewer.user_id
    room = office.site.app.extensions[EXTENSION]._room
    while room.enter(asker):
        pass
    refused = office.rep.browser().get(f"{at}/preview?size=small")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    shown = office.rep.browser().get(f"{at}/view").text
    assert "no preview of this file" not in shown
    assert f'href="{at}/view?page=1">Try again' in shown
    room.leave(asker)
    assert office.rep.browser().get(f"{at}/preview?size=small").status_code == 200


def test_an_archive_comes_in_pieces_and_holds_one_file_at_a_time() -> None:
    asked: list[int] = []

    def files() -> object:
        for number in range(3):
            asked.append(number)
            yield a_file(f"{number}.bin", number), bytes([number]) * (3 * PIECE)

    pieces = zipped(files(), NOW)
    next(pieces)
    assert asked == [0]
    written = b"".join(pieces)
    assert asked == [0, 1, 2]
    assert len(written) < PIECE


def test_every_file_keeps_its_octets_and_its_moment() -> None:
    content = {"a.txt": b"a" * 200_000, "ö.txt": b"", "b.bin": bytes(range(256))}
    written = b"".join(zipped(((a_file(name), octets) for name, octets in content.items()), NOW))
    assert opened(written) == content
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(2026, 3, 4, 10, 20, 30)}


@pytest.mark.parametrize(("year", "written"), [(1, 1980), (9999, 2107)])
def test_a_moment_that_no_archive_can_name_is_the_nearest(year: int, written: int) -> None:
    pieces = b"".join(zipped([(a_file("a.txt", 1), b"a")], NOW.replace(year=year)))
    with zipfile.ZipFile(io.BytesIO(pieces)) as archive:
        assert [one.date_time[0] for one in archive.infolist()] == [written]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (["a.pdf", "A.pdf", "a.pdf"], ["a.pdf", "A (2).pdf", "a (3).pdf"]),
        (["../../etc/passwd"], ["passwd"]),
        (["C:\\Windows\\x.txt"], ["x.txt"]),
        (["con.txt", "NUL", "com1.log"], ["_con.txt", "_NUL", "_com1.log"]),
        ([".htaccess"], ["htaccess"]),
        (["a<b>:c?.txt"], ["a_b__c_.txt"]),
        (["", "\u202e"], ["file", "file (2)"]),
        (["a.\u202ecod.exe"], ["a.cod.exe"]),
    ],
)
def test_names_are_safe_and_no_two_are_alike(given: list[str], named: list[str]) -> None:
    names = Names()
    assert [names.unique(one) for one in given] == named
