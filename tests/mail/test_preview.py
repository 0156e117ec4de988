"""Pictures and PDF files of strangers drawn anew: what is too large, broken or something else is no preview."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from mail.pdf_page import draw_page, is_pdf
from mail.preview import CannotDraw
from mail.raster import raster_type, redraw
from tests.kit.drawings import a_pdf, a_pdf_of, a_picture, a_png_that_says

EXIF_TURNED = 6
"""Of the Orientation tag: to be turned by 90 degrees to the right."""


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_written_anew(form: str) -> None:
    sent = a_picture(form)
    drawn = redraw(sent, 320)
    assert (drawn.width, drawn.height, drawn.pages) == (40, 20, 1)
    assert raster_type(drawn.image) == "image/webp"
    assert drawn.image != sent


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_dots_is_drawn(mode: str) -> None:
    assert redraw(a_picture(mode=mode), 320).width == 40


def test_a_large_picture_is_made_smaller_and_a_small_one_is_not_made_larger() -> None:
    large, small = redraw(a_picture(size=(4000, 1000)), 320), redraw(a_picture(), 320)
    assert [(one.width, one.height) for one in (large, small)] == [(320, 80), (40, 20)]


def test_it_stands_upright_and_tells_nothing_of_the_camera() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = EXIF_TURNED, "canary camera"
    sent = a_picture("JPEG", exif=exif, comment=b"canary comment")
    drawn = redraw(sent, 320)
    assert (drawn.width, drawn.height) == (20, 40)
    assert b"canary" in sent
    assert b"canary" not in drawn.image
    assert b"EXIF" not in drawn.image


def test_of_a_moving_picture_the_first_frame_is_drawn() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    written = BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    drawn = redraw(written.getvalue(), 320)
    with Image.open(BytesIO(drawn.image)) as picture:
        assert not getattr(picture, "is_animated", False)
        red, green, blue = picture.convert("RGB").getpixel((4, 4))
    assert red > 200 > 50 > max(green, blue)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        a_picture()[:-30],
        a_picture("JPEG", (200, 200))[:300],
        a_png_that_says(50_000, 50_000),
        a_png_that_says(0, 10),
        a_png_that_says(2**31 - 1, 2**31 - 1),
        a_picture("BMP"),
        a_picture("TIFF"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
    ],
    ids=["nothing", "gif", "png", "cut", "cut-jpeg", "50k", "flat", "most", "bmp", "tiff", "svg", "eps"],
)
def test_what_is_broken_too_large_or_of_another_kind_is_not_drawn(octets: bytes) -> None:
    with pytest.raises(CannotDraw):
        redraw(octets, 320)


def test_a_page_is_drawn_and_the_pages_are_counted() -> None:
    octets = a_pdf((595, 842), (842, 595))
    first, second = draw_page(octets, 1, 400), draw_page(octets, 2, 400)
    assert [(one.height, one.pages) for one in (first, second)] == [(400, 2), (283, 2)]
    assert raster_type(first.image) == "image/webp"


@pytest.mark.parametrize("size", [(1e7, 1e7), (14_400, 3), (0.5, 0.5)])
def test_a_page_of_any_size_becomes_a_picture_of_bounded_size(size: tuple[float, float]) -> None:
    drawn = draw_page(a_pdf(size), 1, 400)
    assert 0 < max(drawn.width, drawn.height) <= 400


def test_the_script_of_a_file_is_not_run_and_its_page_is_drawn() -> None:
    script = "<< /S /JavaScript /JS (while (true) { app.alert\\('x'\\) }) >>"
    octets = a_pdf_of(
        f"<< /Type /Catalog /Pages 2 0 R /OpenAction {script} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 200] /AA << /O {script} >> >>",
    )
    assert draw_page(octets, 1, 400).height == 400


@pytest.mark.parametrize(
    "octets",
    [
        b"%PDF-1.7",
        a_pdf((100, 100))[:80],
        a_pdf_of("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
        a_pdf_of("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 2000000000 >>"),
        a_pdf((100, 100)).replace(b"trailer", b"trailer << /Encrypt << /Filter /Standard /V 9 >> >>"),
        a_picture(),
    ],
    ids=["mark", "cut", "loop", "count", "encrypted", "picture"],
)
def test_a_file_that_is_broken_or_locked_is_not_drawn(octets: bytes) -> None:
    with pytest.raises(CannotDraw):
        draw_page(octets, 1, 400)


def test_there_are_no_pages_beside_those_of_the_file() -> None:
    for page in (0, 3, -1):
        with pytest.raises(CannotDraw):
            draw_page(a_pdf((100, 100), (100, 100)), page, 400)


def test_a_pdf_is_known_by_its_mark_near_the_beginning() -> None:
    assert is_pdf(b"\xef\xbb\xbf\r\n%PDF-1.4")
    assert not is_pdf(b"x" * 2000 + b"%PDF-1.4")
