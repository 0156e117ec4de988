"""A mail that tries every way to load something from elsewhere (SECURITY W2), and to do something (W1)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from net.fetch import Fetcher
from net.guard import Guard
from tests.kit.browsing import Browsing
from tests.kit.mails import File
from tests.kit.resolver import ZoneResolver
from tests.kit.served import Served
from tests.kit.states import State
from webui.images import EXTENSION, Proxy

pytestmark = pytest.mark.slow
LOADS = (
    "<img src='https://{host}/img.gif'>",
    "<img src='//{host}/scheme-less.gif'>",
    "<img src='http:\\\\{host}\\back.gif'>",
    "<img src=' &#9;https://{host}/space.gif'>",
    "<img srcset='https://{host}/set.gif 1x, https://{host}/set2.gif 2x'>",
    "<img src='cid:https://{host}/cid.gif'>",
    "<img lowsrc='https://{host}/low.gif' dynsrc='https://{host}/dyn.avi'>",
    "<picture><source srcset='https://{host}/source.webp'><img src='x'></picture>",
    "<table background='https://{host}/table.gif'><tr><td background='https://{host}/cell.gif'>x</table>",
    "<body background='https://{host}/body.gif'>",
    "<p style='background:url(https://{host}/style.gif)'>x</p>",
    "<p style='background-image:image-set(\"https://{host}/set.gif\" 1x)'>x</p>",
    "<p style='background:u\\72l(https://{host}/escaped.gif)'>x</p>",
    "<ul style='list-style-image:url(https://{host}/list.gif)'><li>x</ul>",
    "<p style='cursor:url(https://{host}/cursor.cur),auto;border-image:url(https://{host}/border.gif)'>x</p>",
    "<p style='mask:url(https://{host}/mask.svg);filter:url(https://{host}/filter.svg#f)'>x</p>",
    "<style>@import url(https://{host}/import.css);</style>",
    "<style>@font-face{{font-family:f;src:url(https://{host}/font.woff2)}} p{{font-family:f}}</style>",
    "<style>p::before{{content:url(https://{host}/content.gif)}} body{{background:url(https://{host}/b.gif)}}</style>",
    "<link rel='stylesheet' href='https://{host}/sheet.css'>",
    "<link rel='prefetch' href='https://{host}/prefetch'><link rel='preload' as='image' href='https://{host}/pre.gif'>",
    "<link rel='dns-prefetch' href='https://{host}'><link rel='preconnect' href='https://{host}'>",
    "<link rel='icon' href='https://{host}/favicon.ico'><link rel='manifest' href='https://{host}/manifest.json'>",
    "<video poster='https://{host}/poster.gif' src='https://{host}/video.mp4' autoplay></video>",
    "<audio src='https://{host}/audio.mp3' autoplay></audio>",
    "<video><track src='https://{host}/track.vtt' default></video>",
    "<svg><image href='https://{host}/svg.gif' xlink:href='https://{host}/xlink.gif'/></svg>",
    "<svg><use href='https://{host}/use.svg#a'/><feImage href='https://{host}/fe.gif'/></svg>",
    "<iframe src='https://{host}/frame.html'></iframe><iframe srcdoc=\"<img src='https://{host}/srcdoc.gif'>\"></iframe>",
    "<object data='https://{host}/object.swf'></object><embed src='https://{host}/embed.swf'>",
    "<input type='image' src='https://{host}/input.gif'>",
    "<meta http-equiv='refresh' content='0;url=https://{host}/refresh'>",
    "<base href='https://{host}/'><img src='relative.gif'>",
    "<script src='https://{host}/script.js'></script><script>alert(1)</script>",
    "<img src='x' onerror='alert(2)'><svg onload='alert(3)'></svg><details open ontoggle='alert(4)'>x</details>",
    "<math><mtext><mglyph><style><img src='https://{host}/math.gif' onerror='alert(5)'></style></mglyph></mtext>",
    "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='https://{host}/d.gif'/></svg>\">",
    "<form action='https://{host}/form'><button autofocus>x</button></form><a href='x' ping='https://{host}/ping'>x</a>",
)


@pytest.fixture
def served(served: Served) -> Iterator[Served]:
    """The application with a proxy that finds nobody: no test asks the real DNS."""
    extensions = served.site.app.extensions
    before = extensions[EXTENSION]
    extensions[EXTENSION] = Proxy(Fetcher(Guard(ZoneResolver(""), ())))
    yield served
    extensions[EXTENSION] = before


def hostile() -> str:
    """Answer the HTML with a host of its own for each way, so that a failure names it."""
    return "".join(load.format(host=f"leak{number}.example") for number, load in enumerate(LOADS))


def test_nothing_is_asked_of_anybody_before_the_click_and_of_us_alone_after_it(
    browsing: Browsing, served: Served, company: State
) -> None:
    letter = company.mail(subject="Hostile", html=hostile(), text=None)
    page = browsing.open(served.base_url, cookie=served.cookie(company.anna))
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    for path in ("/inbox", f"/m/{letter}", f"/m/{letter}/original", f"/m/{letter}/why"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    assert browsing.troubles() == []
    assert not any("/images/" in url for url in browsing.watches[0].asked)

    browsing.allow(404, "net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin")  # no picture is there, and no other answer
    page.goto(f"/m/{letter}")
    with page.expect_request("**/images/*"):
        page.get_by_role("link", name="Show pictures").click()
    page.wait_for_load_state("networkidle")

    assert any("/images/" in url for url in browsing.watches[0].asked)
    assert all(url.startswith(served.base_url) for url in browsing.watches[0].asked)
    expect(page.get_by_role("heading", name="Hostile")).to_be_visible()
    assert [len(browsing.watches[0].troubles), dialogs] == [0, []]


def test_a_file_of_a_mail_is_never_shown(browsing: Browsing, served: Served, company: State) -> None:
    """SECURITY W10: an HTML or SVG file that is opened directly is a download, and no page."""
    files = [File("a.html", b"<script>alert(1)</script>", "text/html"), File("a.svg", b"<svg/>", "image/svg+xml")]
    letter = company.mail(subject="Files", attachments=files)
    page = browsing.open(served.base_url, cookie=served.cookie(company.anna))
    page.goto(f"/m/{letter}")
    for name in ("a.html", "a.svg"):
        with page.expect_download() as started:
            page.get_by_role("link", name=name).click()
        assert started.value.suggested_filename == name
